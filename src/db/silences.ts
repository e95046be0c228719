/** Silences. Which alerts they mute is in src/db/muting.ts. */
import { and, desc, eq, gt, isNull, lte, or, type SQL, sql } from "drizzle-orm";
import { isOneIntegration, type VisibleTeams } from "../lib/principal.ts";
import { DAY } from "../lib/time.ts";
import { insertAuditEvent, insertAuditEventIf, type NewAuditEvent } from "./audit-events.ts";
import type { Database } from "./client.ts";
import { inTeams, isOlder, type Position } from "./keyset.ts";
import { silences, subscriptions } from "./schema.ts";
import { step, type Step } from "./steps.ts";

export type SilenceRow = typeof silences.$inferSelect;
export type NewSilence = typeof silences.$inferInsert;

export const SILENCE_STATES = ["pending", "active", "expired"] as const;
/** `active`: mutes alerts now. */
export type SilenceState = (typeof SILENCE_STATES)[number];

/** Expired silences are kept this long, as in Alertmanager (`--data.retention`). */
export const EXPIRED_KEPT_MS = 5 * DAY;

/** The state of a silence. @param now Unix ms */
export function stateOf({ startsAt, endsAt }: Pick<SilenceRow, "startsAt" | "endsAt">, now: number): SilenceState {
  if (endsAt.getTime() <= now) return "expired";
  return startsAt.getTime() <= now ? "active" : "pending";
}

/** A written silence, and the enabled subscriptions whose alerts it may mute. */
export interface WrittenSilence {
  row: SilenceRow;
  subscriptionIds: string[];
}

/** @throws NeonDbError when the team does not exist (SQLSTATE 23503) */
export async function insertSilence(db: Database, silence: NewSilence, audit: NewAuditEvent): Promise<WrittenSilence> {
  const [[row], , concerned] = await db.batch([
    db.insert(silences).values(silence).returning(),
    insertAuditEvent(db, audit),
    subscriptionsOf(db, silence.teamId ?? null),
  ]);
  if (!row) throw new Error("insert returned no row");
  return { row, subscriptionIds: concerned.map(({ id }) => id) };
}

/** The enabled subscriptions that may send alerts of a team; null: of any team. */
const subscriptionsOf = (db: Database, teamId: string | null) =>
  db
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(
      and(
        eq(subscriptions.isEnabled, true),
        teamId === null ? undefined : or(isNull(subscriptions.teamId), eq(subscriptions.teamId, teamId)),
      ),
    );

export async function findSilence(db: Database, id: string): Promise<SilenceRow | undefined> {
  const [row] = await db.select().from(silences).where(eq(silences.id, id));
  return row;
}

/**
 * The silences that a caller may read: those of visible teams, and those for everybody, because they mute alerts of all teams.
 * None with a key for one integration.
 */
function isReadable(visibleTeams: VisibleTeams): SQL | undefined {
  if (visibleTeams === "all") return undefined;
  const ofTeams = inTeams(silences.teamId, visibleTeams);
  return isOneIntegration(visibleTeams) ? ofTeams : or(isNull(silences.teamId), ofTeams);
}

/** Those of a team; null: those for everybody; undefined: no condition. */
const isOfTeam = (teamId: string | null | undefined): SQL | undefined =>
  teamId === undefined ? undefined : teamId === null ? isNull(silences.teamId) : eq(silences.teamId, teamId);

const isInState = (state: SilenceState, now: Date): SQL | undefined => {
  if (state === "expired") return lte(silences.endsAt, now);
  return and(gt(silences.endsAt, now), state === "active" ? lte(silences.startsAt, now) : gt(silences.startsAt, now));
};

export interface SilenceFilter {
  /** In any of these states. */
  states?: readonly SilenceState[] | undefined;
  /** Null: those for everybody. */
  teamId?: string | null | undefined;
}

/** Lists the readable silences, the newest first. */
export function listSilences(
  db: Database,
  visibleTeams: VisibleTeams,
  { states, teamId }: SilenceFilter,
  position: Position | null,
  limit: number,
  now: Date,
): Promise<SilenceRow[]> {
  return db
    .select()
    .from(silences)
    .where(
      and(
        isReadable(visibleTeams),
        isOfTeam(teamId),
        states && or(...states.map((state) => isInState(state, now))),
        isOlder(silences.createdAt, silences.id, position),
      ),
    )
    .orderBy(desc(silences.createdAt), desc(silences.id))
    .limit(limit);
}

/** The number of silences that have not expired. */
export async function countUnexpired(db: Database, now: Date): Promise<number> {
  return db.$count(silences, gt(silences.endsAt, now));
}

const isVersion = ({ id, version }: Pick<SilenceRow, "id" | "version">) =>
  and(eq(silences.id, id), eq(silences.version, version));

export type SilenceChange = Partial<
  Pick<SilenceRow, "matchers" | "startsAt" | "endsAt" | "comment" | "annotations" | "createdByName">
>;

/**
 * Changes a silence if it still has this version, and records the audit event. Expiring one early moves `endsAt`.
 * @returns undefined: the silence has another version, and nothing changed
 */
export async function changeSilence(
  db: Database,
  current: Pick<SilenceRow, "id" | "version" | "teamId">,
  change: SilenceChange,
  audit: NewAuditEvent,
): Promise<WrittenSilence | undefined> {
  const [, [row], concerned] = await db.batch([
    // Before the change: afterwards a concurrent change to the same version would look like this one.
    db.execute(
      insertAuditEventIf(audit, sql`exists (select 1 from ${silences} where ${isVersion(current)} for update)`),
    ),
    db
      .update(silences)
      .set({ ...change, version: current.version + 1, updatedAt: new Date() })
      .where(isVersion(current))
      .returning(),
    subscriptionsOf(db, current.teamId),
  ]);
  return row && { row, subscriptionIds: concerned.map(({ id }) => id) };
}

/** The change that ends a silence. One that has not started never does. */
export const expiry = (
  { startsAt }: Pick<SilenceRow, "startsAt">,
  now: Date,
): Pick<SilenceRow, "startsAt" | "endsAt"> => ({
  startsAt: startsAt < now ? startsAt : now,
  endsAt: now,
});

/** Removes the silences that expired long ago. @param now Unix ms */
export const removeExpiredSilences = (now: number): Step =>
  step(
    "silences",
    (db) => [
      db
        .delete(silences)
        .where(lte(silences.endsAt, new Date(now - EXPIRED_KEPT_MS)))
        .returning({ id: silences.id }),
    ],
    ([rows]) => ({ count: rows.length, next: null }),
  );
