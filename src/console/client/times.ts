/** Keeps relative times current. */
import { relativeTime } from "../parts/relative-time.ts";
import { all } from "./dom.ts";

export function updateTimes(): void {
  for (const time of all<HTMLTimeElement>("time[data-relative]")) {
    const text = relativeTime(Date.parse(time.dateTime), Date.now());
    if (time.textContent !== text) time.textContent = text;
  }
}
