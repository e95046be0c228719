import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { changeUser, findUser, type UserRow } from "../../db/users.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";
import { auditEvent } from "../audit.ts";
import { assertMatch, changedMeanwhile, etagHeader, etagOf, ifMatchHeader } from "../etag.ts";
import { noSuch } from "../require-scope.ts";
import { idParam } from "../pagination.ts";
import { bodyProblems, changeProblems, commonProblems, notFoundProblem } from "../problems.ts";
import { toUser, userChangeSchema, userSchema } from "./schema.ts";
import { anybody, isPlatformAdmin, ownUser } from "./user.ts";

const route = createRoute({
  method: "patch",
  path: "/v1/users/{id}",
  operationId: "changeUser",
  tags: ["users"],
  summary: "Change a person's name, your own or as a platform admin, or make them a platform admin",
  description:
    "The last platform admin stays one. Who was only invited by a team's admin (`isEmailVerified` is false) loses their password and sessions when they become one: make them a token.",
  ...anybody,
  request: {
    params: idParam,
    headers: z.object(ifMatchHeader),
    body: { required: true, content: { "application/json": { schema: userChangeSchema } } },
  },
  responses: {
    200: {
      description: "The person as they are now",
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

export function registerChangeUser(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const was = await ownUser(c, c.req.valid("param").id);
    assertMatch(c, was.updatedAt.getTime());
    const { name = was.name, isPlatformAdmin: willBeAdmin = was.isPlatformAdmin } = c.req.valid("json");
    const isAdminChange = willBeAdmin !== was.isPlatformAdmin;
    if (isAdminChange && !isPlatformAdmin(c)) {
      throw new Problem("forbidden", "Only a platform admin says who is one.");
    }
    const change = {
      name,
      ...(isAdminChange && { isPlatformAdmin: willBeAdmin }),
      // As with who is let in by a platform admin. A team's admin may have set the password that they have.
      ...(isAdminChange && willBeAdmin && { emailVerified: true }),
    };
    const audit = auditEvent(c, {
      action: "user.change",
      targetType: "user",
      targetId: was.id,
      teamId: null,
      before: toUser(was),
      after: toUser({ ...was, ...change }),
    });
    const db = connect(c.env);
    const row = await changeUser(db, was, change, audit);
    if (!row) throw unchanged(was, await findUser(db, was.id));
    c.header("etag", etagOf(row.updatedAt.getTime()));
    return c.json(toUser(row), 200);
  });
}

/** Why a change did nothing. */
function unchanged(was: UserRow, is: UserRow | undefined): Problem {
  if (!is) return noSuch("user");
  if (is.updatedAt.getTime() !== was.updatedAt.getTime()) return changedMeanwhile(is.updatedAt.getTime());
  return new Problem("conflict", "This is the last platform admin: make somebody else one first.");
}
