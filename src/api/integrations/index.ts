import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerCreateIntegration } from "./create.ts";
import { registerDeleteIntegration } from "./delete.ts";
import { registerDryRun } from "./dry-run.ts";
import { registerGetIntegration } from "./get.ts";
import { registerListIntegrations } from "./list.ts";
import { registerListIntegrationNames } from "./list-names.ts";
import { registerUpdateIntegration } from "./patch.ts";
import { registerReencryptSecrets } from "./re-encrypt.ts";
import { registerRotateIntegrationSecret } from "./rotate-secret.ts";
import { registerQuarantine } from "./quarantine/index.ts";
import { registerSyncIntegrations } from "./sync.ts";
import { registerTestIntegration } from "./test.ts";

export function registerIntegrations(app: OpenAPIHono<AppEnv>): void {
  registerCreateIntegration(app);
  registerListIntegrations(app);
  registerListIntegrationNames(app);
  registerSyncIntegrations(app);
  registerReencryptSecrets(app);
  registerGetIntegration(app);
  registerUpdateIntegration(app);
  registerDeleteIntegration(app);
  registerRotateIntegrationSecret(app);
  registerDryRun(app);
  registerTestIntegration(app);
  registerQuarantine(app);
}
