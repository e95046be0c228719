/** Reads the timeline from Postgres for one subscription, with the config that applies to the entries. */
import { matchesEntry } from "../../alerts/alert-filter.ts";
import { toTimelineEntryWithAlert } from "../../db/alert-view.ts";
import { type Database, type DatabaseSettings, withConnection } from "../../db/client.ts";
import { findSubscriptionAt } from "../../db/subscriptions.ts";
import { findMutes } from "../../db/muting.ts";
import {
  compareCursors,
  findEndings,
  findTimelineEntries,
  listTimeline,
  type TimelineCursor,
} from "../../db/timeline.ts";
import { isObject } from "../../lib/json.ts";
import { log } from "../../lib/log.ts";
import { toConfig, visibleTeamsOfSubscription } from "./config.ts";
import type { ConfigLoader } from "./config-loader.ts";
import type { HeldMessage, MutableMessage, Page, TimelineDependency } from "./dependencies.ts";
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

  async held(entryIds: readonly string[], readUntil: TimelineCursor): Promise<HeldMessage[]> {
    return withConnection(this.#env, async (db) => {
      const items = await findTimelineEntries(db, entryIds);
      const over = items.filter((item) => !isUnresolved(item) && wasSentBefore(item));
      const endings = over.length === 0 ? [] : await this.#readEndings(db, over);
      return items.map((item) => {
        const ending = endings.findLast(
          ({ entry, ...other }) =>
            entry.alertId === item.entry.alertId &&
            entry.version >= item.entry.version &&
            compareCursors(cursorOf({ entry, ...other }), readUntil) <= 0,
        );
        return { ...this.#toMessage(item), ending: ending ? this.#toMessage(ending) : null };
      });
    });
  }

  /** The entries that ended these alerts and match the filter. */
  async #readEndings(db: Database, items: readonly TimelineItem[]): Promise<TimelineItem[]> {
    const alertIds = items.map(({ alert }) => alert.id);
    const [{ row }, endings] = await Promise.all([findSubscriptionAt(db, this.#id), findEndings(db, alertIds)]);
    if (!row?.isEnabled) return [];
    const { teamId, filter } = toConfig(row);
    return endings.filter((item) => matchesEntry(item, visibleTeamsOfSubscription({ teamId }), filter));
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
      isUnresolved: isUnresolved({ alert }),
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

const isUnresolved = ({ alert }: Pick<TimelineItem, "alert">): boolean =>
  alert.status === "OPEN" || alert.status === "ACKNOWLEDGED";

/** Whether the alert was sent before this entry: the entry did not open it. */
const wasSentBefore = ({ entry }: TimelineItem): boolean => entry.type !== "CREATED" && entry.type !== "REOPENED";

const changesSnooze = ({ entry }: TimelineItem): boolean => isObject(entry.changes) && "snoozedUntil" in entry.changes;
