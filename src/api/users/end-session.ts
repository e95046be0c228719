import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { endSessions } from "../../db/sessions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { auditEvent } from "../audit.ts";
import { noSuch } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { anyCaller, findEditableUser } from "./access.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/users/{id}/sessions/{sessionId}",
  operationId: "endUserSession",
  tags: ["users"],
  summary: "End User Session",
  description:
    "Users can end their own sessions, platform admins those of all users. The session's cookie stops working at once.",
  ...anyCaller,
  request: {
    params: idParam.extend({ sessionId: z.uuid().openapi({ description: "Id of one of the user's sessions" }) }),
  },
  responses: { 204: { description: "Ended" }, ...commonProblems, ...notFoundProblem },
});

export function registerEndUserSession(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id, sessionId } = c.req.valid("param");
    await findEditableUser(c, id);
    const event = auditEvent(c, {
      action: "session.delete",
      targetType: "session",
      targetId: sessionId,
      teamId: null,
      before: { userId: id },
    });
    if ((await endSessions(connect(c.env), id, sessionId, event)) === 0) throw noSuch("session");
    await endStreams(c.env, { sessionIds: [sessionId] });
    return c.body(null, 204);
  });
}
