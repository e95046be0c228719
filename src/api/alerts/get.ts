import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { toAlert } from "../../db/alert-view.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { findAlert } from "../../db/alerts.ts";
import { connect } from "../../db/client.ts";
import { includesTeam } from "../../lib/principal.ts";
import { etagHeader, etagOf, ifNoneMatchHeader, isKnown, notModified } from "../etag.ts";
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
  request: { params: idParam, headers: z.object(ifNoneMatchHeader) },
  responses: {
    200: { description: "The alert", headers: etagHeader, content: { "application/json": { schema: alertSchema } } },
    ...notModified,
    ...commonProblems,
    ...notFoundProblem,
  },
});

export function registerGetAlert(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const alert = await findAlert(connect(c.env), c.req.valid("param").id);
    if (!alert || !includesTeam(c.get("visibleTeams"), alert.teamId)) throw noSuch("alert");
    c.header("etag", etagOf(alert.version));
    if (isKnown(c, alert.version)) return c.body(null, 304);
    return c.json(toAlert(alert), 200);
  });
}
