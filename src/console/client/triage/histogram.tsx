/** The histogram of the open alert list: live, in its place in the page. */
import type { TriageData } from "../../triage/data.ts";
import { countInHistogram, type Histogram } from "../../triage/histogram.ts";
import { HistogramChart } from "../../triage/histogram-chart.tsx";
import { isListed, toRow } from "../../triage/rows.ts";
import type { LiveEntry } from "../live.ts";
import { mount } from "../mount.tsx";

interface LiveHistogram {
  /** Counts an entry, if the list without its tab contains the alert. */
  count: (entry: LiveEntry) => void;
  /** Takes the numbers of a fresh page. */
  replace: (fresh: Histogram | null) => void;
  /** Renders what changed. */
  show: () => void;
}

/** Takes the histogram over from the Worker, if the page has one. */
export function startHistogram({ histogram: initial, context: { url, query }, filter }: TriageData): LiveHistogram {
  const root = document.getElementById("histogram");
  if (!root || !initial) return { count: () => {}, replace: () => {}, show: () => {} };
  let histogram = initial;
  const show = mount(() => <HistogramChart histogram={histogram} url={url} query={query} />, root);
  return {
    count: (entry) => {
      const now = Date.now();
      if (isListed(toRow(entry.alert), { ...filter, statuses: undefined }, now))
        histogram = countInHistogram(histogram, entry, now);
    },
    replace: (fresh) => {
      histogram = fresh ?? histogram;
      show();
    },
    show,
  };
}
