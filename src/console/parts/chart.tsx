/**
 * Numbers over time as SVG. Works without a script: each column is a link to the list of its interval, and its tooltip has the numbers.
 * client/chart.ts adds the tooltip at once, the keyboard, and zooming by dragging. The Worker and the browser render it.
 */
import type { FC, PropsWithChildren } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { DAY, HOUR, MINUTE } from "../../lib/time.ts";
import { formatNumber } from "../../lib/text.ts";
import { periodUrl } from "../triage/list-url.ts";
import { type ChartBar, layOutChart } from "./chart-layout.ts";
import { periodText } from "./time-zone.ts";

export interface Series {
  /** Class of its color. */
  id: string;
  /** As in `12 accepted`. */
  name: string;
}

interface TimeChartProps {
  /** What is counted, for screen readers: `Deliveries`. */
  name: string;
  bars: readonly ChartBar[];
  intervalMs: number;
  series: readonly Series[];
  /** Index of the first series that is drawn under the zero line. */
  below?: number;
  /** URL of the list that a column or a dragged period filters: its query gets `since:` and `until:`. */
  list: string;
  totals: readonly number[];
  isSlim?: boolean;
}

/** @param children stand beside the legend */
export const TimeChart: FC<PropsWithChildren<TimeChartProps>> = ({
  name,
  bars,
  intervalMs,
  series,
  below,
  list,
  totals,
  isSlim = false,
  children,
}) => {
  const { rects, lines, labels } = layOutChart(bars, intervalMs, below);
  const summary = textOf(totals, series);
  const step = 100 / Math.max(1, bars.length);
  return (
    <figure class={isSlim ? "chart slim" : "chart"} data-chart={list}>
      <svg role="group" aria-label={`${name}: ${summary}`}>
        {lines.map(({ y, count }) => (
          <g class="tick" key={`line-${count}`}>
            <line x1="0" x2="100%" y1={`${y}%`} y2={`${y}%`} />
            <text x="-6" y={`${y}%`} dy="0.32em" text-anchor="end">
              {formatNumber(count)}
            </text>
          </g>
        ))}
        {rects.map((rect) => (
          <rect
            key={`${rect.x} ${rect.series}`}
            class={`fill-${series[rect.series]?.id}`}
            x={`${rect.x}%`}
            y={`${rect.y}%`}
            width={`${rect.width}%`}
            height={`${rect.height}%`}
          />
        ))}
        {labels.map(({ x, text, isMinor }) => (
          <text
            key={`label-${x}`}
            class={isMinor ? "minor" : undefined}
            x={`${x}%`}
            y="100%"
            dy="1.6em"
            text-anchor="middle"
          >
            {text}
          </text>
        ))}
        {bars.map(({ from, values }, index) => {
          const text = `${periodText(from, from + intervalMs)}: ${textOf(values, series)}`;
          return (
            <a
              key={`column-${from}`}
              class="column"
              href={periodUrl(list, from, from + intervalMs)}
              // One stop for the Tab key; the arrow keys lead to the others.
              tabindex={index === bars.length - 1 ? 0 : -1}
              aria-label={text}
              data-from={String(from)}
              data-until={String(from + intervalMs)}
            >
              <title>{text}</title>
              <rect x={`${index * step}%`} y="0" width={`${step}%`} height="100%" />
            </a>
          );
        })}
      </svg>
      <figcaption>
        {series.map(({ id, name: label }, index) => (
          <span class={`legend fill-${id}`} key={id}>
            <svg width="10" height="10" aria-hidden="true">
              <rect width="10" height="10" rx="2" />
            </svg>
            {formatNumber(totals[index] ?? 0)} {label}
          </span>
        ))}
        {children}
      </figcaption>
    </figure>
  );
};

/** `52 accepted, 8 duplicate` */
const textOf = (values: readonly number[], series: readonly Series[]): string =>
  series.map(({ name }, index) => `${formatNumber(values[index] ?? 0)} ${name}`).join(", ");

const DECISIONS = ["accepted", "duplicate", "rejected"] as const;
const INTERVAL_MS = { minute: MINUTE, hour: HOUR, day: DAY } as const;

/** Deliveries by decision over time. @param list URL of the delivery list that columns filter */
export const DecisionChart: FC<{ stats: Schemas["Stats"]; list: string }> = ({ stats, list }) => {
  const { deliveries, totals, interval } = stats;
  if (!deliveries || !totals) return <p class="muted">Postgres does not respond.</p>;
  return (
    <TimeChart
      name={`Deliveries by ${interval}`}
      bars={deliveries.map((bar) => ({ from: Date.parse(bar.at), values: DECISIONS.map((decision) => bar[decision]) }))}
      intervalMs={INTERVAL_MS[interval]}
      series={DECISIONS.map((decision) => ({ id: decision, name: decision }))}
      list={list}
      totals={DECISIONS.map((decision) => totals[decision])}
    />
  );
};
