/** Reads the timeline from Postgres for one subscription, with the config that applies to the entries. */
import { matchesEntry } from "../../alerts/alert-filter.ts";
import { toTimelineEntryWithAlert } from "../../db/alert-view.ts";
import { type DatabaseSettings, withConnection } from "../../db/client.ts";
import { findSubscriptionAt } from "../../db/subscriptions.ts";
import { findMutes } from "../../db/muting.ts";
import { findTimelineEntries, listTimeline, type TimelineCursor } from "../../db/timeline.ts";
import { isObject } from "../../lib/json.ts";
import { log } from "../../lib/log.ts";
import { toConfig, visibleTeamsOfSubscription } from "./config.ts";
import type { ConfigLoader } from "./config-loader.ts";
import type { MutableMessage, Page, TimelineDependency } from "./dependencies.ts";
import { messageBody, unmutedBody } from "./message.ts";

type TimelineItem = Awaited<ReturnType<typeof listTimeline>>["entries"][number];

export class TimelineReader implements TimelineDependency {
  readonly #env: DatabaseSettings & Pick<Env, "PUBLIC_URL">;
  readonly #id: string;
  readonly #configLoader: ConfigLoader;

  constructor(env: DatabaseSettings & Pick<Env, "PUBLIC_URL">, id: string, configLoader: ConfigLoader) {
    this.#env = env;
    this.#id = id;
    this.#configLoader = configLoader;
  }

  /** @throws when Postgres does not answer */
  async read(cursor: TimelineCursor, limit: number): Promise<Page> {
    return withConnection(this.#env, async (db) => {
      const { row, latest } = await this.#configLoader.loadWith(() => findSubscriptionAt(db, this.#id));
      // Deleted or disabled a moment ago.
      if (!row?.isEnabled) return { ...EMPTY, nextCursor: cursor };
      // A database restored from a dump numbers its transactions anew.
      if (cursor.xid > latest.xid) {
        log.error("timeline cursor lost", { subscriptionId: row.id });
        return { ...EMPTY, nextCursor: latest };
      }
      const { teamId, filter } = toConfig(row);
      const teams = visibleTeamsOfSubscription({ teamId });
      const page = await listTimeline(db, teams, filter, cursor, limit, "with snoozes");
      const snoozeChanged = page.entries.filter(changesSnooze).map(({ alert }) => alert.id);
      const messages = page.entries
        .filter((item) => matchesEntry(item, teams, filter))
        .map((item) => ({ ...this.#toMessage(item), cursor: cursorOf(item) }));
      const { nextCursor, hasMore, nextXid } = page;
      if (nextCursor.xid < latest.xid) return { messages, snoozeChanged, nextCursor, hasMore, nextXid };
      // Later entries may have been recorded under a newer config.
      const covered = messages.filter((message) => message.cursor.xid < latest.xid);
      return { messages: covered, snoozeChanged, nextCursor: latest, hasMore: false, nextXid };
    });
  }

  async mutes(alertIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const mutes = await withConnection(this.#env, (db) => findMutes(db, alertIds));
    return new Map([...mutes].map(([id, { until }]) => [id, Date.parse(until)]));
  }

  async held(entryIds: readonly string[]): Promise<MutableMessage[]> {
    const items = await withConnection(this.#env, (db) => findTimelineEntries(db, entryIds));
    return items.map((item) => this.#toMessage(item));
  }

  #toMessage({ entry, alert }: TimelineItem): MutableMessage {
    const shown = toTimelineEntryWithAlert({ entry, alert }, this.#env.PUBLIC_URL);
    return {
      id: entry.id,
      alertId: entry.alertId,
      type: entry.type,
      recordedAt: entry.recordedAt.getTime(),
      body: messageBody(shown),
      mutedUntil: alert.mute && Date.parse(alert.mute.until),
      isUnresolved: alert.status === "OPEN" || alert.status === "ACKNOWLEDGED",
      unmutedBody: () => unmutedBody(shown, Date.now()),
    };
  }
}

/** A page without entries. */
const EMPTY = { messages: [], snoozeChanged: [], hasMore: false, nextXid: 0n };

const cursorOf = ({ entry }: TimelineItem): TimelineCursor => ({
  xid: BigInt(entry.recordedXid),
  version: entry.version,
  id: entry.id,
});

const changesSnooze = ({ entry }: TimelineItem): boolean => isObject(entry.changes) && "snoozedUntil" in entry.changes;
