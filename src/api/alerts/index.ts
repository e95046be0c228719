import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerListAlertEvents } from "./events.ts";
import { registerChangeAlerts } from "./bulk.ts";
import { registerCountAlerts } from "./counts.ts";
import { registerExportAlerts } from "./export.ts";
import { registerGetAlert } from "./get.ts";
import { registerListAlerts } from "./list.ts";
import { registerChangeAlert } from "./patch.ts";
import { registerListChanges } from "./changes.ts";
import { registerStreamAlerts } from "./stream.ts";

export function registerAlerts(app: OpenAPIHono<AppEnv>): void {
  registerListAlerts(app);
  registerCountAlerts(app);
  registerExportAlerts(app);
  registerChangeAlerts(app);
  registerStreamAlerts(app);
  registerListChanges(app);
  registerGetAlert(app);
  registerChangeAlert(app);
  registerListAlertEvents(app);
}
