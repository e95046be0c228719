/** The events that a Feed sends, as JSON. */
import { matchesEntry } from "../../alerts/alert-filter.ts";
import { toTimelineEntryWithAlert } from "../../db/alert-view.ts";
import { compareCursors, cursorText, type TimelineCursor } from "../../db/timeline.ts";
import { isObject } from "../../lib/json.ts";
import type { Listener } from "./audience.ts";
import type { FeedEvent } from "./rpc.ts";
import type { TimelinePage } from "./timeline.ts";

type Item = TimelinePage["entries"][number];

const cursorOf = ({ entry }: Item): TimelineCursor => ({
  xid: BigInt(entry.recordedXid),
  version: entry.version,
  id: entry.id,
});

/** An event without data. */
export const eventText = (event: Exclude<FeedEvent["event"], "entry">, cursor: TimelineCursor): string =>
  JSON.stringify({ event, id: cursorText(cursor) } satisfies FeedEvent);

/** The entries of a page. Each becomes JSON once, however many listeners receive it. */
export class PageEvents {
  readonly #entries: { item: Item; cursor: TimelineCursor; text?: string }[];

  readonly #publicUrl: string;

  /** @param publicUrl origin of the links to the console; empty: unknown */
  constructor(page: TimelinePage, publicUrl: string) {
    this.#publicUrl = publicUrl;
    this.#entries = page.entries.map((item) => ({ item, cursor: cursorOf(item) }));
  }

  /** Whether an entry changes a snooze. */
  get changeSnoozes(): boolean {
    return this.#entries.some(({ item: { entry } }) => isObject(entry.changes) && "snoozedUntil" in entry.changes);
  }

  /**
   * The entries that a listener may see.
   * @param after only entries after this cursor; null: all
   * @param until only entries up to this cursor; null: all
   */
  of({ visibleTeams, filter }: Listener, after: TimelineCursor | null, until: TimelineCursor | null = null): string[] {
    return this.#entries.flatMap((one) => {
      if (after && compareCursors(one.cursor, after) <= 0) return [];
      if (until && compareCursors(one.cursor, until) > 0) return [];
      if (!matchesEntry(one.item, visibleTeams, filter)) return [];
      one.text ??= entryText(one.item, one.cursor, this.#publicUrl);
      return [one.text];
    });
  }
}

const entryText = (item: Item, cursor: TimelineCursor, publicUrl: string): string =>
  JSON.stringify({
    event: "entry",
    id: cursorText(cursor),
    data: toTimelineEntryWithAlert(item, publicUrl),
  } satisfies FeedEvent);
