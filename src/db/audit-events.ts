import { and, desc, eq, gte, lt, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn, PgTable } from "drizzle-orm/pg-core";
import type { VisibleTeams } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { inTeams, isOlder, type Position } from "./keyset.ts";
import { auditEvents } from "./schema.ts";

export type AuditEventRow = typeof auditEvents.$inferSelect;
export type NewAuditEvent = typeof auditEvents.$inferInsert;

/** Records an audit event. Put the statement into the batch that makes the recorded change. */
export const insertAuditEvent = (db: Database, event: NewAuditEvent) => db.insert(auditEvents).values(event);

/** Records one or more audit events. */
export const insertAuditEvents = (db: Database, events: readonly NewAuditEvent[]) =>
  db.insert(auditEvents).values([...events]);

/** Records an audit event if a condition holds: for changes that Postgres may not make. */
export const insertAuditEventIf = (event: NewAuditEvent, condition: SQL): SQL => sql`
  insert into ${auditEvents} (id, team_id, actor, action, target_type, target_id, before, after, ip_address, request_id,
    created_at)
  select ${event.id}::uuid, ${event.teamId ?? null}::uuid, ${event.actor}::text, ${event.action}::text,
    ${event.targetType}::text, ${event.targetId}::text, ${toJson(event.before)}::jsonb, ${toJson(event.after)}::jsonb,
    ${event.ipAddress ?? null}::text, ${event.requestId ?? null}::uuid, ${event.createdAt?.toISOString() ?? null}::timestamptz
  where ${condition}`;

/** Records an audit event unless there is one about the same action and target after a time. */
export const insertAuditEventUnless = (db: Database, event: NewAuditEvent, since: Date) =>
  db.execute(
    insertAuditEventIf(
      event,
      sql`not exists (select 1 from ${auditEvents} where ${and(eq(auditEvents.targetId, event.targetId), eq(auditEvents.action, event.action), gte(auditEvents.createdAt, since))})`,
    ),
  );

/**
 * Whether an earlier statement of this batch wrote the row: the condition for what must happen only if its update found
 * the row. A concurrent batch that made the same change in the same millisecond has another transaction id.
 */
export const isWrittenHere = (table: PgTable & { id: AnyPgColumn }, id: string): SQL =>
  sql`exists (select 1 from ${table} where ${table.id} = ${id}::uuid and ${table}.xmin = pg_current_xact_id()::xid)`;

const toJson = (value: unknown): string | null =>
  value === null || value === undefined ? null : JSON.stringify(value);

/** The audit events that meet every given condition. */
export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  targetId?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

/** Lists the visible audit events, the newest first. */
export function listAuditEvents(
  db: Database,
  visibleTeams: VisibleTeams,
  filter: AuditFilter,
  position: Position | null,
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
        isOlder(auditEvents.createdAt, auditEvents.id, position),
      ),
    )
    .orderBy(desc(auditEvents.createdAt), desc(auditEvents.id))
    .limit(limit);
}

/** Lists the ids of subscriptions that were created, changed or deleted since an instant, each once. */
export const subscriptionsChangedSince = (db: Database, since: Date, limit: number) =>
  db
    .selectDistinct({ id: auditEvents.targetId })
    .from(auditEvents)
    .where(and(gte(auditEvents.createdAt, since), eq(auditEvents.targetType, "subscription")))
    .limit(limit);
