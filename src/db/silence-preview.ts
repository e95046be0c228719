/** How many unresolved alerts silences mute, and which a new one would mute. */
import { and, inArray, type SQL, sql } from "drizzle-orm";
import type { Matcher } from "../alerts/matchers.ts";
import { seesNothing, type VisibleTeams } from "../lib/principal.ts";
import { fieldsOf, INDEXED } from "./alert-page.ts";
import type { Database } from "./client.ts";
import { scopeOf, selectFirst } from "./index-merge.ts";
import { orderBy } from "./keyset.ts";
import { isMatch, isMatchOf, SHOWN_ALERT, type ShownAlert, SILENCED_BY } from "./muting.ts";
import { alerts } from "./schema.ts";

/** The newest unresolved alerts that are compared. */
export const MAX_COMPARED = 5000;

const UNRESOLVED = fieldsOf({ status: ["OPEN", "ACKNOWLEDGED"] });

/** Selects the `id` of the newest visible unresolved alerts. */
const selectNewest = (visibleTeams: VisibleTeams, most: number): SQL =>
  sql`select newest.id from (${selectFirst("newest first", INDEXED, scopeOf(visibleTeams, undefined), UNRESOLVED, undefined, most)}) as newest`;

/** Counts the compared alerts and one more if there are others. */
const countCompared = (db: Database, visibleTeams: VisibleTeams) =>
  db.execute<{ count: number }>(
    sql`select count(*)::int as count from (${selectNewest(visibleTeams, MAX_COMPARED + 1)}) as compared`,
  );

/**
 * Counts the visible unresolved alerts that each active silence mutes.
 * @returns those that mute any; `isAtLeast`: there are more unresolved alerts than were compared
 */
export async function countSilenced(
  db: Database,
  visibleTeams: VisibleTeams,
): Promise<{ counts: { silenceId: string; count: number }[]; isAtLeast: boolean }> {
  if (seesNothing(visibleTeams)) return { counts: [], isAtLeast: false };
  const [compared, counted] = await db.batch([
    countCompared(db, visibleTeams),
    db.execute<{ silenceId: string; count: number }>(sql`
      select silence.id as "silenceId", count(*)::int as count
      from ${alerts}, lateral jsonb_array_elements_text(${SILENCED_BY}) as silence (id)
      where ${alerts.id} in (${selectNewest(visibleTeams, MAX_COMPARED)})
      group by silence.id order by silence.id`),
  ]);
  return { counts: counted.rows, isAtLeast: (compared.rows[0]?.count ?? 0) > MAX_COMPARED };
}

/**
 * Counts and lists the visible unresolved alerts that match.
 * @param silence the matchers of a new one, or the id of a stored one
 * @param limit of the list
 * @returns `isAtLeast`: there are more unresolved alerts than were compared
 */
export async function previewSilence(
  db: Database,
  visibleTeams: VisibleTeams,
  silence: readonly Matcher[] | string,
  limit: number,
): Promise<{ count: number; isAtLeast: boolean; rows: ShownAlert[] }> {
  if (seesNothing(visibleTeams)) return { count: 0, isAtLeast: false, rows: [] };
  const matches = typeof silence === "string" ? isMatchOf(silence) : isMatch(silence);
  const [compared, found] = await db.batch([
    countCompared(db, visibleTeams),
    db
      .select({ ...SHOWN_ALERT, matching: sql<number>`(count(*) over ())::int` })
      .from(alerts)
      .where(and(inArray(alerts.id, sql`(${selectNewest(visibleTeams, MAX_COMPARED)})`), matches))
      .orderBy(...orderBy("newest first", alerts.triggeredAt, alerts.id))
      .limit(limit),
  ]);
  return {
    count: found[0]?.matching ?? 0,
    isAtLeast: (compared.rows[0]?.count ?? 0) > MAX_COMPARED,
    rows: found.map(({ matching: _, ...row }) => row),
  };
}
