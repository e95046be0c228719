import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { endSessions } from "../../db/sessions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { auditEvent } from "../audit.ts";
import { idParam } from "../pagination.ts";
import { commonProblems, notFoundProblem } from "../problems.ts";
import { anyCaller, findEditableUser } from "./access.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/users/{id}/sessions",
  operationId: "endUserSessions",
  tags: ["users"],
  summary: "End User Sessions",
  description:
    "Users can end their own sessions, platform admins those of all users. The cookies stop working at once.",
  ...anyCaller,
  request: { params: idParam },
  responses: { 204: { description: "All sessions of the user ended" }, ...commonProblems, ...notFoundProblem },
});

export function registerEndUserSessions(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { id } = await findEditableUser(c, c.req.valid("param").id);
    const event = { action: "session.delete-all", targetType: "user", targetId: id, teamId: null } as const;
    await endSessions(connect(c.env), id, null, auditEvent(c, event));
    await endStreams(c.env, { actors: [`user:${id}`] });
    return c.body(null, 204);
  });
}
