/** Deliveries by outcome over time, drawn here: no script, and every number in words beside it. */
import { nice, ticks } from "d3-array";
import type { FC } from "hono/jsx";
import type { Schemas } from "../../../packages/client/src/index.ts";
import { number } from "./pieces.tsx";

type Stats = Schemas["Stats"];
type Interval = Stats["deliveries"][number];

const OUTCOMES = ["accepted", "duplicate", "rejected"] as const;

const WIDTH = 720;
const HEIGHT = 160;
const LEFT = 44;
const RIGHT = 14;
const BOTTOM = 20;
const TOP = 4;
/** Between two bars, as a part of the way from one to the next. */
const GAP = 0.15;

export const OutcomeChart: FC<{ stats: Stats }> = ({ stats }) => {
  const { deliveries, totals, interval } = stats;
  const sums = deliveries.map(({ accepted, duplicate, rejected }) => accepted + duplicate + rejected);
  const most = Math.max(...sums, 0);
  const step = (WIDTH - RIGHT - LEFT) / (deliveries.length - GAP || 1);
  const width = step * (1 - GAP);
  const x = (place: number) => LEFT + place * step;
  const [, top] = nice(0, Math.max(most, 4), 4);
  const y = (count: number) => HEIGHT - BOTTOM - (count / top) * (HEIGHT - BOTTOM - TOP);
  const words = OUTCOMES.map((outcome) => `${number(totals[outcome])} ${outcome}`).join(", ");
  const every = Math.ceil(deliveries.length / 8);
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Deliveries by ${interval}: ${words}`}>
        {ticks(0, top, 4).map((tick) => (
          <g class="tick">
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 6} y={y(tick)} dy="0.32em" text-anchor="end">
              {number(tick)}
            </text>
          </g>
        ))}
        {OUTCOMES.map((outcome, layer) => (
          <g class={`fill-${outcome}`}>
            {deliveries.map((one, place) => {
              const below = OUTCOMES.slice(0, layer).reduce((sum, other) => sum + one[other], 0);
              return one[outcome] === 0 ? null : (
                <rect
                  x={x(place)}
                  width={width}
                  y={y(below + one[outcome])}
                  height={y(below) - y(below + one[outcome])}
                >
                  <title>{`${at(one, interval)} UTC: ${number(one[outcome])} ${outcome}`}</title>
                </rect>
              );
            })}
          </g>
        ))}
        {deliveries.map((one, place) =>
          place % every === 0 ? (
            <text x={x(place) + width / 2} y={HEIGHT - 4} text-anchor="middle">
              {at(one, interval)}
            </text>
          ) : null,
        )}
      </svg>
      <figcaption>
        {OUTCOMES.map((outcome) => (
          <span class={`legend fill-${outcome}`}>
            <svg width="10" height="10" aria-hidden="true">
              <rect width="10" height="10" rx="2" />
            </svg>
            {number(totals[outcome])} {outcome}
          </span>
        ))}
      </figcaption>
    </figure>
  );
};

/** Where an interval begins, as short as its length allows. */
const at = (one: Interval, interval: Stats["interval"]): string =>
  interval === "day" ? one.at.slice(5, 10) : one.at.slice(11, 16);
