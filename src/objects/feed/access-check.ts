/**
 * Checks the access of all listeners in Postgres, at most once a minute and only before entries are sent. So a Feed also
 * closes streams for which a call of `endAccess` was lost.
 */
import { covers, type VisibleTeams } from "../../lib/principal.ts";
import { MINUTE } from "../../lib/time.ts";
import type { Listener, Listeners } from "./audience.ts";
import type { PositionStore } from "./position-store.ts";
import type { Timeline } from "./timeline.ts";

const CHECK_INTERVAL_MS = MINUTE;

const KEY_ACTOR = /^api:([0-9a-f-]{36})$/;

/** Closes the streams of listeners whose access has ended or become narrower. @throws when Postgres does not answer */
export async function checkAccess(
  audience: Listeners,
  store: PositionStore,
  timeline: Timeline,
  now: number,
): Promise<void> {
  // The clock may have been set back.
  if (Math.abs(now - store.state.checkedAt) < CHECK_INTERVAL_MS) return;
  const checked = audience.listeners.filter((listener) => credentialOf(listener) !== null);
  const sessionIds = checked.flatMap(({ sessionId }) => sessionId ?? []);
  const keyIds = checked.flatMap(({ actor }) => KEY_ACTOR.exec(actor)?.[1] ?? []);
  const access =
    checked.length === 0 ? new Map<string, VisibleTeams>() : await timeline.access(unique(sessionIds), unique(keyIds));
  store.update({ checkedAt: now });
  for (const listener of checked) {
    if (!covers(access.get(credentialOf(listener) ?? "") ?? [], listener.visibleTeams)) audience.end(listener);
  }
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

/** The id of the session or key; null: the root key, which ends with a deployment. */
const credentialOf = ({ sessionId, actor }: Listener): string | null => sessionId ?? KEY_ACTOR.exec(actor)?.[1] ?? null;
