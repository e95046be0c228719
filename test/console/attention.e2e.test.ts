/** What needs attention, in a real browser: the overview, the histogram, signals, a storm of alerts, the time zone; and how a source is connected. */
import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe } from "vitest";
import { startBrowser } from "../support/browser.ts";
import { startService } from "../support/service.ts";
import { describeConnect } from "./walks/connect.ts";
import { describeHistogram } from "./walks/histogram.ts";
import { describeOverview } from "./walks/overview.ts";
import { describeSignals } from "./walks/signals.ts";
import { describeStorm } from "./walks/storm.ts";
import { describeTimeZone } from "./walks/time-zone.ts";
import type { Walk } from "./walks/walk.ts";

const walk = {} as Walk;

beforeAll(async () => {
  [walk.service, walk.browser] = await Promise.all([startService(), startBrowser()]);
});
afterEach(async () => {
  for (const context of walk.browser.contexts()) await context.close();
});
afterAll(async () => {
  await walk.browser.close();
  await walk.service.stop();
  rmSync(walk.service.stateDirectory, { recursive: true });
});

describe("in the console", () => {
  describeOverview(walk);
  describeConnect(walk);
  describeHistogram(walk);
  describeSignals(walk);
  describeTimeZone(walk);
  describeStorm(walk);
});
