import type { OpenAPIHono } from "@hono/zod-openapi";
import { registerApi } from "./api/index.ts";
import { registerDryRun } from "./ingest/dry-run.ts";
import { registerReplayMany } from "./ingest/replay-many.ts";
import { registerReplay } from "./ingest/replay-one.ts";
import { registerTest } from "./ingest/send-test.ts";
import type { AppEnv } from "./lib/app-env.ts";

/** Every operation of the OpenAPI document, from whatever room; without pages, so that scripts can load it. */
export function registerOperations(app: OpenAPIHono<AppEnv>): void {
  registerApi(app);
  registerDryRun(app);
  registerTest(app);
  registerReplay(app);
  registerReplayMany(app);
}
