/** Runs the examples in the help unchanged against a service. */
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { examplesOf } from "./support/examples.ts";
import { bash, newFolder } from "./support/run.ts";
import { env, withAlerts } from "./support/shared-service.ts";

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
    };
    const { exitCode, stderr } = await bash(example, {
      cwd: folder,
      env: { ...env, ...variables },
    });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  });
});
