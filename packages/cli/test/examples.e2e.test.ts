/** Runs the examples in the help unchanged against a service. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examplesOf } from "./support/examples.ts";
import { type Endpoint, openEndpoint } from "./support/endpoint.ts";
import { bash, newFolder } from "./support/run.ts";
import { env, type Id, json, withAlerts } from "./support/shared-service.ts";

let endpoint: Endpoint;
beforeAll(async () => {
  endpoint = await openEndpoint();
});
afterAll(() => endpoint.close());

describe("the examples of the help", () => {
  // The tests of login, alerts tail, the exports and the quarantine run their examples themselves, or end them.
  const examples = examplesOf(/^tocsin (?!login$|.* (tail|export)$|quarantine (show|discard)$)/);
  it.each(examples)("run unchanged: %s", async (example) => {
    const { demo, alerts, deliveries } = await withAlerts(1);
    const folder = newFolder();
    writeFileSync(path.join(folder, "secret.txt"), demo.secret);
    writeFileSync(path.join(folder, "alert.json"), '{"id":"example","title":"Example"}');
    const created = async (...args: string[]) => (await json<Id>(args)).id;
    const variables = {
      SILENCE: await created("silences", "create", "service=payments", "--for", "1h", "--comment", "Deploy"),
      API_KEY: await created("api-keys", "create", "--name", "ci", "--scope", "alerts:read"),
      SUBSCRIPTION: await created("subscriptions", "create", "--name", "Hook", "--endpoint", endpoint.url),
      ALERT: alerts[0]!,
      DELIVERY: deliveries[0]!,
      INTEGRATION: demo.integrationId,
      INGEST_URL: demo.ingestUrl,
      SECRET: demo.secret,
    };
    const { exitCode, stderr } = await bash(example, {
      cwd: folder,
      env: { ...env, ...variables },
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  });
});
