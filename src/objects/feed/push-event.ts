/** Sends an event without data to listeners. */
import type { TimelineCursor } from "../../db/timeline.ts";
import type { Listener, Listeners } from "./audience.ts";
import { eventText } from "./events.ts";
import type { FeedEvent } from "./rpc.ts";

/** @param position of the Feed @param now Unix ms */
export function pushEvent(
  audience: Listeners,
  event: Exclude<FeedEvent["event"], "entry">,
  isConcerned: (listener: Listener) => boolean,
  position: TimelineCursor | null,
  now: number,
): void {
  for (const listener of audience.listeners) {
    const cursor = cursorOf(listener, position);
    if (cursor && isConcerned(listener)) audience.send(listener, [eventText(event, cursor)], now);
  }
}

/** How far a listener has read; null: it has no position yet, and reads its lists when it gets one. */
const cursorOf = ({ place }: Listener, position: TimelineCursor | null): TimelineCursor | null => {
  if (place.kind === "live") return position;
  return place.kind === "behind" ? place.after : null;
};
