import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { changeUser, findUser, type UserRow } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { endStreams } from "../../objects/feed/client.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { assertMatch, changedMeanwhile, etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { noSuch } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { toUser, userUpdateSchema, userSchema } from "./schema.ts";
import { anyCaller, findEditableUser, isPlatformAdmin, lastPlatformAdmin } from "./access.ts";

const route = createRoute({
  method: "patch",
  path: "/v1/users/{id}",
  operationId: "updateUser",
  tags: ["users"],
  summary: "Update User",
  description:
    "Users change their own name. Platform admins change every user's name and `isPlatformAdmin`; the last platform admin stays one. A user with an unverified email address (`isEmailVerified` is false) who becomes a platform admin loses their password and sessions: create a password token for them.",
  ...anyCaller,
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: userUpdateSchema } } },
  },
  responses: {
    200: {
      description: "The updated user",
      headers: etagHeader,
      content: { "application/json": { schema: userSchema } },
    },
    204: { description: "As 200, for `Prefer: return=minimal`" },
    ...commonProblems,
    ...bodyProblems,
    ...notFoundProblem,
    ...changeProblems,
  },
});

export function registerUpdateUser(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const before = await findEditableUser(c, c.req.valid("param").id);
    assertMatch(c, before.updatedAt.getTime());
    const { name = before.name, isPlatformAdmin: willBeAdmin = before.isPlatformAdmin } = c.req.valid("json");
    const isAdminChange = willBeAdmin !== before.isPlatformAdmin;
    if (isAdminChange && !isPlatformAdmin(c)) {
      throw new Problem("forbidden", "Only platform admins may change `isPlatformAdmin`. Ask one of them.");
    }
    const change = {
      name,
      ...(isAdminChange && { isPlatformAdmin: willBeAdmin }),
      // A team admin may have set this user's password: `changeUser` deletes the access of an unverified address.
      ...(isAdminChange && willBeAdmin && { emailVerified: true }),
    };
    const event = auditEvent(c, {
      action: "user.update",
      targetType: "user",
      targetId: before.id,
      teamId: null,
      before: toUser(before),
      after: toUser({ ...before, ...change }),
    });
    const db = connect(c.env);
    const row = await changeUser(db, before, change, event);
    if (!row) throw conflictOf(before, await findUser(db, before.id));
    if (isAdminChange) await endStreams(c.env, { actors: [`user:${row.id}`] });
    c.header("etag", etagOf(row.updatedAt.getTime()));
    return c.json(toUser(row), 200);
  });
}

/** Explains why Postgres did not apply a change. */
function conflictOf(before: UserRow, current: UserRow | undefined): Problem {
  if (!current) return noSuch("user");
  if (current.updatedAt.getTime() !== before.updatedAt.getTime()) return changedMeanwhile(current.updatedAt.getTime());
  return lastPlatformAdmin();
}
