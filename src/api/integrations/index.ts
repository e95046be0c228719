import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerCreateIntegration } from "./create.ts";
import { registerDeleteIntegration } from "./delete.ts";
import { registerGetIntegration } from "./get.ts";
import { registerListIntegrations } from "./list.ts";
import { registerChangeIntegration } from "./patch.ts";
import { registerReseal } from "./reseal.ts";
import { registerRotateSecret } from "./rotate-secret.ts";
import { registerSetAside } from "./set-aside/index.ts";
import { registerSyncIntegrations } from "./sync.ts";

export function registerIntegrations(app: OpenAPIHono<AppEnv>): void {
  registerCreateIntegration(app);
  registerListIntegrations(app);
  registerSyncIntegrations(app);
  registerReseal(app);
  registerGetIntegration(app);
  registerChangeIntegration(app);
  registerDeleteIntegration(app);
  registerRotateSecret(app);
  registerSetAside(app);
}
