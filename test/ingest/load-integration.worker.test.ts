import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { knownIntegration, rememberConfig } from "../../src/ingest/load-integration.ts";
import { createIntegration, objectOf } from "../support/worker.ts";

it("An isolate keeps the newer of two configs whose replies overtook each other", async () => {
  const integration = await createIntegration();
  const config = (await objectOf(integration).config())!;
  rememberConfig(config.id, { ...config, version: config.version + 1 });
  rememberConfig(config.id, config);
  expect((await knownIntegration(env, config.id))?.config.version).toBe(config.version + 1);
});
