import { and, desc, eq, isNull, lt, sql } from "drizzle-orm";
import type { VisibleTeams } from "../lib/principal.ts";
import { isOlder, isOneOf, isVisible, type Position } from "./keyset.ts";
import type { Database } from "./client.ts";
import { insertAuditEvent, insertAuditEventIf, isWrittenHere, type NewAuditEvent } from "./audit-events.ts";
import { alerts, integrations, webhookDeliveries } from "./schema.ts";

export type IntegrationRow = typeof integrations.$inferSelect;
export type NewIntegration = typeof integrations.$inferInsert;

/** The columns of an integration that decide who can see it. */
export const INTEGRATION = { teamId: integrations.teamId, integrationId: integrations.id };

/**
 * @throws NeonDbError when the team does not exist (SQLSTATE 23503), or another integration of the team has the external name
 *   (SQLSTATE 23505)
 */
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

/**
 * Changes an integration if it still has this version, and records the audit event. When the team changes, the alerts and
 * deliveries of the integration move too. Announce the change first (objects/integration/announce-config.ts).
 * @param version of the changed row
 * @returns the changed row; undefined: the integration has another version, and nothing changed
 * @throws NeonDbError when the team does not exist (SQLSTATE 23503)
 */
export async function changeIntegration(
  db: Database,
  current: Pick<IntegrationRow, "id" | "version" | "teamId">,
  version: number,
  change: Partial<IntegrationRow>,
  audit: NewAuditEvent,
): Promise<IntegrationRow | undefined> {
  const isChanged = isWrittenHere(integrations, current.id);
  const update = db
    .update(integrations)
    .set({ ...change, version, updatedAt: new Date() })
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

/**
 * Records the SNS topic of an integration whose settings name none. Announce the change first.
 * @param version of the changed row
 * @returns the changed row; undefined: the settings name a topic, or there is a newer version
 */
export async function nameTopic(
  db: Database,
  id: string,
  version: number,
  topicArn: string,
): Promise<IntegrationRow | undefined> {
  const { verification } = integrations;
  const [row] = await db
    .update(integrations)
    .set({
      verification: sql`${verification} || jsonb_build_object('topicArn', ${topicArn}::text)`,
      version,
      updatedAt: new Date(),
    })
    .where(
      and(
        eq(integrations.id, id),
        lt(integrations.version, version),
        sql`${verification} ->> 'scheme' = 'sns' AND ${verification} ->> 'topicArn' IS NULL`,
      ),
    )
    .returning();
  return row;
}

/** Raises the version of an integration whose objects know a newer one: an older database was restored. */
export async function raiseVersion(
  db: Database,
  { id, version }: Pick<IntegrationRow, "id" | "version">,
  raised: number,
): Promise<IntegrationRow | undefined> {
  const [row] = await db
    .update(integrations)
    .set({ version: raised })
    .where(and(eq(integrations.id, id), eq(integrations.version, version)))
    .returning();
  return row;
}

/** Lists all integrations by id, also deleted ones, after `afterId`. */
export const integrationsAfter = (db: Database, afterId: string | null, limit: number) =>
  db
    .select()
    .from(integrations)
    .where(afterId === null ? undefined : sql`${integrations.id} > ${afterId}::uuid`)
    .orderBy(integrations.id)
    .limit(limit);

/** Lists a sample of the integrations, by id. @param share where it begins, 0 … 1 of all */
export const integrationsFrom = (db: Database, share: number, limit: number) =>
  db
    .select()
    .from(integrations)
    .orderBy(integrations.id)
    .offset(
      sql`(select floor(greatest(count(*) - ${limit}::int, 0) * ${share}::float8)::int from ${integrations})` as never,
    )
    .limit(limit);

/** Finds the integration of a team with an external name. @param teamId null: of the platform */
export async function findIntegrationByExternalName(
  db: Database,
  teamId: string | null,
  externalName: string,
): Promise<IntegrationRow | undefined> {
  const [row] = await db
    .select()
    .from(integrations)
    .where(
      and(
        eq(integrations.externalName, externalName),
        teamId === null ? isNull(integrations.teamId) : eq(integrations.teamId, teamId),
        isNull(integrations.deletedAt),
      ),
    );
  return row;
}

/** Lists the visible integrations that are not deleted, the newest first. @param externalName only the one with this name */
export function listIntegrations(
  db: Database,
  visibleTeams: VisibleTeams,
  position: Position | null,
  limit: number,
  externalName?: string,
) {
  return db
    .select()
    .from(integrations)
    .where(
      and(
        isListed(visibleTeams, position),
        externalName === undefined ? undefined : eq(integrations.externalName, externalName),
      ),
    )
    .orderBy(desc(integrations.createdAt), desc(integrations.id))
    .limit(limit);
}

/** Lists the ids and names of the visible integrations that are not deleted, the newest first. @param ids only of these */
export const listIntegrationNames = (
  db: Database,
  visibleTeams: VisibleTeams,
  position: Position | null,
  limit: number,
  ids: readonly string[] | undefined,
) =>
  db
    .select({ id: integrations.id, name: integrations.name, createdAt: integrations.createdAt })
    .from(integrations)
    .where(and(isListed(visibleTeams, position), isOneOf(integrations.id, ids)))
    .orderBy(desc(integrations.createdAt), desc(integrations.id))
    .limit(limit);

const isListed = (visibleTeams: VisibleTeams, position: Position | null) =>
  and(
    isNull(integrations.deletedAt),
    isVisible(INTEGRATION, visibleTeams),
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
