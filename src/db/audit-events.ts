import { and, desc, eq, gte, lt } from "drizzle-orm";
import type { Reach } from "../lib/principal.ts";
import type { Database } from "./client.ts";
import { type After, before, inTeams } from "./keyset.ts";
import { auditEvents } from "./schema.ts";

export type AuditEventRow = typeof auditEvents.$inferSelect;
export type NewAuditEvent = typeof auditEvents.$inferInsert;

/** The statement that records an act; batch it with what it records, so that neither is there without the other. */
export const insertAuditEvent = (db: Database, event: NewAuditEvent) => db.insert(auditEvents).values(event);

/** Every condition that is given must hold. */
export interface AuditFilter {
  actor?: string | undefined;
  action?: string | undefined;
  targetId?: string | undefined;
  since?: Date | undefined;
  until?: Date | undefined;
}

/** Acts within reach, the latest first. */
export function listAuditEvents(db: Database, reach: Reach, filter: AuditFilter, after: After | null, limit: number) {
  return db
    .select()
    .from(auditEvents)
    .where(
      and(
        inTeams(auditEvents.teamId, reach),
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
