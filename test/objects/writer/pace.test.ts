import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { FULL_BYTES, startAt } from "../../../src/objects/writer/pace.ts";

const NOW = 1_000_000;
const INTERVAL_MS = 1000;
const one = { length: 1, bytes: 10, isUrgent: false };

/** Starts of transactions within a minute, when requests arrive at these times and a transaction takes so long. */
function startsOf(arrivals: readonly number[], transactionMs: number): number[] {
  const starts: number[] = [];
  let [at, waiting, next] = [0, 0, 0];
  while (next < arrivals.length || waiting > 0) {
    while (next < arrivals.length && arrivals[next]! <= at) [waiting, next] = [waiting + 1, next + 1];
    const due = startAt({ ...one, length: waiting }, starts.at(-1) ?? null, INTERVAL_MS, at);
    if (due === null) at = arrivals[next]!;
    else if (due > at) at = Math.min(due, arrivals[next] ?? due);
    else {
      starts.push(at);
      waiting = 0;
      at += transactionMs;
    }
  }
  return starts;
}

describe("startAt", () => {
  it("starts nothing without a request", () => {
    expect(startAt({ length: 0, bytes: 0, isUrgent: false }, null, INTERVAL_MS, NOW)).toBeNull();
  });

  it("starts the first transaction, and the first after a pause, at once", () => {
    expect([startAt(one, null, INTERVAL_MS, NOW), startAt(one, NOW - INTERVAL_MS, INTERVAL_MS, NOW)]).toEqual([
      NOW,
      NOW,
    ]);
  });

  it("lets requests gather under load", () => {
    expect(startAt(one, NOW - 10, INTERVAL_MS, NOW)).toBe(NOW - 10 + INTERVAL_MS);
  });

  it("starts at once when a person waits or a transaction is full", () => {
    expect(startAt({ ...one, isUrgent: true }, NOW - 10, INTERVAL_MS, NOW)).toBe(NOW);
    expect(startAt({ ...one, bytes: FULL_BYTES }, NOW - 10, INTERVAL_MS, NOW)).toBe(NOW);
  });

  it("starts at once after the clock was set back", () => {
    expect(startAt(one, NOW + 1_000_000, INTERVAL_MS, NOW)).toBe(NOW);
  });

  test.prop([fc.array(fc.nat(60_000), { minLength: 1, maxLength: 300 }), fc.integer({ min: 1, max: 300 })])(
    "keeps the interval, and lets no request wait longer than an interval and a transaction",
    (times, transactionMs) => {
      const arrivals = times.toSorted((a, b) => a - b);
      const starts = startsOf(arrivals, transactionMs);
      for (let at = 1; at < starts.length; at++) {
        expect(starts[at]! - starts[at - 1]!).toBeGreaterThanOrEqual(INTERVAL_MS);
      }
      for (const arrival of arrivals) {
        const start = starts.find((candidate) => candidate >= arrival);
        expect(start! - arrival).toBeLessThanOrEqual(INTERVAL_MS + transactionMs);
      }
    },
  );

  it("costs at most 20 requests a second for 10,000 integrations with a delivery a minute on four Writers", () => {
    const arrivals = Array.from({ length: 2500 }, (_, index) => index * 24);
    expect((startsOf(arrivals, 50).length * 4) / 60).toBeLessThanOrEqual(10);
  });

  it("costs, with a read for each transaction, at most 5 requests a second for 10 alerts a second", () => {
    const arrivals = Array.from({ length: 600 }, (_, index) => index * 100);
    expect((startsOf(arrivals, 20).length * 2) / 60).toBeLessThanOrEqual(5);
  });
});
