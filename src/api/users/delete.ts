import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { deleteUser } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { assertMatch, ifMatchHeader } from "../etag.ts";
import { requirePlatformScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { toUser } from "./schema.ts";
import { findVisibleUser, isSelf, lastPlatformAdmin } from "./access.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/users/{id}",
  operationId: "deleteUser",
  tags: ["users"],
  summary: "Delete User",
  description:
    "Ends all sessions of the user and removes them from every team. Timelines and the audit log keep their actions. API keys that they created still work: revoke them separately.",
  ...requirePlatformScope("admin"),
  request: { params: idParam, headers: z.object(ifMatchHeader) },
  responses: { 204: { description: "Deleted" }, ...commonProblems, ...notFoundProblem, ...changeProblems },
});

export function registerDeleteUser(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const user = await findVisibleUser(c, c.req.valid("param").id);
    assertMatch(c, user.updatedAt.getTime());
    if (isSelf(c, user.id)) {
      throw new Problem("conflict", "You cannot delete yourself. Ask another platform admin.");
    }
    const event = auditEvent(c, {
      action: "user.delete",
      targetType: "user",
      targetId: user.id,
      teamId: null,
      before: toUser(user),
    });
    if (!(await deleteUser(connect(c.env), user.id, event))) throw lastPlatformAdmin();
    await endStreams(c.env, { actors: [`user:${user.id}`] });
    return c.body(null, 204);
  });
}
