import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { requireScope } from "../require-scope.ts";
import { silenceSchema, silenceUpdateSchema, toSilence } from "./schema.ts";
import { loadForChange, updateSilence } from "./write.ts";

const route = createRoute({
  method: "patch",
  path: "/v1/silences/{id}",
  operationId: "updateSilence",
  tags: ["silences"],
  summary: "Update Silence",
  description:
    "Omitted fields do not change. An expired silence cannot be changed, and the start only while it is pending.",
  ...requireScope("alerts:write"),
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: silenceUpdateSchema } } },
  },
  responses: {
    200: {
      description: "The updated silence",
      headers: etagHeader,
      content: { "application/json": { schema: silenceSchema } },
    },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...changeProblems,
  },
});

export function registerUpdateSilence(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await loadForChange(c, c.req.valid("param").id);
    const given = Object.entries(c.req.valid("json")).filter(([, value]) => value !== undefined);
    const row = await updateSilence(c, before, Object.fromEntries(given));
    c.header("etag", etagOf(row.version));
    return c.json(toSilence(row), 200);
  });
}
