import { NeonDbError } from "@neondatabase/serverless";
import { describe, expect, it, vi } from "vitest";
import type { Chunk } from "../../../src/db/chunk.ts";
import { SECOND } from "../../../src/lib/time.ts";
import { Flusher, type FlushDependencies } from "../../../src/objects/integration/flush.ts";
import { chunkOf, entriesOf } from "../../../src/objects/integration/chunk-entries.ts";
import type { OutboxChunk } from "../../../src/objects/integration/store/index.ts";

/** A chunk of entries with these sequences. */
const chunk = (...sequences: number[]): OutboxChunk => {
  const last = sequences.at(-1) ?? 0;
  const entries = sequences.map((id) => ({
    entry: { seen: [{ id: String(id), last_seen_at: "" }] },
    body: new Uint8Array(),
  }));
  return { ...chunkOf(entries), firstKey: last, lastKey: last, lastSequence: last, acceptedAt: 0 };
};

/** The sequences in a batch. */
const sequencesIn = (batch: readonly Chunk[]): number[] =>
  batch.flatMap(entriesOf).flatMap(({ entry }) => (entry.seen ?? []).map(({ id }) => Number(id)));

type Write = FlushDependencies["write"];

function outboxOf(count: number, batchSize = 100) {
  const rows = Array.from({ length: count }, (_, i) => chunk(i + 1));
  const quarantined: { sequence: number; error: string }[] = [];
  const flusherWith = (write: Write) =>
    new Flusher({
      nextBatch: () => rows.slice(0, batchSize),
      write,
      remove: (batch) => void rows.splice(0, rows.length, ...rows.filter((kept) => !batch.includes(kept))),
      quarantine: (bad, rejected) => {
        for (const { index, error } of rejected) quarantined.push({ sequence: sequencesIn([bad])[index] ?? 0, error });
        rows.splice(rows.indexOf(bad), 1);
      },
      integrationId: () => undefined,
    });
  return { flusherWith, rows, quarantined };
}

const sqlError = (code: string) => Object.assign(new NeonDbError("rejected"), { code });

describe("Flusher", () => {
  it("empties the outbox in batches, in order", async () => {
    const { flusherWith, rows } = outboxOf(250);
    const sizes: number[] = [];
    await flusherWith(async (batch) => void sizes.push(batch.length)).run();
    expect([sizes, rows]).toEqual([[100, 100, 50], []]);
  });

  it("has one batch in flight, and puts rows that arrive during it into the next", async () => {
    const { flusherWith, rows } = outboxOf(1);
    const gate = Promise.withResolvers<void>();
    const batches: number[][] = [];
    const flusher = flusherWith(async (batch) => {
      batches.push(sequencesIn(batch));
      if (batches.length === 1) await gate.promise;
    });
    const first = flusher.run();
    rows.push(chunk(2), chunk(3));
    const second = flusher.run();
    gate.resolve();
    await Promise.all([first, second]);
    expect(batches).toEqual([[1], [2, 3]]);
  });

  it("halves a batch around the rows that Postgres rejects for their data, and loses no other row", async () => {
    const { flusherWith, rows, quarantined } = outboxOf(100);
    const bad = [17, 18, 99];
    const written: number[] = [];
    await flusherWith(async (batch) => {
      if (sequencesIn(batch).some((sequence) => bad.includes(sequence))) throw sqlError("22P02");
      written.push(...sequencesIn(batch));
    }).run();
    expect(quarantined).toEqual(bad.map((sequence) => ({ sequence, error: "22P02 rejected" })));
    expect(written).toEqual(Array.from({ length: 100 }, (_, i) => i + 1).filter((n) => !bad.includes(n)));
    expect(rows).toEqual([]);
  });

  it("writes every other entry of a chunk in which Postgres rejects some", async () => {
    const { flusherWith, rows, quarantined } = outboxOf(0);
    rows.push(chunk(1, 2, 3, 4, 5), chunk(6));
    const written: number[] = [];
    await flusherWith(async (batch) => {
      if (sequencesIn(batch).some((sequence) => sequence === 2 || sequence === 5)) throw sqlError("22P02");
      written.push(...sequencesIn(batch));
    }).run();
    expect(quarantined.map(({ sequence }) => sequence)).toEqual([2, 5]);
    expect(written).toEqual([1, 3, 4, 6]);
    expect(rows).toEqual([]);
  });

  it.each(["", "08006", "53300", "57P01", "40001", "25006", "42P01", "XX000"])(
    "keeps the batch when Postgres fails with %j",
    async (code) => {
      const { flusherWith, rows, quarantined } = outboxOf(3);
      const flusher = flusherWith(() =>
        Promise.reject(code ? sqlError(code) : new NeonDbError("Server error (HTTP status 500)")),
      );
      const startedAt = Date.now();
      await flusher.run();
      expect([rows.length, quarantined.length, flusher.failures]).toEqual([3, 0, 1]);
      expect(flusher.lastError).toContain(code || "500");
      expect(flusher.nextAttemptAt).toBeGreaterThanOrEqual(startedAt);
    },
  );

  it("continues after the pause that follows a failure", async () => {
    const { flusherWith, rows } = outboxOf(1);
    const write = vi.fn<Write>().mockRejectedValueOnce(new NeonDbError("down")).mockResolvedValue();
    const flusher = flusherWith(write);
    await flusher.run();
    const dueAt = flusher.nextAttemptAt!;
    await flusher.runIfDue(dueAt - 1);
    expect(write).toHaveBeenCalledTimes(1);
    await flusher.runIfDue(dueAt);
    expect([rows.length, flusher.nextAttemptAt, flusher.lastError, flusher.failures]).toEqual([0, null, null, 0]);
  });

  it("doubles the longest pause with each failure, from one second to two minutes", async () => {
    const random = vi.spyOn(Math, "random").mockReturnValue(1);
    try {
      const { flusherWith } = outboxOf(1);
      const flusher = flusherWith(() => Promise.reject(new NeonDbError("down")));
      const pauses: number[] = [];
      for (let failure = 1; failure <= 10; failure++) {
        await flusher.run();
        pauses.push(Math.round((flusher.nextAttemptAt! - Date.now()) / SECOND));
      }
      expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120, 120]);
    } finally {
      random.mockRestore();
    }
  });

  it("reports when Postgres has a row, even one that was appended during a run", async () => {
    const { flusherWith, rows } = outboxOf(1);
    const gate = Promise.withResolvers<void>();
    const flusher = flusherWith(() => gate.promise);
    const running = flusher.run();
    rows.push(chunk(2));
    const flushed = flusher.flushed(2);
    gate.resolve();
    await running;
    expect(await flushed).toBe(true);
    expect(rows).toEqual([]);
  });

  it("reports when a row does not reach Postgres", async () => {
    const { flusherWith } = outboxOf(1);
    expect(await flusherWith(() => Promise.reject(new NeonDbError("down"))).flushed(1)).toBe(false);
  });
});
