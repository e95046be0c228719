import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { type After, before, inTeams } from "./keyset.ts";
import { auditEvents } from "./schema.ts";

export type AuditEventRow = typeof auditEvents.$inferSelect;
export type NewAuditEvent = typeof auditEvents.$inferInsert;

/** The statement that records an act; batch it with what it records, so that neither is there without the other. */
export const insertAuditEvent = (db: Database, event: NewAuditEvent) => db.insert(auditEvents).values(event);

/** The same, for an act that may turn out not to have been done: recorded only where the condition holds. */
export const insertAuditEventIf = (event: NewAuditEvent, condition: SQL): SQL => sql`
  insert into ${auditEvents} (id, team_id, actor, action, target_type, target_id, before, after, ip_address, request_id,
    created_at)
  select ${event.id}::uuid, ${event.teamId ?? null}::uuid, ${event.actor}::text, ${event.action}::text,
    ${event.targetType}::text, ${event.targetId}::text, ${toJson(event.before)}::jsonb, ${toJson(event.after)}::jsonb,
    ${event.ipAddress ?? null}::text, ${event.requestId ?? null}::uuid, ${event.createdAt?.toISOString() ?? null}::timestamptz
  where ${condition}`;

const toJson = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** Every condition that is given must hold. */
export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  targetId?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

/** Acts within visibleTeams, the latest first. */
export function listAuditEvents(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: AuditFilter,
  after: After | null,
  limit: number,
) {
  return db
    .select()
    .from(auditEvents)
    .where(
      and(
        inTeams(auditEvents.teamId, visibleTeams),
        filter.actor === undefined ? undefined : eq(auditEvents.actor, filter.actor),
        filter.action === undefined ? undefined : eq(auditEvents.action, filter.action),
        filter.targetId === undefined ? undefined : eq(auditEvents.targetId, filter.targetId),
        filter.since && gte(auditEvents.createdAt, filter.since),
        filter.until && lt(auditEvents.createdAt, filter.until),
        before(auditEvents.createdAt, auditEvents.id, after),
      ),
    )
    .orderBy(desc(auditEvents.createdAt), desc(auditEvents.id))
    .limit(limit);
}
