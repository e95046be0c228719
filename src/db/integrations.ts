import { and, desc, eq, isNull, lt, sql } from "drizzle-orm";
import type { VisibleTeams } from "../lib/principal.ts";
import { type After, before, inTeams } from "./keyset.ts";
import type { Database } from "./client.ts";
import { insertAuditEvent, insertAuditEventIf, type NewAuditEvent } from "./audit-events.ts";
import { alerts, integrations, webhookDeliveries } from "./schema.ts";

export type IntegrationRow = typeof integrations.$inferSelect;
export type NewIntegration = typeof integrations.$inferInsert;

/** @throws NeonDbError when the team does not exist (SQLSTATE 23503). */
export async function insertIntegration(
  db: Database,
  integration: NewIntegration,
  audit: NewAuditEvent,
): Promise<IntegrationRow> {
  const [[row]] = await db.batch([
    db.insert(integrations).values(integration).returning(),
    insertAuditEvent(db, audit),
  ]);
  if (!row) throw new Error("insert returned no row");
  return row;
}

/** Takes back an integration that nobody has heard of yet. */
export async function deleteIntegration(db: Database, id: string, audit: NewAuditEvent): Promise<void> {
  await db.batch([db.delete(integrations).where(eq(integrations.id, id)), insertAuditEvent(db, audit)]);
}

/**
 * Changes an integration that still has this version, and gives it the next one; with it go the record of the act and,
 * when the team changes, all that belongs to it.
 * @returns the row as it is now; undefined: it has another version by now, and nothing was changed
 * @throws NeonDbError when the team does not exist (SQLSTATE 23503)
 */
export async function changeIntegration(
  db: Database,
  present: Pick<IntegrationRow, "id" | "version" | "teamId">,
  change: Partial<IntegrationRow>,
  audit: NewAuditEvent,
): Promise<IntegrationRow | undefined> {
  const now = new Date();
  const version = present.version + 1;
  const isDone = sql`exists (select 1 from ${integrations} where ${integrations.id} = ${present.id}
    and ${integrations.version} = ${version} and ${integrations.updatedAt} = ${now.toISOString()}::timestamptz)`;
  const update = db
    .update(integrations)
    .set({ ...change, version, updatedAt: now })
    .where(
      and(eq(integrations.id, present.id), eq(integrations.version, present.version), isNull(integrations.deletedAt)),
    )
    .returning();
  const { teamId = present.teamId } = change;
  const [[row]] = await db.batch([
    update,
    db.execute(insertAuditEventIf(audit, isDone)),
    ...(teamId === present.teamId
      ? []
      : [alerts, webhookDeliveries].map((table) =>
          db
            .update(table)
            .set({ teamId })
            .where(and(eq(table.integrationId, present.id), isDone)),
        )),
  ]);
  return row;
}

/** Notes that the object of an integration has confirmed this version. */
export async function markSynced(db: Database, id: string, version: number): Promise<void> {
  await db
    .update(integrations)
    .set({ syncedVersion: version })
    .where(and(eq(integrations.id, id), lt(integrations.syncedVersion, version)));
}

/** Notes the SNS topic that an integration found for itself. The new version includesTeam its object by the cron. */
export async function nameTopic(db: Database, id: string, topicArn: string): Promise<void> {
  const { verification } = integrations;
  await db
    .update(integrations)
    .set({
      verification: sql`${verification} || jsonb_build_object('topicArn', ${topicArn}::text)`,
      version: sql`${integrations.version} + 1`,
      updatedAt: new Date(),
    })
    .where(
      and(
        eq(integrations.id, id),
        sql`${verification} ->> 'scheme' = 'sns' AND ${verification} ->> 'topicArn' IS NULL`,
      ),
    );
}

/** Integrations in the order of their ids, from behind one of them on; `unsynced`: only those whose object is behind. */
export function integrationsAfter(db: Database, which: "unsynced" | "all", afterId: string | null, limit: number) {
  return db
    .select()
    .from(integrations)
    .where(
      and(
        which === "unsynced" ? lt(integrations.syncedVersion, integrations.version) : undefined,
        afterId === null ? undefined : sql`${integrations.id} > ${afterId}::uuid`,
      ),
    )
    .orderBy(integrations.id)
    .limit(limit);
}

/** Integrations within visibleTeams that are not deleted, the latest created first. */
export function listIntegrations(db: Database, visibleTeams: VisibleTeams, after: After | null, limit: number) {
  return db
    .select()
    .from(integrations)
    .where(
      and(
        isNull(integrations.deletedAt),
        inTeams(integrations.teamId, visibleTeams),
        before(integrations.createdAt, integrations.id, after),
      ),
    )
    .orderBy(desc(integrations.createdAt), desc(integrations.id))
    .limit(limit);
}

/** The integration with this id; unless one `also deleted` is wanted, as long as it is not. */
export async function findIntegration(
  db: Database,
  id: string,
  which: "present" | "also deleted" = "present",
): Promise<IntegrationRow | undefined> {
  const [row] = await db
    .select()
    .from(integrations)
    .where(and(eq(integrations.id, id), which === "present" ? isNull(integrations.deletedAt) : undefined));
  return row;
}
