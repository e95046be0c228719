import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { listLabelValues } from "../../db/alert-groups.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { safeText } from "../../lib/json.ts";
import { narrow } from "../../lib/principal.ts";
import { pageOf } from "../pagination.ts";
import { commonProblems } from "../problems.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { alertCount, labelQuery, SAMPLE, toLabelFilter, toTextPage } from "./schema.ts";

const labelValueSchema = z.object({ value: z.string(), count: alertCount }).openapi("LabelValue");

const route = createRoute({
  method: "get",
  path: "/v1/labels/{name}/values",
  operationId: "listLabelValues",
  tags: ["alerts"],
  summary: "List Label Values",
  description: `Lists the values that alerts have for a label, in the order of their characters, for completion. ${SAMPLE}.`,
  ...requireScope("alerts:read"),
  request: {
    params: z.object({
      name: z
        .string()
        .min(1)
        .max(500)
        .refine((name) => safeText(name) === name, "must have no NUL characters and lone surrogates")
        .openapi({ description: "Name of the label", example: "service" }),
    }),
    query: z.object(labelQuery),
  },
  responses: {
    200: { description: "A page of values", content: { "application/json": { schema: pageOf(labelValueSchema) } } },
    ...commonProblems,
  },
});

export function registerListLabelValues(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { name } = c.req.valid("param");
    const { teamId, limit, ...query } = c.req.valid("query");
    const visibleTeams = narrow(c.get("visibleTeams"), teamId);
    const rows = await listLabelValues(database(c), visibleTeams, name, toLabelFilter(query), limit + 1);
    return c.json(
      toTextPage(c, rows, limit, ({ text, count }) => ({ value: text, count })),
      200,
    );
  });
}
