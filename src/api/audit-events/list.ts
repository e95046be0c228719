import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import { type AuditEventRow, listAuditEvents } from "../../db/audit-events.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { narrow } from "../../lib/principal.ts";
import { database } from "../request-scope.ts";
import { requireScope } from "../require-scope.ts";
import { createdAtPosition, instant, pageOf, pageQuery, readCursor, sinceUntil, toPage } from "../pagination.ts";
import { commonProblems } from "../problems.ts";

const auditEventSchema = z
  .object({
    id: z.uuid(),
    teamId: z.uuid().nullable(),
    actor: z.string().openapi({ description: "Who did it: `user:<id>`, `api:<key id>` or `api:root`" }),
    action: z.string().openapi({ example: "integration.rotate-secret" }),
    targetType: z.string(),
    targetId: z.string(),
    before: z.unknown().openapi({
      description: "The target before the action, without secrets; null: it did not exist, or nothing changed",
    }),
    after: z.unknown().openapi({
      description: "The target after the action, without secrets; null: it no longer exists, or nothing changed",
    }),
    ipAddress: z.string().nullable(),
    requestId: z.uuid().nullable(),
    createdAt: instant,
  })
  .openapi("AuditEvent");

const route = createRoute({
  method: "get",
  path: "/v1/audit-events",
  operationId: "listAuditEvents",
  tags: ["audit"],
  summary: "List Audit Events",
  description:
    "Lists audit events, newest first. Each event is one administrative action, with its actor, target and client address.",
  ...requireScope("admin"),
  request: {
    query: z.object({
      teamId: z.uuid().optional().openapi({ description: "Only events of this team" }),
      actor: z.string().max(100).optional().openapi({ description: "Only events of this actor", example: "api:root" }),
      action: z
        .string()
        .max(100)
        .optional()
        .openapi({ description: "Only events with this action", example: "api-key.create" }),
      targetId: z.string().max(100).optional().openapi({ description: "Only events with this target" }),
      ...sinceUntil("Recorded"),
      ...pageQuery,
    }),
  },
  responses: {
    200: {
      description: "A page of audit events",
      content: { "application/json": { schema: pageOf(auditEventSchema) } },
    },
    ...commonProblems,
  },
});

export function registerListAuditEvents(app: OpenAPIHono<AppEnv>): void {
  app.openapi(route, async (c) => {
    const { cursor, limit, teamId, ...filter } = c.req.valid("query");
    const visibleTeams = narrow(c.get("visibleTeams"), teamId);
    const rows = await listAuditEvents(database(c), visibleTeams, filter, readCursor(cursor), limit + 1);
    return c.json(toPage(c, rows, limit, toAuditEvent, createdAtPosition), 200);
  });
}

const toAuditEvent = (row: AuditEventRow): z.infer<typeof auditEventSchema> => ({
  ...row,
  createdAt: row.createdAt.toISOString(),
});
