import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerCreateIntegration } from "./create.ts";
import { registerDeleteIntegration } from "./delete.ts";
import { registerDryRun } from "./dry-run.ts";
import { registerGetIntegration } from "./get.ts";
import { registerListIntegrations } from "./list.ts";
import { registerChangeIntegration } from "./patch.ts";
import { registerReencrypt } from "./re-encrypt.ts";
import { registerRotateSecret } from "./rotate-secret.ts";
import { registerQuarantine } from "./quarantine/index.ts";
import { registerSyncIntegrations } from "./sync.ts";
import { registerTest } from "./test.ts";

export function registerIntegrations(app: OpenAPIHono<AppEnv>): void {
  registerCreateIntegration(app);
  registerListIntegrations(app);
  registerSyncIntegrations(app);
  registerReencrypt(app);
  registerGetIntegration(app);
  registerChangeIntegration(app);
  registerDeleteIntegration(app);
  registerRotateSecret(app);
  registerDryRun(app);
  registerTest(app);
  registerQuarantine(app);
}
