/** Runs the examples in the help unchanged against a service. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { api } from "../../../test/support/service.ts";
import { examplesOf } from "./support/examples.ts";
import { type Endpoint, openEndpoint } from "./support/endpoint.ts";
import { bash, newFolder } from "./support/run.ts";
import { env, type Id, service, withAlerts } from "./support/shared-service.ts";

let endpoint: Endpoint;
let resources: Record<string, string>;

beforeAll(async () => {
  endpoint = await openEndpoint();
  const create = async (route: string, body: object) => (await api<Id>(service, "POST", route, body)).body.id;
  resources = {
    SILENCE: await create("/v1/silences", {
      matchers: [{ name: "service", value: "payments" }],
      endsAt: new Date(Date.now() + 3_600_000),
      comment: "Deploy",
    }),
    API_KEY: await create("/v1/api-keys", { name: "ci", scopes: ["alerts:read"] }),
    SUBSCRIPTION: await create("/v1/subscriptions", { name: "Hook", url: endpoint.url }),
  };
});
afterAll(() => endpoint.close());

describe("the examples of the help", () => {
  // The tests of login, alerts tail and the exports run their examples themselves, or end them.
  const examples = examplesOf(/^tocsin (?!login$|.* (tail|export)$)/);
  it.each(examples)("run unchanged: %s", async (example) => {
    const { demo, alerts, deliveries } = await withAlerts(1);
    const folder = newFolder();
    writeFileSync(path.join(folder, "secret.txt"), demo.secret);
    writeFileSync(path.join(folder, "alert.json"), '{"id":"example","title":"Example"}');
    const variables = {
      ALERT: alerts[0]!,
      DELIVERY: deliveries[0]!,
      INTEGRATION: demo.integrationId,
      INGEST_URL: demo.ingestUrl,
      SECRET: demo.secret,
      ...resources,
    };
    const { exitCode, stderr } = await bash(example, {
      cwd: folder,
      env: { ...env, ...variables },
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  });
});
