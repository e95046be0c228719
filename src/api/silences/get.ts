import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { requireScope } from "../require-scope.ts";
import { silenceSchema, toSilence } from "./schema.ts";
import { loadSilence } from "./write.ts";

const route = createRoute({
  method: "get",
  path: "/v1/silences/{id}",
  operationId: "getSilence",
  tags: ["silences"],
  summary: "Get Silence",
  ...requireScope("alerts:read"),
  request: { params: idParam },
  responses: {
    200: {
      description: "The silence",
      headers: etagHeader,
      content: { "application/json": { schema: silenceSchema } },
    },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetSilence(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const row = await loadSilence(c, c.req.valid("param").id);
    c.header("etag", etagOf(row.version));
    return c.json(toSilence(row), 200);
  });
}
