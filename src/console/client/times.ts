/** Keeps relative times and durations current. */
import { duration, relativeTime } from "../parts/relative-time.ts";
import { all } from "./dom.ts";

export function updateTimes(): void {
  const now = Date.now();
  for (const time of all<HTMLTimeElement>("time[data-relative]"))
    setText(time, relativeTime(Date.parse(time.dateTime), now));
  for (const time of all<HTMLTimeElement>("time[data-duration]"))
    setText(time, duration(Math.max(0, now - Date.parse(time.dateTime))));
}

/** Changes the text node: components keep a reference to it. */
function setText(time: HTMLTimeElement, text: string): void {
  const { firstChild } = time;
  if (firstChild && firstChild.nodeValue !== text) firstChild.nodeValue = text;
}
