import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerCreateApiKey } from "./create.ts";
import { registerGetApiKey } from "./get.ts";
import { registerListApiKeys } from "./list.ts";
import { registerUpdateApiKey } from "./patch.ts";
import { registerRevokeApiKey } from "./revoke.ts";
import { registerRotateApiKey } from "./rotate.ts";

export function registerApiKeys(app: OpenAPIHono<AppEnv>): void {
  registerCreateApiKey(app);
  registerListApiKeys(app);
  registerGetApiKey(app);
  registerUpdateApiKey(app);
  registerRotateApiKey(app);
  registerRevokeApiKey(app);
}
