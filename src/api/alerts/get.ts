import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { AppEnv } from "../../lib/app-env.ts";
import { findAlert } from "../../db/alerts.ts";
import { connect } from "../../db/client.ts";
import { Problem } from "../../lib/problem.ts";
import { idParam } from "../page.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { alertSchema, toAlert } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/alerts/{id}",
  operationId: "getAlert",
  tags: ["alerts"],
  summary: "Get an alert",
  request: { params: idParam },
  responses: {
    200: { description: "The alert", content: { "application/json": { schema: alertSchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetAlert(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const alert = await findAlert(connect(c.env), c.req.valid("param").id);
    if (!alert) throw new Problem("not-found", "There is no such alert.");
    return c.json(toAlert(alert), 200);
  });
}
