/** The chart of new and resolved alerts above the list. The Worker and the browser render it. */
import type { FC } from "hono/jsx";
import { SECOND } from "../../lib/time.ts";
import { TimeChart } from "../parts/chart.tsx";
import type { Histogram } from "./histogram.ts";
import { listUrl } from "./list-url.ts";
import { queryPeriod, withPeriod, withTerm, toTerm } from "./query-text.ts";

const SERIES = [
  { id: "triggered", name: "new" },
  { id: "resolved", name: "resolved" },
] as const;

/** Periods up to now, as values of `since:`. */
const PERIODS = [
  ["1h", "1 hour"],
  ["24h", "24 hours"],
  ["7d", "7 days"],
  ["30d", "30 days"],
] as const;

export const HistogramChart: FC<{ histogram: Histogram; url: string; query: string }> = ({ histogram, url, query }) => {
  const { data, intervalSeconds, isComplete } = histogram;
  const sum = (field: "triggered" | "resolved") => data.reduce((total, interval) => total + interval[field], 0);
  return (
    <TimeChart
      name="Alerts"
      bars={data.map(({ at, triggered, resolved }) => ({ from: Date.parse(at), values: [triggered, resolved] }))}
      intervalMs={intervalSeconds * SECOND}
      series={SERIES}
      below={1}
      list={listUrl(url, { query })}
      totals={[sum("triggered"), sum("resolved")]}
      isSlim
    >
      {isComplete ? null : <span>Only the newest alerts are counted.</span>}
      <Periods url={url} query={query} />
    </TimeChart>
  );
};

/** Links that filter the list by the time at which alerts were triggered. */
const Periods: FC<{ url: string; query: string }> = ({ url, query }) => {
  const current = queryPeriod(query);
  const rest = withPeriod(query, null, null);
  return (
    <nav class="periods" aria-label="Period">
      <a href={listUrl(url, { query: rest })} {...currentIf(current === null)}>
        Any time
      </a>
      {PERIODS.map(([since, name]) => (
        <a
          key={since}
          href={listUrl(url, { query: withTerm(rest, toTerm("since", since)) })}
          {...currentIf(current === since)}
        >
          {name}
        </a>
      ))}
    </nav>
  );
};

const currentIf = (isCurrent: boolean) => (isCurrent ? { "aria-current": "true" as const } : {});
