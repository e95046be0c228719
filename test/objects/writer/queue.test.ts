import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { MAX_TRANSACTION, type Queued, WriteQueue } from "../../../src/objects/writer/queue.ts";

const LIMIT = { bytes: 100, rows: 50, requests: 6 };

const items = fc.array(
  fc.record({ bytes: fc.nat(60), rows: fc.integer({ min: 1, max: 30 }), isUrgent: fc.boolean() }),
  { maxLength: 60 },
);

/** Adds all, and takes until nothing is left. */
function batchesOf(all: readonly Queued[]): Queued[][] {
  const queue = new WriteQueue<Queued>(LIMIT);
  for (const item of all) queue.add(item);
  const batches: Queued[][] = [];
  while (queue.length > 0) batches.push(queue.take());
  expect([queue.bytes, queue.isUrgent, queue.take()]).toEqual([0, false, []]);
  return batches;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe("WriteQueue", () => {
  test.prop([items])("takes every request once, in batches within the limits", (all) => {
    const batches = batchesOf(all);
    expect(new Set(batches.flat())).toEqual(new Set(all));
    expect(batches.flat()).toHaveLength(all.length);
    for (const batch of batches) {
      expect(batch.length).toBeGreaterThan(0);
      expect(batch.length).toBeLessThanOrEqual(LIMIT.requests);
      expect(sum(batch.map(({ bytes }) => bytes))).toBeLessThanOrEqual(LIMIT.bytes);
      expect(sum(batch.map(({ rows }) => rows))).toBeLessThanOrEqual(LIMIT.rows);
    }
  });

  test.prop([items])("takes the oldest urgent request with the next batch, otherwise the oldest", (all) => {
    const oldest = all.find(({ isUrgent }) => isUrgent) ?? all[0];
    expect(batchesOf(all)[0]?.[0]).toBe(oldest);
  });

  it("fills a batch past a request that does not fit, which is first in the next", () => {
    const [first, large, small] = [40, 70, 60].map((bytes) => ({ bytes, rows: 1, isUrgent: false }));
    expect(batchesOf([first!, large!, small!])).toEqual([[first, small], [large]]); // prettier-ignore
  });

  it("takes a request above the limit alone", () => {
    const [small, large] = [1, 1000].map((bytes) => ({ bytes, rows: 1, isUrgent: false }));
    expect(batchesOf([large!, small!])).toEqual([[large], [small]]); // prettier-ignore
  });

  it("stays below the requests that Neon's proxy refuses, even if escaping doubles every byte", () => {
    expect(MAX_TRANSACTION.bytes * 2).toBeLessThan(10 * 1024 * 1024);
  });
});
