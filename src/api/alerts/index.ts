import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerListAlertEvents } from "./events.ts";
import { registerGetAlert } from "./get.ts";
import { registerListAlerts } from "./list.ts";

export function registerAlerts(app: OpenAPIHono<AppEnv>): void {
  registerListAlerts(app);
  registerGetAlert(app);
  registerListAlertEvents(app);
}
