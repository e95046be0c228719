/** The histogram of the alert list, kept current by timeline entries. Pure. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import { SECOND, toIso } from "../../lib/time.ts";

/** What the histogram needs of the response of the API. It goes to the browser as JSON. */
export interface Histogram extends Pick<Schemas["AlertHistogram"], "intervalSeconds" | "data" | "isComplete"> {
  /** Ends now: new intervals replace the oldest ones. False: the query has an end. */
  isOpenEnded: boolean;
}

type Interval = Histogram["data"][number];
type Entry = Pick<Schemas["TimelineEntry"], "status" | "changes"> & {
  alert: Pick<Schemas["Alert"], "triggeredAt" | "resolvedAt">;
};

/** Counts a timeline entry that triggers or resolves an alert. @param now Unix ms */
export function countInHistogram(histogram: Histogram, { status, changes, alert }: Entry, now: number): Histogram {
  const change = changes["status"] as { from?: string | null } | undefined;
  if (!change) return histogram;
  const current = moveTo(histogram, now);
  const isNew = (change.from ?? null) === null;
  const isResolved = status === "RESOLVED" && change.from !== "RESOLVED";
  return count(
    count(current, isNew ? alert.triggeredAt : null, "triggered"),
    isResolved ? alert.resolvedAt : null,
    "resolved",
  );
}

function count(histogram: Histogram, at: string | null, field: "triggered" | "resolved"): Histogram {
  if (at === null) return histogram;
  const time = Date.parse(at);
  const data = histogram.data.map((interval) => {
    const start = Date.parse(interval.at);
    const isIn = time >= start && time < start + histogram.intervalSeconds * SECOND;
    return isIn ? { ...interval, [field]: interval[field] + 1 } : interval;
  });
  return { ...histogram, data };
}

/** Adds intervals until now, and removes as many of the oldest. */
function moveTo(histogram: Histogram, now: number): Histogram {
  const { data, intervalSeconds, isOpenEnded } = histogram;
  const last = data.at(-1);
  if (!isOpenEnded || !last) return histogram;
  const length = intervalSeconds * SECOND;
  const missing = Math.min(Math.floor((now - Date.parse(last.at)) / length), data.length);
  if (missing <= 0) return histogram;
  const end = Math.floor(now / length) * length;
  const added = Array.from({ length: missing }, (_, index): Interval => ({
    at: toIso(end - (missing - 1 - index) * length),
    triggered: 0,
    resolved: 0,
  }));
  return { ...histogram, data: [...data, ...added].slice(missing) };
}
