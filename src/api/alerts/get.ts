import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { toAlert } from "../../db/alert-view.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { findAlert } from "../../db/alerts.ts";
import { includes } from "../../lib/principal.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { database } from "../request-scope.ts";
import { noSuch, requireScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { alertSchema } from "./schema.ts";

const route = createRoute({
  method: "get",
  path: "/v1/alerts/{id}",
  operationId: "getAlert",
  tags: ["alerts"],
  summary: "Get Alert",
  ...requireScope("alerts:read"),
  request: { params: idParam },
  responses: {
    200: { description: "The alert", headers: etagHeader, content: { "application/json": { schema: alertSchema } } },
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetAlert(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const alert = await findAlert(database(c), c.req.valid("param").id);
    if (!alert || !includes(c.get("visibleTeams"), alert)) throw noSuch("alert");
    c.header("etag", etagOf(alert.version));
    return c.json(toAlert(alert, c.env.PUBLIC_URL), 200);
  });
}
