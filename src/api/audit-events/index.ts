import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerListAuditEvents } from "./list.ts";

export function registerAuditEvents(app: OpenAPIHono<AppEnv>): void {
  registerListAuditEvents(app);
}
