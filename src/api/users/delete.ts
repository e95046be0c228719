import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { deleteUser } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { assertMatch, ifMatchHeader } from "../etag.ts";
import { requirePlatformScope } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { toUser } from "./schema.ts";
import { isSelf, visibleUser } from "./user.ts";

const route = createRoute({
  method: "delete",
  path: "/v1/users/{id}",
  operationId: "deleteUser",
  tags: ["users"],
  summary: "Delete a person: they are signed out everywhere at once, and in no team any more",
  description: "What they did stays on record. API keys that they made go on working: revoke them.",
  ...requirePlatformScope("admin"),
  request: { params: idParam, headers: z.object(ifMatchHeader) },
  responses: { 204: { description: "They are gone" }, ...commonProblems, ...notFoundProblem, ...changeProblems },
});

export function registerDeleteUser(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const was = await visibleUser(c, c.req.valid("param").id);
    assertMatch(c, was.updatedAt.getTime());
    if (isSelf(c, was.id)) throw new Problem("conflict", "Nobody deletes themselves: ask another platform admin.");
    const act = { action: "user.delete", targetType: "user", targetId: was.id, teamId: null } as const;
    if (!(await deleteUser(connect(c.env), was.id, auditEvent(c, { ...act, before: toUser(was) })))) {
      throw new Problem("conflict", "This is the last platform admin: make somebody else one first.");
    }
    return c.body(null, 204);
  });
}
