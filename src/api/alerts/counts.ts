import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { SEVERITIES, STATUSES } from "../../alerts/model.ts";
import { countAlerts } from "../../db/alerts.ts";
import { connect } from "../../db/client.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { narrow } from "../../lib/principal.ts";
import { requireScope } from "../require-scope.ts";
import { commonProblems } from "../problems.ts";
import { alertQuery, readLabels } from "./filter.ts";

const count = z.int().openapi({ description: "How many there are" });
const isAtLeast = z.boolean().openapi({ description: "There are more: counting stopped there" });

const countsSchema = z
  .object({
    data: z
      .array(z.object({ status: z.enum(STATUSES), severity: z.enum(SEVERITIES), count, isAtLeast }))
      .openapi({ description: "Only of what there is any" }),
    total: z.object({ count, isAtLeast }),
  })
  .openapi("AlertCounts");

const route = createRoute({
  method: "get",
  path: "/v1/alerts/counts",
  operationId: "countAlerts",
  tags: ["alerts"],
  summary: "Count alerts by status and severity",
  description:
    "Under the filters of the list. Counting stops at a thousand of each kind, or at the newest two thousand of a search.",
  ...requireScope("alerts:read"),
  request: { query: z.object(alertQuery) },
  responses: {
    200: { description: "How many there are of each", content: { "application/json": { schema: countsSchema } } },
    ...commonProblems,
  },
});

export function registerCountAlerts(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { teamId, label: _, ...given } = c.req.valid("query");
    const filter = { ...given, labels: readLabels(c.req.url) };
    const data = await countAlerts(connect(c.env), narrow(c.get("visibleTeams"), teamId), filter);
    const total = {
      count: data.reduce((sum, one) => sum + one.count, 0),
      isAtLeast: data.some((one) => one.isAtLeast),
    };
    return c.json({ data, total }, 200);
  });
}
