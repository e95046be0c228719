/** What needs attention, in a real browser: the overview, the histogram, signals, a storm of alerts, the time zone. */
import { describe } from "vitest";
import { describeHistogram } from "./walks/histogram.ts";
import { describeOverview } from "./walks/overview.ts";
import { describeSignals } from "./walks/signals.ts";
import { describeStorm } from "./walks/storm.ts";
import { describeTimeZone } from "./walks/time-zone.ts";
import { startWalk } from "./walks/walk.ts";

const walk = startWalk();

describe("in the console", () => {
  describeOverview(walk);
  describeHistogram(walk);
  describeSignals(walk);
  describeTimeZone(walk);
  describeStorm(walk);
});
