import { and, desc, eq, isNull, ne, sql } from "drizzle-orm";
import type { VisibleTeams } from "../lib/principal.ts";
import { insertAuditEvent, insertAuditEventIf, isWrittenHere, type NewAuditEvent } from "./audit-events.ts";
import { cursorBefore, selectHorizon, type TimelineCursor } from "./timeline.ts";
import type { Database } from "./client.ts";
import { inTeams, isOlder, type Position } from "./keyset.ts";
import { subscriptions } from "./schema.ts";

export type SubscriptionRow = typeof subscriptions.$inferSelect;
type NewSubscription = typeof subscriptions.$inferInsert;

/** @throws NeonDbError when the team does not exist (SQLSTATE 23503), or the external name is not unique (SQLSTATE 23505) */
export async function insertSubscription(
  db: Database,
  subscription: NewSubscription,
  audit: NewAuditEvent,
): Promise<SubscriptionRow> {
  const [[row]] = await db.batch([
    db.insert(subscriptions).values(subscription).returning(),
    insertAuditEvent(db, audit),
  ]);
  if (!row) throw new Error("insert returned no row");
  return row;
}

export async function findSubscription(db: Database, id: string): Promise<SubscriptionRow | undefined> {
  const [row] = await db.select().from(subscriptions).where(eq(subscriptions.id, id));
  return row;
}

/**
 * Finds a subscription together with the cursor after every timeline entry that can be read at that moment. Timeline entries
 * after the cursor may need newer settings than this row has.
 */
export async function findSubscriptionAt(
  db: Database,
  id: string,
): Promise<{ row: SubscriptionRow | undefined; latest: TimelineCursor }> {
  const [{ rows: horizons }, [row]] = await db.batch([
    selectHorizon(db),
    db.select().from(subscriptions).where(eq(subscriptions.id, id)),
  ]);
  return { row, latest: cursorBefore(horizons[0]?.horizon ?? "0") };
}

/** Finds the subscription of a team with an external name. @param teamId null: to the alerts of all teams */
export async function findSubscriptionByExternalName(
  db: Database,
  teamId: string | null,
  externalName: string,
): Promise<SubscriptionRow | undefined> {
  const ofTeam = teamId === null ? isNull(subscriptions.teamId) : eq(subscriptions.teamId, teamId);
  const [row] = await db
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.externalName, externalName), ofTeam));
  return row;
}

/** Lists the visible subscriptions, the newest first. @param externalName only the one with this name */
export function listSubscriptions(
  db: Database,
  visibleTeams: VisibleTeams,
  position: Position | null,
  limit: number,
  externalName?: string,
) {
  return db
    .select()
    .from(subscriptions)
    .where(
      and(
        inTeams(subscriptions.teamId, visibleTeams),
        externalName === undefined ? undefined : eq(subscriptions.externalName, externalName),
        isOlder(subscriptions.createdAt, subscriptions.id, position),
      ),
    )
    .orderBy(desc(subscriptions.createdAt), desc(subscriptions.id))
    .limit(limit);
}

const isVersion = ({ id, version }: Pick<SubscriptionRow, "id" | "version">) =>
  and(eq(subscriptions.id, id), eq(subscriptions.version, version));

/**
 * Records the audit event of a change and locks the row for the change. It comes before the change: afterwards a concurrent
 * change to the same version would look like this one.
 */
const recordAndLock = (db: Database, current: Pick<SubscriptionRow, "id" | "version">, audit: NewAuditEvent) =>
  db.execute(
    insertAuditEventIf(audit, sql`exists (select 1 from ${subscriptions} where ${isVersion(current)} for update)`),
  );

/**
 * Changes a subscription if it still has this version, and records the audit event.
 * @returns the changed row; undefined: the subscription has another version, and nothing changed
 */
export async function changeSubscription(
  db: Database,
  current: Pick<SubscriptionRow, "id" | "version">,
  change: Partial<SubscriptionRow>,
  audit: NewAuditEvent,
): Promise<SubscriptionRow | undefined> {
  const [, [row]] = await db.batch([
    recordAndLock(db, current, audit),
    db
      .update(subscriptions)
      .set({ ...change, version: current.version + 1, updatedAt: new Date() })
      .where(isVersion(current))
      .returning(),
  ]);
  return row;
}

/**
 * Disables a subscription because its endpoint ended it, and records the audit event.
 * @param url the endpoint that did: a subscription that has another one by now stays as it is
 * @returns whether it was disabled
 */
export async function endSubscription(
  db: Database,
  { id, url }: Pick<SubscriptionRow, "id" | "url">,
  endedAt: Date,
  audit: NewAuditEvent,
): Promise<boolean> {
  const [ended] = await db.batch([
    db
      .update(subscriptions)
      .set({ isEnabled: false, endedAt, version: sql`${subscriptions.version} + 1`, updatedAt: endedAt })
      .where(and(eq(subscriptions.id, id), eq(subscriptions.url, url), eq(subscriptions.isEnabled, true)))
      .returning({ id: subscriptions.id }),
    db.execute(insertAuditEventIf(audit, isWrittenHere(subscriptions, id))),
  ]);
  return ended.length > 0;
}

/**
 * Counts the subscriptions of a team.
 * @param teamId null: those to the alerts of all teams
 * @param url counts apart those to the same endpoint, whatever their query
 * @param exceptId not counted
 */
export async function countSubscriptions(
  db: Database,
  teamId: string | null,
  url: string,
  exceptId: string | null,
): Promise<{ ofTeam: number; toUrl: number }> {
  const [counts] = await db
    .select({
      ofTeam: sql<number>`count(*)::int`,
      toUrl: sql<number>`(count(*) filter (where split_part(split_part(${subscriptions.url}, '#', 1), '?', 1) = split_part(split_part(${url}::text, '#', 1), '?', 1)))::int`,
    })
    .from(subscriptions)
    .where(
      and(
        teamId === null ? isNull(subscriptions.teamId) : eq(subscriptions.teamId, teamId),
        exceptId === null ? undefined : ne(subscriptions.id, exceptId),
      ),
    );
  return counts ?? { ofTeam: 0, toUrl: 0 };
}

/** Deletes a subscription if it still has this version. @returns whether it had */
export async function deleteSubscription(
  db: Database,
  current: Pick<SubscriptionRow, "id" | "version">,
  audit: NewAuditEvent,
): Promise<boolean> {
  const [, deleted] = await db.batch([
    recordAndLock(db, current, audit),
    db.delete(subscriptions).where(isVersion(current)).returning({ id: subscriptions.id }),
  ]);
  return deleted.length > 0;
}
