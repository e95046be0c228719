/** What a silence would mute. */
import { and, inArray, type SQL, sql } from "drizzle-orm";
import type { Matcher } from "../alerts/matchers.ts";
import { seesNothing, type VisibleTeams } from "../lib/principal.ts";
import { fieldsOf, INDEXED } from "./alert-page.ts";
import type { Database } from "./client.ts";
import { scopeOf, selectFirst } from "./index-merge.ts";
import { orderBy } from "./keyset.ts";
import { isMatch, SHOWN_ALERT, type ShownAlert } from "./muting.ts";
import { alerts } from "./schema.ts";

/** The newest unresolved alerts that a preview compares. */
export const MAX_PREVIEWED = 5000;

const UNRESOLVED = fieldsOf({ status: ["OPEN", "ACKNOWLEDGED"] });

/**
 * Counts and lists the visible unresolved alerts that match.
 * @param limit of the list
 * @returns `isAtLeast`: there are more unresolved alerts than were compared
 */
export async function previewSilence(
  db: Database,
  visibleTeams: VisibleTeams,
  matchers: readonly Matcher[],
  limit: number,
): Promise<{ count: number; isAtLeast: boolean; rows: ShownAlert[] }> {
  if (seesNothing(visibleTeams)) return { count: 0, isAtLeast: false, rows: [] };
  const scope = scopeOf(visibleTeams, undefined);
  const newest = (most: number): SQL => selectFirst("newest first", INDEXED, scope, UNRESOLVED, undefined, most);
  const [compared, found] = await db.batch([
    db.execute<{ count: number }>(sql`select count(*)::int as count from (${newest(MAX_PREVIEWED + 1)}) as newest`),
    db
      .select({ ...SHOWN_ALERT, matching: sql<number>`(count(*) over ())::int` })
      .from(alerts)
      .where(
        and(inArray(alerts.id, sql`(select newest.id from (${newest(MAX_PREVIEWED)}) as newest)`), isMatch(matchers)),
      )
      .orderBy(...orderBy("newest first", alerts.triggeredAt, alerts.id))
      .limit(limit),
  ]);
  return {
    count: found[0]?.matching ?? 0,
    isAtLeast: (compared.rows[0]?.count ?? 0) > MAX_PREVIEWED,
    rows: found.map(({ matching: _, ...row }) => row),
  };
}
