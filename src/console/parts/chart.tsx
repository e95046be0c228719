/** Deliveries by decision over time, as SVG without a script. The caption repeats the totals as text. */
import { nice, ticks } from "d3-array";
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { formatNumber } from "./format.ts";

type Stats = Schemas["Stats"];
type Interval = NonNullable<Stats["deliveries"]>[number];

const DECISIONS = ["accepted", "duplicate", "rejected"] as const;

const WIDTH = 720;
const HEIGHT = 160;
const LEFT = 44;
const RIGHT = 14;
const BOTTOM = 20;
const TOP = 4;
/** Gap between two bars, as a fraction of their distance. */
const GAP = 0.15;

export const DecisionChart: FC<{ stats: Stats }> = ({ stats }) => {
  const { deliveries, totals, interval } = stats;
  if (!deliveries || !totals) return <p class="muted">Postgres does not respond.</p>;
  const sums = deliveries.map(({ accepted, duplicate, rejected }) => accepted + duplicate + rejected);
  const most = Math.max(...sums, 0);
  const step = (WIDTH - RIGHT - LEFT) / (deliveries.length - GAP || 1);
  const width = step * (1 - GAP);
  const x = (index: number) => LEFT + index * step;
  const [, top] = nice(0, Math.max(most, 4), 4);
  const y = (count: number) => HEIGHT - BOTTOM - (count / top) * (HEIGHT - BOTTOM - TOP);
  const summary = DECISIONS.map((decision) => `${formatNumber(totals[decision])} ${decision}`).join(", ");
  const every = Math.ceil(deliveries.length / 8);
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Deliveries by ${interval}: ${summary}`}>
        {ticks(0, top, 4).map((tick) => (
          <g class="tick">
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 6} y={y(tick)} dy="0.32em" text-anchor="end">
              {formatNumber(tick)}
            </text>
          </g>
        ))}
        {DECISIONS.map((decision, layer) => (
          <g class={`fill-${decision}`}>
            {deliveries.map((bar, index) => {
              const below = DECISIONS.slice(0, layer).reduce((sum, other) => sum + bar[other], 0);
              return bar[decision] === 0 ? null : (
                <rect
                  x={x(index)}
                  width={width}
                  y={y(below + bar[decision])}
                  height={y(below) - y(below + bar[decision])}
                >
                  <title>{`${startOf(bar, interval)} UTC: ${formatNumber(bar[decision])} ${decision}`}</title>
                </rect>
              );
            })}
          </g>
        ))}
        {deliveries.map((bar, index) =>
          index % every === 0 ? (
            <text x={x(index) + width / 2} y={HEIGHT - 4} text-anchor="middle">
              {startOf(bar, interval)}
            </text>
          ) : null,
        )}
      </svg>
      <figcaption>
        {DECISIONS.map((decision) => (
          <span class={`legend fill-${decision}`}>
            <svg width="10" height="10" aria-hidden="true">
              <rect width="10" height="10" rx="2" />
            </svg>
            {formatNumber(totals[decision])} {decision}
          </span>
        ))}
      </figcaption>
    </figure>
  );
};

/** Start of an interval: month and day for days, else hour and minute. */
const startOf = ({ at }: Interval, interval: Stats["interval"]): string =>
  interval === "day" ? at.slice(5, 10) : at.slice(11, 16);
