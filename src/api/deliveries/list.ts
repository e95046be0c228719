import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { DELIVERY_STATUSES } from "../../alerts/model.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { connect } from "../../db/client.ts";
import { listDeliveries } from "../../db/deliveries.ts";
import { narrow } from "../../lib/principal.ts";
import { needs } from "../needs.ts";
import { pageOf, pageQuery, readCursor, repeatable, sinceUntil, toPage } from "../page.ts";
import { commonProblems } from "../problems.ts";
import { deliverySchema, toDelivery } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/deliveries",
  operationId: "listDeliveries",
  tags: ["deliveries"],
  summary: "List deliveries, whatever became of them, the latest received first",
  ...needs("deliveries:read"),
  request: {
    query: z.object({
      integrationId: z.uuid().optional().openapi({ description: "Only what came through this integration" }),
      teamId: z.uuid().optional().openapi({ description: "Only what belongs to this team" }),
      alertId: z.uuid().optional().openapi({ description: "Only those with an event for this alert" }),
      replayOf: z.uuid().optional().openapi({ description: "Only replays of this delivery" }),
      status: repeatable(z.enum(DELIVERY_STATUSES))
        .optional()
        .openapi({ description: "One of these; may be given several times" }),
      ...sinceUntil("Received"),
      ...pageQuery,
    }),
  },
  responses: {
    200: { description: "A page of deliveries", content: { "application/json": { schema: pageOf(deliverySchema) } } },
    ...commonProblems,
  },
});

export function registerListDeliveries(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, teamId, ...filter } = c.req.valid("query");
    const reach = narrow(c.get("reach"), teamId);
    const rows = await listDeliveries(connect(c.env), reach, filter, readCursor(cursor), limit + 1);
    const page = toPage(c, rows, limit, toDelivery, (row) => ({ sortedBy: row.receivedAt.getTime(), id: row.id }));
    return c.json(page, 200);
  });
}
