import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerListAlertTimeline } from "./timeline.ts";
import { registerUpdateAlerts } from "./bulk.ts";
import { registerCountAlerts } from "./counts.ts";
import { registerExportAlerts } from "./export.ts";
import { registerGetAlert } from "./get.ts";
import { registerGroupAlerts } from "./groups.ts";
import { registerGetAlertHistogram } from "./histogram.ts";
import { registerListAlerts } from "./list.ts";
import { registerUpdateAlert } from "./patch.ts";

export function registerAlerts(app: OpenAPIHono<AppEnv>): void {
  registerListAlerts(app);
  registerCountAlerts(app);
  registerGroupAlerts(app);
  registerGetAlertHistogram(app);
  registerExportAlerts(app);
  registerUpdateAlerts(app);
  registerGetAlert(app);
  registerUpdateAlert(app);
  registerListAlertTimeline(app);
}
