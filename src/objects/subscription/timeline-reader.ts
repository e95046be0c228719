/** Reads the timeline from Postgres for one subscription, with the config that applies to the entries. */
import { toTimelineEntryWithAlert } from "../../db/alert-view.ts";
import { type DatabaseSettings, withConnection } from "../../db/client.ts";
import { findSubscriptionAt } from "../../db/subscriptions.ts";
import { listTimeline, type TimelineCursor } from "../../db/timeline.ts";
import { log } from "../../lib/log.ts";
import { toConfig, visibleTeamsOfSubscription } from "./config.ts";
import type { ConfigLoader } from "./config-loader.ts";
import type { Dependencies, Page } from "./dependencies.ts";
import { messageBody } from "./message.ts";

type TimelineItem = Awaited<ReturnType<typeof listTimeline>>["entries"][number];

export class TimelineReader implements Pick<Dependencies["timeline"], "read"> {
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
      if (!row?.isEnabled) return { messages: [], nextCursor: cursor, hasMore: false, nextXid: 0n };
      // A database restored from a dump numbers its transactions anew.
      if (cursor.xid > latest.xid) {
        log.error("timeline cursor lost", { subscriptionId: row.id });
        return { messages: [], nextCursor: latest, hasMore: false, nextXid: 0n };
      }
      const { teamId, filter } = toConfig(row);
      const page = await listTimeline(db, visibleTeamsOfSubscription({ teamId }), filter, cursor, limit);
      const messages = page.entries.map((item) => toMessage(item, this.#env.PUBLIC_URL));
      const { nextCursor, hasMore, nextXid } = page;
      if (nextCursor.xid < latest.xid) return { messages, nextCursor, hasMore, nextXid };
      // Later entries may have been recorded under a newer config.
      const covered = messages.filter((message) => message.cursor.xid < latest.xid);
      return { messages: covered, nextCursor: latest, hasMore: false, nextXid };
    });
  }
}

const toMessage = ({ entry, alert }: TimelineItem, publicUrl: string): Page["messages"][number] => ({
  id: entry.id,
  alertId: entry.alertId,
  type: entry.type,
  recordedAt: entry.recordedAt.getTime(),
  body: messageBody(toTimelineEntryWithAlert({ entry, alert }, publicUrl)),
  cursor: { xid: BigInt(entry.recordedXid), version: entry.version, id: entry.id },
});
