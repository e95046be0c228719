import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { ifMatchHeader } from "../etag.ts";
import { idParam } from "../pagination.ts";
import { changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { requireScope } from "../require-scope.ts";
import { expireSilence, loadForChange } from "./write.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/silences/{id}",
  operationId: "expireSilence",
  tags: ["silences"],
  summary: "Expire Silence",
  description:
    "Ends the silence now: its alerts are no longer muted by it, and subscriptions are notified of those that are unresolved. The silence " +
    "stays readable for five days. One that has expired already does not change.",
  ...requireScope("alerts:write"),
  request: { params: idParam, headers: z.object(ifMatchHeader) },
  responses: { 204: { description: "Expired" }, ...commonProblems, ...notFoundProblem, ...changeProblems },
});

export function registerExpireSilence(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    await expireSilence(c, await loadForChange(c, c.req.valid("param").id));
    return c.body(null, 204);
  });
}
