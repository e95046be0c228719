/** Keeps relative times and durations current, and shows times in the time zone of the user's choice. */
import { duration, relativeTime } from "../parts/relative-time.ts";
import { clockTime, exact } from "../parts/time-zone.ts";
import { all } from "./dom.ts";

export function updateTimes(): void {
  const now = Date.now();
  for (const time of all<HTMLTimeElement>("time[data-relative]"))
    setText(time, relativeTime(Date.parse(time.dateTime), now));
  for (const time of all<HTMLTimeElement>("time[data-duration]"))
    setText(time, duration(Math.max(0, now - Date.parse(time.dateTime))));
}

/** Shows all times of the page in another time zone. */
export function showTimeZone(): void {
  for (const time of all<HTMLTimeElement>("time")) {
    if (time.hasAttribute("data-exact")) setText(time, exact(time.dateTime));
    if (time.hasAttribute("data-clock")) setText(time, clockTime(time.dateTime));
    if (time.title !== "") time.title = `${time.hasAttribute("data-duration") ? "Since " : ""}${exact(time.dateTime)}`;
  }
}

/** Changes the text node: components keep a reference to it. */
function setText(time: HTMLTimeElement, text: string): void {
  const { firstChild } = time;
  if (firstChild && firstChild.nodeValue !== text) firstChild.nodeValue = text;
}
