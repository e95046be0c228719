import { z } from "@hono/zod-openapi";
import { alertFilterFields, mutedQuery } from "../../api/alerts/filter.ts";
import { sortQuery } from "../../api/alerts/list.ts";
import { dataOf, defineTool, idOf, pageInput, READS } from "../tool.ts";

export const listAlerts = defineTool({
  name: "list_alerts",
  title: "List alerts",
  description:
    "Lists alerts that match a query, the latest triggered first. For what needs work now, use the query `status:open,acknowledged`. " +
    "Muted alerts (snoozed or silenced) are left out unless `muted` says otherwise; `muted` in the result counts them.",
  scope: "alerts:read",
  annotations: READS,
  input: z.strictObject({
    query: alertFilterFields.query,
    integrationId: alertFilterFields.integrationId,
    teamId: alertFilterFields.teamId,
    ...mutedQuery("false"),
    sort: sortQuery,
    ...pageInput,
  }),
  call: (api, { limit = 20, ...query }) => dataOf(api.GET("/v1/alerts", { params: { query: { ...query, limit } } })),
});

export const getAlert = defineTool({
  name: "get_alert",
  title: "Get alert",
  description: "Returns one alert with all its fields.",
  scope: "alerts:read",
  annotations: READS,
  input: z.strictObject(idOf("alert")),
  call: (api, { id }) => dataOf(api.GET("/v1/alerts/{id}", { params: { path: { id } } })),
});

export const getAlertTimeline = defineTool({
  name: "get_alert_timeline",
  title: "Get alert timeline",
  description:
    "Lists what happened to an alert, oldest first: triggers, changes of status and severity, notes, snoozes; with who did it and the " +
    "delivery that caused it.",
  scope: "alerts:read",
  annotations: READS,
  input: z.strictObject({ ...idOf("alert"), ...pageInput }),
  call: (api, { id, limit = 20, ...page }) =>
    dataOf(api.GET("/v1/alerts/{id}/timeline", { params: { path: { id }, query: { ...page, limit } } })),
});
