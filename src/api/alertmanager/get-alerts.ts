import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { requireScope } from "../require-scope.ts";
import { gettableAlertSchema } from "./alert.ts";
import { textProblems } from "./errors.ts";
import { alertsQuery, included, includesStatus, readLabelFilter, readReceiverFilter } from "./filter.ts";
import { arrayParts, streamed, streamJson } from "./stream-json.ts";
import { openAlertReader } from "./unresolved-alerts.ts";

const route = createRoute({
  method: "get",
  path: "/api/v2/alerts",
  operationId: "alertmanagerGetAlerts",
  tags: ["alertmanager"],
  summary: "List Alertmanager Alerts",
  description:
    "Lists all unresolved alerts that match all filters, the latest triggered first. Streams the list: an interrupted one is no complete JSON.",
  ...requireScope("alerts:read"),
  request: {
    query: z.object({
      ...alertsQuery,
      unprocessed: included("alerts that are not processed yet. Tocsin has none"),
    }),
  },
  responses: { ...streamed("The alerts", z.array(gettableAlertSchema)), ...textProblems },
});

export function registerGetAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const query = c.req.valid("query");
    const [matchesReceiver, labelFilter] = [readReceiverFilter(query), readLabelFilter(query)];
    const { pages } = await openAlertReader(c, labelFilter.indexed);
    async function* batches() {
      for await (const page of pages) {
        yield page
          .filter(({ receiver, alert }) => matchesReceiver(receiver) && labelFilter.matches(alert.labels))
          .filter(({ alert }) => includesStatus(query, alert.status))
          .map(({ alert }) => JSON.stringify(alert));
      }
    }
    return streamJson(c, arrayParts(batches()));
  });
}
