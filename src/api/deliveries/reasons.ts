import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { groupByReason, MAX_GROUPED, withReasons } from "../../db/delivery-reasons.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { deliveryStatus, nullable } from "../components.ts";
import { instant, limitQuery } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { deliveryQuery, readDeliveryFilter } from "./filter.ts";
import { remedyFor, remedySchema } from "./remedy.ts";
import { formatNumber } from "../../lib/text.ts";

const reasonsSchema = z
  .object({
    data: z
      .array(
        z.object({
          status: deliveryStatus,
          statusCode: z.int(),
          reason: z.string().nullable().openapi({
            description: "The reason, with `…` in place of ids, times and positions in lists",
          }),
          hasUnreadableEvents: z.boolean().openapi({
            description:
              "Whether these are accepted deliveries with unreadable events, grouped by what was wrong with the first of these events",
          }),
          count: z.int().openapi({ description: "Number of deliveries" }),
          firstReceivedAt: instant,
          lastReceivedAt: instant,
          exampleId: z.uuid().openapi({ description: "The latest of these deliveries" }),
          integrationIds: z.array(z.uuid()).openapi({ description: "The integrations of these deliveries" }),
          remedy: nullable(remedySchema).openapi({
            description: "What to do about the latest of them; null: it did not fail",
          }),
        }),
      )
      .openapi({ description: "Groups, the largest first" }),
    total: z.int().openapi({ description: "Number of groups, including those beyond `limit`" }),
    isComplete: z.boolean().openapi({
      description: `False when more than ${formatNumber(MAX_GROUPED)} deliveries match: older ones are not counted`,
    }),
  })
  .openapi("DeliveryReasons");

const route = createRoute({
  method: "get",
  path: "/v1/deliveries/reasons",
  operationId: "listDeliveryReasons",
  tags: ["deliveries"],
  summary: "List Delivery Reasons",
  description:
    "Groups deliveries by status, status code and reason. Of accepted deliveries, groups only those with unreadable events, by what was wrong with " +
    "the first of these. Without a status, groups those that failed: rejected ones, and accepted ones with unreadable events. " +
    `Accepts the filters of the list, and reads the newest ${formatNumber(MAX_GROUPED)} deliveries that match.`,
  ...requireScope("deliveries:read"),
  request: { query: z.object({ ...deliveryQuery, limit: limitQuery }) },
  responses: {
    200: { description: "The groups", content: { "application/json": { schema: reasonsSchema } } },
    ...commonProblems,
  },
});

export function registerListDeliveryReasons(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { limit, ...query } = c.req.valid("query");
    const { filter, visibleTeams } = await readDeliveryFilter(c, query);
    const { groups, total, isComplete } = await groupByReason(database(c), visibleTeams, withReasons(filter), limit);
    const data = groups.map(({ decision, provider, ...group }) => ({
      ...group,
      // Other accepted deliveries are not grouped.
      hasUnreadableEvents: group.status === "ACCEPTED",
      remedy: remedyFor({ ...group, decision }, provider),
      firstReceivedAt: group.firstReceivedAt.toISOString(),
      lastReceivedAt: group.lastReceivedAt.toISOString(),
    }));
    return c.json({ data, total, isComplete }, 200);
  });
}
