/** Where the bars and labels of a chart over time are, in percent of its plot. Pure. */
import { nice, ticks } from "d3-array";
import { DAY } from "../../lib/time.ts";
import { toLocal } from "./time-zone.ts";

export interface ChartBar {
  /** Start of the interval, Unix ms. */
  from: number;
  /** One number for each series. */
  values: readonly number[];
}

/** A rectangle in percent. */
export interface Rect {
  series: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface ChartLayout {
  rects: Rect[];
  /** Lines with a number, from the top. */
  lines: { y: number; count: number }[];
  /** Labels of the time axis. */
  labels: { x: number; text: string; isMinor: boolean }[];
}

/** Part of the distance between bars that is empty. */
const GAP = 0.15;
const MAX_LABELS = 8;
/** An axis ends at this number at least, so that one alert is no full bar. */
const MIN_TOP = 4;

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/**
 * Lays a chart out: series are stacked above the zero line, and those of `below` under it.
 * @param below index of the first series under the line; undefined: none
 * @param intervalMs length of an interval
 */
export function layOutChart(bars: readonly ChartBar[], intervalMs: number, below = Infinity): ChartLayout {
  const most = (part: (bar: ChartBar) => readonly number[]) => Math.max(0, ...bars.map((bar) => sumOf(part(bar))));
  const [, up] = nice(
    0,
    Math.max(
      MIN_TOP,
      most(({ values }) => values.slice(0, below)),
    ),
    2,
  );
  const down =
    below === Infinity
      ? 0
      : Math.max(
          1,
          most(({ values }) => values.slice(below)),
        );
  const y = (count: number) => ((up - count) / (up + down)) * 100;
  const step = 100 / Math.max(1, bars.length);
  const every = Math.ceil(bars.length / MAX_LABELS);
  return {
    rects: bars.flatMap(({ values }, index) =>
      values.flatMap((value, series) => {
        if (value === 0) return [];
        const isBelow = series >= below;
        const before = sumOf(values.slice(isBelow ? below : 0, series));
        const [top, bottom] = isBelow ? [-before, -before - value] : [before + value, before];
        return { series, x: (index + GAP / 2) * step, width: step * (1 - GAP), y: y(top), height: y(bottom) - y(top) };
      }),
    ),
    lines: ticks(0, up, 2)
      .toReversed()
      .map((count) => ({ y: y(count), count })),
    labels: bars.flatMap(({ from }, index) =>
      index % every === 0
        ? { x: (index + 0.5) * step, text: labelOf(from, intervalMs), isMinor: (index / every) % 2 === 1 }
        : [],
    ),
  };
}

/** Start of an interval: month and day for whole days, else hour and minute. */
function labelOf(from: number, intervalMs: number): string {
  const { day, clock } = toLocal(from);
  return intervalMs >= DAY ? day.slice(5) : clock;
}
