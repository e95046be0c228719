/**
 * The API v2 of Prometheus Alertmanager, over all alerts and silences that the caller may see: for amtool, Grafana, Karma.
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { registerDeleteSilence } from "./delete-silence.ts";
import { registerGetAlertGroups } from "./get-alert-groups.ts";
import { registerGetAlerts } from "./get-alerts.ts";
import { registerGetReceivers } from "./get-receivers.ts";
import { registerGetSilence } from "./get-silence.ts";
import { registerGetSilences } from "./get-silences.ts";
import { registerGetStatus } from "./get-status.ts";
import { registerPostSilences } from "./post-silences.ts";

export function registerAlertmanager(app: OpenAPIHono<AppEnv>): void {
  registerGetStatus(app);
  registerGetAlerts(app);
  registerGetAlertGroups(app);
  registerGetSilences(app);
  registerPostSilences(app);
  registerGetSilence(app);
  registerDeleteSilence(app);
  registerGetReceivers(app);
}
