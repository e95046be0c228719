import { NeonDbError } from "@neondatabase/serverless";
import { describe, expect, it, vi } from "vitest";
import { backoffMs, Flusher, type Outbox } from "../../../src/objects/integration/flush.ts";
import type { OutboxRow } from "../../../src/objects/integration/store.ts";

const row = (number: number): OutboxRow => ({
  row: number,
  delivery: "{}",
  body: null,
  bodyKind: "none",
  alerts: "",
  events: "",
});

function outboxOf(count: number, batchSize = 100) {
  const rows = Array.from({ length: count }, (_, i) => row(i + 1));
  const aside: { row: number; error: string }[] = [];
  const outbox: Outbox = {
    nextBatch: () => rows.slice(0, batchSize),
    discard: (batch) => void rows.splice(0, rows.length, ...rows.filter((kept) => !batch.includes(kept))),
    quarantine: (bad, error) => {
      aside.push({ row: bad.row, error });
      rows.splice(rows.indexOf(bad), 1);
    },
  };
  return { outbox, rows, aside };
}

const sqlError = (code: string) => Object.assign(new NeonDbError("refused"), { code });

describe("Flusher", () => {
  it("empties the outbox in batches, in order", async () => {
    const { outbox, rows } = outboxOf(250);
    const sizes: number[] = [];
    await new Flusher(outbox, async (batch) => void sizes.push(batch.length)).run();
    expect([sizes, rows]).toEqual([[100, 100, 50], []]);
  });

  it("has one batch in flight; what arrives meanwhile goes into the next", async () => {
    const { outbox, rows } = outboxOf(1);
    const gate = Promise.withResolvers<void>();
    const batches: number[][] = [];
    const flusher = new Flusher(outbox, async (batch) => {
      batches.push(batch.map(({ row: number }) => number));
      if (batches.length === 1) await gate.promise;
    });
    const first = flusher.run();
    rows.push(row(2), row(3));
    const second = flusher.run();
    gate.resolve();
    await Promise.all([first, second]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it("halves around the rows that Postgres refuses for their data until they stand alone, and loses no other", async () => {
    const { outbox, rows, aside } = outboxOf(100);
    const written: number[] = [];
    await new Flusher(outbox, async (batch) => {
      if (batch.some(({ row: number }) => number === 17 || number === 18 || number === 99)) throw sqlError("22P02");
      written.push(...batch.map(({ row: number }) => number));
    }).run();
    expect(aside).toEqual([17, 18, 99].map((number) => ({ row: number, error: "22P02 refused" })));
    expect(written).toEqual(Array.from({ length: 100 }, (_, i) => i + 1).filter((n) => ![17, 18, 99].includes(n)));
    expect(rows).toEqual([]);
  });

  it.each(["", "08006", "53300", "57P01", "40001", "25006", "42P01", "XX000"])(
    "keeps the batch when Postgres fails with %j",
    async (code) => {
      const { outbox, rows, aside } = outboxOf(3);
      const flusher = new Flusher(outbox, () =>
        Promise.reject(code ? sqlError(code) : new NeonDbError("Server error (HTTP status 500)")),
      );
      await flusher.run();
      expect([rows.length, aside.length]).toEqual([3, 0]);
      expect(flusher.lastError).toContain(code || "500");
      expect(flusher.nextAttemptAt).toBeGreaterThan(Date.now() - 1);
    },
  );

  it("leaves Postgres in peace until the pause is over, then goes on", async () => {
    const { outbox, rows } = outboxOf(1);
    const write = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new NeonDbError("down")).mockResolvedValue();
    const flusher = new Flusher(outbox, write);
    await flusher.run();
    const dueAt = flusher.nextAttemptAt!;
    await flusher.runIfDue(dueAt - 1);
    expect(write).toHaveBeenCalledTimes(1);
    await flusher.runIfDue(dueAt);
    expect([rows.length, flusher.nextAttemptAt, flusher.lastError]).toEqual([0, null, null]);
  });

  it("waits twice as long after each failure, to two minutes, with chance in it", () => {
    expect([1, 2, 3, 4].map((failures) => backoffMs(failures, 1))).toEqual([1000, 2000, 4000, 8000]);
    expect([backoffMs(1, 0), backoffMs(100, 1), backoffMs(100, 0)]).toEqual([500, 120_000, 60_000]);
  });
});
