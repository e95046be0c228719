import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { connect } from "../../db/client.ts";
import { insertTeam } from "../../db/teams.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { newId } from "../../lib/ids.ts";
import { auditEvent } from "../audit.ts";
import { etagHeader, etagOf } from "../etag.ts";
import { requirePlatformScope } from "../require-scope.ts";
import { bodyProblems, commonProblems, idempotencyProblems } from "../problems.ts";
import { newTeamSchema, teamSchema, toTeam } from "./schema.ts";

const route = createRoute({
  method: "post",
  path: "/v1/teams",
  operationId: "createTeam",
  tags: ["teams"],
  summary: "Create Team",
  description: "A new team has no members.",
  ...requirePlatformScope("admin"),
  request: { body: { required: true, content: { "application/json": { schema: newTeamSchema } } } },
  responses: {
    201: {
      description: "The created team",
      headers: etagHeader,
      content: { "application/json": { schema: teamSchema } },
    },
    ...commonProblems,
    ...bodyProblems,
    ...idempotencyProblems,
  },
});

export function registerCreateTeam(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const now = new Date();
    const row = { ...c.req.valid("json"), id: newId(), createdAt: now, updatedAt: now };
    const db = connect(c.env);
    const event = auditEvent(c, {
      action: "team.create",
      targetType: "team",
      targetId: row.id,
      teamId: row.id,
      after: toTeam(row),
    });
    await db.batch([...insertTeam(db, row, event)]);
    c.header("location", `/v1/teams/${row.id}`);
    c.header("etag", etagOf(row.updatedAt.getTime()));
    return c.json(toTeam(row), 201);
  });
}
