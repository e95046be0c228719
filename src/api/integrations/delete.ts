import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { ifMatchHeader } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { loadForUpdate, updateIntegration } from "./update.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/integrations/{id}",
  operationId: "deleteIntegration",
  tags: ["integrations"],
  summary: "Delete Integration",
  description:
    "Its ingest URL then answers 404. Its alerts and deliveries stay, and the status of its alerts can still be changed.",
  ...requireScope("integrations:write"),
  request: { params: idParam, headers: z.object(ifMatchHeader) },
  responses: { 204: { description: "Deleted" }, ...commonProblems, ...notFoundProblem, ...changeProblems },
});

export function registerDeleteIntegration(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await loadForUpdate(c, c.req.valid("param").id);
    await updateIntegration(c, before, { deletedAt: new Date() }, "integration.delete");
    return c.body(null, 204);
  });
}
