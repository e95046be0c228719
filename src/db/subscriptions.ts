import { and, desc, eq, sql } from "drizzle-orm";
import type { VisibleTeams } from "../lib/principal.ts";
import { insertAuditEvent, insertAuditEventIf, type NewAuditEvent } from "./audit-events.ts";
import { behindAllBefore, type TimelineCursor, selectHorizon } from "./timeline.ts";
import type { Database } from "./client.ts";
import { type After, before, inTeams } from "./keyset.ts";
import { subscriptions } from "./schema.ts";

export type SubscriptionRow = typeof subscriptions.$inferSelect;
type NewSubscription = typeof subscriptions.$inferInsert;

/** @throws NeonDbError when the team does not exist (SQLSTATE 23503) */
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

/** The subscription with this id, if there is one. */
export async function findSubscription(db: Database, id: string): Promise<SubscriptionRow | undefined> {
  const [row] = await db.select().from(subscriptions).where(eq(subscriptions.id, id));
  return row;
}

/**
 * The subscription with this id, and the place behind every change that there was by then: whoever changes it after this look
 * does so before any change of an alert behind that place.
 */
export async function findSubscriptionAt(
  db: Database,
  id: string,
): Promise<{ row: SubscriptionRow | undefined; latest: TimelineCursor }> {
  const [{ rows: horizons }, [row]] = await db.batch([
    selectHorizon(db),
    db.select().from(subscriptions).where(eq(subscriptions.id, id)),
  ]);
  return { row, latest: behindAllBefore(horizons[0]?.horizon ?? "0") };
}

/** Subscriptions within visibleTeams, the latest created first. */
export function listSubscriptions(db: Database, visibleTeams: VisibleTeams, after: After | null, limit: number) {
  return db
    .select()
    .from(subscriptions)
    .where(and(inTeams(subscriptions.teamId, visibleTeams), before(subscriptions.createdAt, subscriptions.id, after)))
    .orderBy(desc(subscriptions.createdAt), desc(subscriptions.id))
    .limit(limit);
}

/** The ids of all subscriptions, in order, from behind one of them on. */
export async function subscriptionIdsAfter(db: Database, afterId: string | null, limit: number): Promise<string[]> {
  const rows = await db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(afterId === null ? undefined : sql`${subscriptions.id} > ${afterId}::uuid`)
    .orderBy(subscriptions.id)
    .limit(limit);
  return rows.map(({ id }) => id);
}

/** Exactly this version of it. */
const isNow = ({ id, version }: Pick<SubscriptionRow, "id" | "version">) =>
  and(eq(subscriptions.id, id), eq(subscriptions.version, version));

/**
 * Records an act on this version, and holds it for the act. Before the act, not after: then another one's change to the same
 * version would look like this one.
 */
const recordBefore = (db: Database, present: Pick<SubscriptionRow, "id" | "version">, audit: NewAuditEvent) =>
  db.execute(
    insertAuditEventIf(audit, sql`exists (select 1 from ${subscriptions} where ${isNow(present)} for update)`),
  );

/**
 * Changes a subscription that still has this version, and gives it the next one; with it goes the record of the act.
 * @returns the row as it is now; undefined: it has another version by now, and nothing was changed
 */
export async function changeSubscription(
  db: Database,
  present: Pick<SubscriptionRow, "id" | "version">,
  change: Partial<SubscriptionRow>,
  audit: NewAuditEvent,
): Promise<SubscriptionRow | undefined> {
  const [, [row]] = await db.batch([
    recordBefore(db, present, audit),
    db
      .update(subscriptions)
      .set({ ...change, version: present.version + 1, updatedAt: new Date() })
      .where(isNow(present))
      .returning(),
  ]);
  return row;
}

/** Deletes a subscription that still has this version. Gives whether it had. */
export async function deleteSubscription(
  db: Database,
  present: Pick<SubscriptionRow, "id" | "version">,
  audit: NewAuditEvent,
): Promise<boolean> {
  const [, gone] = await db.batch([
    recordBefore(db, present, audit),
    db.delete(subscriptions).where(isNow(present)).returning({ id: subscriptions.id }),
  ]);
  return gone.length > 0;
}
