import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { endSessions } from "../../db/sessions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { auditEvent } from "../audit.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { anybody, ownUser } from "./user.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/users/{id}/sessions",
  operationId: "endUserSessions",
  tags: ["users"],
  summary: "Sign somebody out everywhere, at once: yourself, or anybody as a platform admin",
  ...anybody,
  request: { params: idParam },
  responses: { 204: { description: "Every session is over" }, ...commonProblems, ...notFoundProblem },
});

export function registerEndUserSessions(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id } = await ownUser(c, c.req.valid("param").id);
    const act = { action: "session.delete-all", targetType: "user", targetId: id, teamId: null } as const;
    await endSessions(connect(c.env), id, null, auditEvent(c, act));
    return c.body(null, 204);
  });
}
