import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { deleteCookie } from "hono/cookie";
import { connect } from "../../db/client.ts";
import { endSessions } from "../../db/sessions.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { changeProblems, commonProblems } from "../problems.ts";
import { hostPrefix, SESSION_COOKIE } from "./principal.ts";
import { cookieHeader } from "./schema.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/session",
  operationId: "signOut",
  tags: ["session"],
  summary: "Sign Out",
  description: "Ends the session. Its cookie stops working at once.",
  security: [{ session: [] }],
  responses: {
    204: { description: "Signed out", headers: cookieHeader },
    ...commonProblems,
    409: { ...changeProblems[409], description: "The request uses a key, not a session" },
  },
});

export function registerSignOut(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { user } = c.get("principal");
    if (!user) throw new Problem("conflict", "This request uses a key, not a session. Revoke the key instead.");
    const event = auditEvent(c, {
      action: "session.delete",
      targetType: "session",
      targetId: user.sessionId,
      teamId: null,
      before: { userId: user.id },
    });
    await endSessions(connect(c.env), user.id, user.sessionId, event);
    await endStreams(c.env, { sessionIds: [user.sessionId] });
    const prefix = hostPrefix(c);
    deleteCookie(c, SESSION_COOKIE, { path: "/", secure: prefix !== undefined, ...(prefix && { prefix }) });
    return c.body(null, 204);
  });
}
