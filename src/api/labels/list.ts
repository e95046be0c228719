import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listLabelNames } from "../../db/alert-groups.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { narrow } from "../../lib/principal.ts";
import { pageOf } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { alertCount, labelQuery, SAMPLE, toLabelFilter, toTextPage } from "./schema.ts";

const labelSchema = z.object({ name: z.string(), count: alertCount }).openapi("Label");

const route = createRoute({
  method: "get",
  path: "/v1/labels",
  operationId: "listLabels",
  tags: ["alerts"],
  summary: "List Labels",
  description: `Lists the names of the labels that alerts have, in the order of their characters, for completion. ${SAMPLE}.`,
  ...requireScope("alerts:read"),
  request: { query: z.object(labelQuery) },
  responses: {
    200: { description: "A page of names", content: { "application/json": { schema: pageOf(labelSchema) } } },
    ...commonProblems,
  },
});

export function registerListLabels(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { teamId, limit, ...query } = c.req.valid("query");
    const visibleTeams = narrow(c.get("visibleTeams"), teamId);
    const rows = await listLabelNames(database(c), visibleTeams, toLabelFilter(query), limit + 1);
    return c.json(
      toTextPage(c, rows, limit, ({ text, count }) => ({ name: text, count })),
      200,
    );
  });
}
