import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { alertStatus, severity } from "../components.ts";
import { countAlerts } from "../../db/alerts.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { alertQuery, mutedQuery, readAlertFilter } from "./filter.ts";

const count = z.int().openapi({ description: "Number of alerts" });
const isAtLeast = z.boolean().openapi({ description: "True when counting stopped early: there are more alerts" });

/** How many alerts a default list leaves out. */
export const mutedCount = z
  .object({ count, isAtLeast })
  .openapi("MutedCount", { description: "Muted alerts that meet the other conditions, whatever `muted` is" });

const countsSchema = z
  .object({
    data: z
      .array(z.object({ status: alertStatus, severity: severity, count, isAtLeast }))
      .openapi({ description: "Combinations with at least one alert" }),
    total: z.object({ count, isAtLeast }),
    muted: mutedCount,
  })
  .openapi("AlertCounts");

const route = createRoute({
  method: "get",
  path: "/v1/alerts/counts",
  operationId: "countAlerts",
  tags: ["alerts"],
  summary: "Count Alerts",
  description:
    "Counts alerts by status and severity, with the filters of the list, and those that are muted. Counting stops at 1,000 alerts per combination, or at the " +
    "newest 2,000 when it searches text, labels, keys or people. Then `isAtLeast` is true, and `muted` counts the muted ones among those.",
  ...requireScope("alerts:read"),
  request: { query: z.object({ ...alertQuery, ...mutedQuery("false") }) },
  responses: {
    200: { description: "The counts", content: { "application/json": { schema: countsSchema } } },
    ...commonProblems,
  },
});

export function registerCountAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { filter, visibleTeams } = await readAlertFilter(c, c.req.valid("query"), false);
    const { counts: data, muted } = await countAlerts(database(c), visibleTeams, filter);
    const total = {
      count: data.reduce((sum, one) => sum + one.count, 0),
      isAtLeast: data.some((one) => one.isAtLeast),
    };
    return c.json({ data, total, muted }, 200);
  });
}
