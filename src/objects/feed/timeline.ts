/** What a Feed reads from Postgres. */
import { findAccess } from "../../db/access.ts";
import { type DatabaseSettings, withConnection } from "../../db/client.ts";
import { nextMutingChange } from "../../db/muting.ts";
import { latestCursor, listTimeline, type TimelineCursor } from "../../db/timeline.ts";
import type { TimelineFilter } from "../../alerts/alert-filter.ts";
import type { VisibleTeams } from "../../lib/principal.ts";

export type TimelinePage = Awaited<ReturnType<typeof listTimeline>>;

/** Every call is one request to Postgres, and throws when Postgres does not answer. */
export interface Timeline {
  latest(): Promise<TimelineCursor>;
  read(after: TimelineCursor, visibleTeams: VisibleTeams, filter: TimelineFilter): Promise<TimelinePage>;
  /** When a silence or snooze starts or ends next, in Unix ms; null: never. */
  nextMutingChange(): Promise<number | null>;
  /** The teams whose alerts each session (by its id) and API key (by its actor) can see now. Ended sessions and keys are missing. */
  access(sessionIds: readonly string[], keyIds: readonly string[]): Promise<Map<string, VisibleTeams>>;
}

const PAGE = 200;

export const timelineOf = (env: DatabaseSettings): Timeline => ({
  latest: () => withConnection(env, latestCursor),
  read: (after, visibleTeams, filter) =>
    withConnection(env, (db) => listTimeline(db, visibleTeams, filter, after, PAGE)),
  nextMutingChange: () => withConnection(env, nextMutingChange),
  access: (sessionIds, keyIds) =>
    withConnection(env, (db) => findAccess(db, "alerts:read", sessionIds, keyIds, new Date())),
});
