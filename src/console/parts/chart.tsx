/** Deliveries by outcome over time, drawn here: no script, and every number in words beside it. */
import { scaleBand, scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import type { FC } from "hono/jsx";
import type { Schemas } from "../../client/index.ts";
import { number } from "./pieces.tsx";

type Stats = Schemas["Stats"];
type Interval = Stats["deliveries"][number];

const OUTCOMES = ["accepted", "duplicate", "rejected"] as const;

const WIDTH = 720;
const HEIGHT = 160;
const LEFT = 44;
const RIGHT = 14;
const BOTTOM = 20;

export const OutcomeChart: FC<{ stats: Stats }> = ({ stats }) => {
  const { deliveries, totals, interval } = stats;
  const sums = deliveries.map(({ accepted, duplicate, rejected }) => accepted + duplicate + rejected);
  const most = Math.max(...sums, 0);
  const x = scaleBand<number>()
    .domain(deliveries.keys())
    .range([LEFT, WIDTH - RIGHT])
    .paddingInner(0.15);
  const y = scaleLinear()
    .domain([0, Math.max(most, 4)])
    .nice(4)
    .range([HEIGHT - BOTTOM, 4]);
  const layers = stack<Interval>().keys(OUTCOMES)(deliveries);
  const words = OUTCOMES.map((outcome) => `${number(totals[outcome])} ${outcome}`).join(", ");
  const every = Math.ceil(deliveries.length / 8);
  return (
    <figure class="chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Deliveries by ${interval}: ${words}`}>
        {y.ticks(4).map((tick) => (
          <g class="tick">
            <line x1={LEFT} x2={WIDTH - RIGHT} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 6} y={y(tick)} dy="0.32em" text-anchor="end">
              {number(tick)}
            </text>
          </g>
        ))}
        {layers.map((layer) => (
          <g class={`fill-${layer.key}`}>
            {layer.map(([from, to], place) =>
              to === from ? null : (
                <rect x={x(place) ?? 0} width={x.bandwidth()} y={y(to)} height={y(from) - y(to)}>
                  <title>{`${at(deliveries[place], interval)} UTC: ${number(to - from)} ${layer.key}`}</title>
                </rect>
              ),
            )}
          </g>
        ))}
        {deliveries.map((one, place) =>
          place % every === 0 ? (
            <text x={(x(place) ?? 0) + x.bandwidth() / 2} y={HEIGHT - 4} text-anchor="middle">
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
const at = (one: Interval | undefined, interval: Stats["interval"]): string =>
  one === undefined ? "" : interval === "day" ? one.at.slice(5, 10) : one.at.slice(11, 16);
