import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { ifMatchHeader } from "../etag.ts";
import { requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { change, changeable } from "./change.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/integrations/{id}",
  operationId: "deleteIntegration",
  tags: ["integrations"],
  summary: "Take an integration out of service for good",
  description: "Its URL is answered 404 from now on. Its alerts and deliveries stay, and alerts can still be moved on.",
  ...requireScope("integrations:write"),
  request: { params: idParam, headers: z.object(ifMatchHeader) },
  responses: { 204: { description: "It is gone" }, ...commonProblems, ...notFoundProblem, ...changeProblems },
});

export function registerDeleteIntegration(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await changeable(c, c.req.valid("param").id);
    await change(c, before, { deletedAt: new Date() }, "integration.delete");
    return c.body(null, 204);
  });
}
