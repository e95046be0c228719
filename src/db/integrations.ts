import { and, desc, eq, isNull, lt, sql } from "drizzle-orm";
import type { VisibleTeams } from "../lib/principal.ts";
import { inTeams, isOlder, type Position } from "./keyset.ts";
import type { Database } from "./client.ts";
import { insertAuditEvent, insertAuditEventIf, isWrittenHere, type NewAuditEvent } from "./audit-events.ts";
import { alerts, integrations, webhookDeliveries } from "./schema.ts";

export type IntegrationRow = typeof integrations.$inferSelect;
export type NewIntegration = typeof integrations.$inferInsert;

/** @throws NeonDbError when the team does not exist (SQLSTATE 23503) */
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

/** Deletes the row of an integration that could not be created completely. */
export async function deleteIntegration(db: Database, id: string, audit: NewAuditEvent): Promise<void> {
  await db.batch([db.delete(integrations).where(eq(integrations.id, id)), insertAuditEvent(db, audit)]);
}

/**
 * Changes an integration if it still has this version, and records the audit event. When the team changes, the alerts and
 * deliveries of the integration move too.
 * @returns the changed row; undefined: the integration has another version, and nothing changed
 * @throws NeonDbError when the team does not exist (SQLSTATE 23503)
 */
export async function changeIntegration(
  db: Database,
  current: Pick<IntegrationRow, "id" | "version" | "teamId">,
  change: Partial<IntegrationRow>,
  audit: NewAuditEvent,
): Promise<IntegrationRow | undefined> {
  const isChanged = isWrittenHere(integrations, current.id);
  const update = db
    .update(integrations)
    .set({ ...change, version: current.version + 1, updatedAt: new Date() })
    .where(
      and(eq(integrations.id, current.id), eq(integrations.version, current.version), isNull(integrations.deletedAt)),
    )
    .returning();
  const { teamId = current.teamId } = change;
  const [[row]] = await db.batch([
    update,
    db.execute(insertAuditEventIf(audit, isChanged)),
    ...(teamId === current.teamId
      ? []
      : [alerts, webhookDeliveries].map((table) =>
          db
            .update(table)
            .set({ teamId })
            .where(and(eq(table.integrationId, current.id), isChanged)),
        )),
  ]);
  return row;
}

/** Records the config version that the object of an integration has confirmed. */
export async function markSynced(db: Database, id: string, version: number): Promise<void> {
  await db
    .update(integrations)
    .set({ syncedVersion: version })
    .where(and(eq(integrations.id, id), lt(integrations.syncedVersion, version)));
}

/** Records the SNS topic of an integration whose settings name none. The cron sends the new version to its object. */
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

/** Lists integrations by id, after `afterId`; `unsynced`: only those whose object has an older version. */
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

/** Lists the visible integrations that are not deleted, the newest first. */
export function listIntegrations(db: Database, visibleTeams: VisibleTeams, position: Position | null, limit: number) {
  return db
    .select()
    .from(integrations)
    .where(isListed(visibleTeams, position))
    .orderBy(desc(integrations.createdAt), desc(integrations.id))
    .limit(limit);
}

/** Lists the ids and names of the visible integrations that are not deleted, the newest first. */
export const listIntegrationNames = (
  db: Database,
  visibleTeams: VisibleTeams,
  position: Position | null,
  limit: number,
) =>
  db
    .select({ id: integrations.id, name: integrations.name, createdAt: integrations.createdAt })
    .from(integrations)
    .where(isListed(visibleTeams, position))
    .orderBy(desc(integrations.createdAt), desc(integrations.id))
    .limit(limit);

const isListed = (visibleTeams: VisibleTeams, position: Position | null) =>
  and(
    isNull(integrations.deletedAt),
    inTeams(integrations.teamId, visibleTeams),
    isOlder(integrations.createdAt, integrations.id, position),
  );

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
