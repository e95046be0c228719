import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { endSessions } from "../../db/sessions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { auditEvent } from "../audit.ts";
import { noSuch } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { anybody, ownUser } from "./user.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/users/{id}/sessions/{sessionId}",
  operationId: "endUserSession",
  tags: ["users"],
  summary: "Sign somebody out of one browser, at once: yourself, or anybody as a platform admin",
  ...anybody,
  request: { params: idParam.extend({ sessionId: z.uuid().openapi({ description: "One of their sessions" }) }) },
  responses: { 204: { description: "The session is over" }, ...commonProblems, ...notFoundProblem },
});

export function registerEndUserSession(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id, sessionId } = c.req.valid("param");
    await ownUser(c, id);
    const act = { action: "session.delete", targetType: "session", targetId: sessionId, teamId: null } as const;
    const audit = auditEvent(c, { ...act, before: { userId: id } });
    if ((await endSessions(connect(c.env), id, sessionId, audit)) === 0) throw noSuch("session");
    return c.body(null, 204);
  });
}
