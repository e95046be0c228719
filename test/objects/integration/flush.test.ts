import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MINUTE, SECOND } from "../../../src/lib/time.ts";
import { Flusher, type FlushDependencies } from "../../../src/objects/integration/flush.ts";
import { chunkOf } from "../../../src/objects/integration/chunk-entries.ts";
import type { OutboxChunk } from "../../../src/objects/integration/store/index.ts";
import type { WriteReply } from "../../../src/objects/writer/rpc.ts";

const WRITTEN: WriteReply = { kind: "written", xid: "5", unnotified: [] };
const INVALID: WriteReply = { kind: "invalid-data", error: "22P02 rejected" };
const FAILED: WriteReply = { kind: "failed", error: "57P01 away" };

/** The sequences of the entries of a chunk. */
const sequencesOf = ({ entries }: Pick<OutboxChunk, "entries">): number[] =>
  (JSON.parse(entries) as { delivery: { sequence: number } }[]).map(({ delivery }) => delivery.sequence);

/** An outbox of chunks of these lengths, and a Flusher whose Writer gives these answers. */
function setUp(
  lengths: readonly number[],
  answer: (sequences: number[], isUrgent: boolean) => WriteReply | Promise<WriteReply>,
) {
  const outbox: OutboxChunk[] = [];
  const quarantined: { sequence: number; error: string }[] = [];
  /** The calls of the Writer, as sequences of their entries. An empty list asks whether the Writer has room. */
  const calls: { sequences: number[]; isUrgent: boolean }[] = [];
  const kept: string[] = [];
  let lastSequence = 0;
  const append = (length: number, bytes?: number): void => {
    const entries = Array.from({ length }, () => ({
      entry: { delivery: { sequence: ++lastSequence } },
      body: new Uint8Array(),
    }));
    const chunk = chunkOf(entries as unknown as Parameters<typeof chunkOf>[0]);
    const key = lastSequence;
    outbox.push({ ...chunk, bytes: bytes ?? chunk.bytes, firstKey: key, lastKey: key, lastSequence, acceptedAt: 0 });
  };
  for (const length of lengths) append(length);
  const dependencies: FlushDependencies = {
    nextChunks(maxBytes) {
      let sum = 0;
      const end = outbox.findIndex(({ bytes }, index) => (sum += bytes) > maxBytes && index > 0);
      return outbox.slice(0, end === -1 ? undefined : end);
    },
    bytes: () => outbox.reduce((sum, { bytes }) => sum + bytes, 0),
    write: async (chunks, isUrgent) => {
      const sequences = chunks.flatMap(sequencesOf);
      calls.push({ sequences, isUrgent });
      return answer(sequences, isUrgent);
    },
    remove(batch, written) {
      expect(outbox.splice(0, batch.length)).toEqual(batch);
      kept.push(written.xid);
    },
    quarantine(chunk, rejected, written) {
      expect(outbox.shift()).toBe(chunk);
      for (const { index, error } of rejected) quarantined.push({ sequence: sequencesOf(chunk)[index]!, error });
      kept.push(...written.map(({ xid }) => xid));
    },
    integrationId: () => undefined,
  };
  return { flusher: new Flusher(dependencies), append, outbox, calls, quarantined, kept };
}

const upTo = (last: number): number[] => Array.from({ length: last }, (_, index) => index + 1);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("Flusher", () => {
  it("sends the oldest chunks, and removes them once they are written", async () => {
    const { flusher, outbox, calls } = setUp([1, 3, 2], () => WRITTEN);
    await flusher.run();
    expect([calls.map(({ sequences }) => sequences), outbox]).toEqual([[upTo(6)], []]); // prettier-ignore
    expect([flusher.rate.lastMinute(Date.now()), flusher.failures, flusher.nextAttemptAt]).toEqual([6, 0, null]);
  });

  it("bounds a batch in bytes", async () => {
    const { flusher, append, calls } = setUp([], () => WRITTEN);
    for (let index = 0; index < 4; index++) append(1, 800_000);
    append(1, 2_000_000);
    const running = flusher.run();
    await vi.runAllTimersAsync();
    await running;
    expect(calls.map(({ sequences }) => sequences)).toEqual([[1], [2], [3], [4], [5]]); // prettier-ignore
  });

  it("has one batch in flight, and lets chunks that arrive in that time gather for the next", async () => {
    const gate = Promise.withResolvers<WriteReply>();
    const { flusher, append, calls } = setUp([1], () => gate.promise);
    const first = flusher.run();
    append(1);
    const second = flusher.run();
    gate.resolve(WRITTEN);
    await vi.advanceTimersByTimeAsync(20);
    append(1);
    await vi.advanceTimersByTimeAsync(20);
    await Promise.all([first, second]);
    expect(calls.map(({ sequences }) => sequences)).toEqual([[1], [2, 3]]); // prettier-ignore
  });

  it("does not linger after a pause, nor when a person waits", async () => {
    const { flusher, append, calls } = setUp([1], () => WRITTEN);
    await flusher.run();
    await vi.advanceTimersByTimeAsync(SECOND);
    append(1);
    await flusher.run();
    append(1);
    expect(await flusher.flushed(3)).toBe(true);
    expect(calls).toEqual([
      { sequences: [1], isUrgent: false },
      { sequences: [2], isUrgent: false },
      { sequences: [3], isUrgent: true },
    ]);
  });

  test.prop([
    fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 6 }),
    fc.array(fc.nat(35), { maxLength: 6 }),
  ])("quarantines exactly the entries that Postgres rejects, and writes all others", async (lengths, badOnes) => {
    vi.useFakeTimers();
    const total = lengths.reduce((sum, length) => sum + length, 0);
    const bad = new Set(badOnes.filter((sequence) => sequence >= 1 && sequence <= total));
    const written = new Set<number>();
    const { flusher, outbox, quarantined } = setUp(lengths, (sequences) => {
      if (sequences.some((sequence) => bad.has(sequence))) return INVALID;
      for (const sequence of sequences) written.add(sequence);
      return WRITTEN;
    });
    const running = flusher.run();
    await vi.runAllTimersAsync();
    await running;
    expect(quarantined).toEqual(
      [...bad].toSorted((a, b) => a - b).map((sequence) => ({ sequence, error: "22P02 rejected" })),
    );
    expect([...written].toSorted((a, b) => a - b)).toEqual(upTo(total).filter((sequence) => !bad.has(sequence)));
    expect([outbox, flusher.failures]).toEqual([[], 0]);
  });

  it("keeps the debts of the other entries of a rejected chunk", async () => {
    const { flusher, kept } = setUp([4], (sequences) =>
      sequences.includes(2) ? INVALID : { kind: "written", xid: String(sequences[0]), unnotified: [{ feed: 0 }] },
    );
    await flusher.run();
    expect(kept).toEqual(["1", "3"]);
  });

  it("lets the chunks of an integration wait that Postgres does not have, and says why", async () => {
    let isRestored = false;
    const { flusher, outbox, quarantined } = setUp([2, 2], () =>
      isRestored ? WRITTEN : { kind: "unknown-integration" },
    );
    await flusher.run();
    expect([outbox.length, quarantined, flusher.failures]).toEqual([2, [], 1]);
    expect(flusher.lastError).toBe("Postgres has no such integration. The rows wait until its row is restored.");
    isRestored = true;
    await flusher.run();
    expect([outbox.length, quarantined, flusher.failures, flusher.lastError]).toEqual([0, [], 0, null]);
  });

  it("waits for a busy Writer as long as it asks, which is no failure", async () => {
    const { flusher, outbox } = setUp([1], () => ({ kind: "busy", retryAfterMs: 1000 }));
    const now = Date.now();
    await flusher.run();
    expect([outbox.length, flusher.failures]).toEqual([1, 0]);
    expect(flusher.nextAttemptAt! - now).toBeGreaterThanOrEqual(500);
    expect(flusher.nextAttemptAt! - now).toBeLessThanOrEqual(1500);
  });

  it("asks first after a failure, then sends small batches that double", async () => {
    let reply: WriteReply = FAILED;
    const { flusher, append, calls } = setUp([], () => reply);
    for (let index = 0; index < 40; index++) append(1, 90_000);
    await flusher.run();
    await flusher.run();
    expect(calls.map(({ sequences }) => sequences.length)).toEqual([16, 0]);
    reply = WRITTEN;
    const running = flusher.run();
    await vi.runAllTimersAsync();
    await running;
    expect(calls.slice(2).map(({ sequences }) => sequences.length)).toEqual([0, 1, 2, 4, 8, 16, 9]);
  });

  it("continues after the pause that follows a failure", async () => {
    let reply: WriteReply = FAILED;
    const { flusher, outbox, calls } = setUp([1], () => reply);
    await flusher.run();
    const dueAt = flusher.nextAttemptAt!;
    reply = WRITTEN;
    await flusher.runIfDue(dueAt - 1);
    expect(calls).toHaveLength(1);
    await flusher.runIfDue(dueAt);
    expect([outbox.length, flusher.nextAttemptAt, flusher.lastError, flusher.failures]).toEqual([0, null, null, 0]);
  });

  it("doubles the longest pause with each failure, from one second to two minutes", async () => {
    const random = vi.spyOn(Math, "random").mockReturnValue(1);
    try {
      const { flusher } = setUp([1], () => FAILED);
      const pauses: number[] = [];
      for (let failure = 1; failure <= 10; failure++) {
        await flusher.run();
        pauses.push(Math.round((flusher.nextAttemptAt! - Date.now()) / SECOND));
      }
      expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 64, 120, 120, 120]);
      expect(pauses.at(-1)! * SECOND).toBe(2 * MINUTE);
    } finally {
      random.mockRestore();
    }
  });

  it("reports when Postgres has an entry, even one that was appended during a run", async () => {
    const gate = Promise.withResolvers<WriteReply>();
    const { flusher, append, outbox } = setUp([1], () => gate.promise);
    const running = flusher.run();
    append(1);
    const flushed = flusher.flushed(2);
    gate.resolve(WRITTEN);
    await running;
    expect([await flushed, outbox]).toEqual([true, []]); // prettier-ignore
  });

  it("reports when an entry does not reach Postgres", async () => {
    expect(await setUp([1], () => FAILED).flusher.flushed(1)).toBe(false);
  });

  it("never rejects: an error of its own is a failure, too", async () => {
    const { flusher, outbox } = setUp([1], () => {
      throw new TypeError("a fault");
    });
    await flusher.run();
    expect([outbox.length, flusher.failures, flusher.lastError?.startsWith("TypeError")]).toEqual([1, 1, true]);
  });

  describe("afterBatch", () => {
    /** Passes work to the flusher while a batch is in flight. */
    async function waitingWork(bytes: number, inFlightMs: number) {
      const gate = Promise.withResolvers<WriteReply>();
      const { flusher, append } = setUp([], () => gate.promise);
      append(1, bytes);
      void flusher.run();
      await vi.advanceTimersByTimeAsync(inFlightMs);
      const work = vi.fn<() => void>();
      return { flusher, gate, work, done: Promise.resolve(flusher.afterBatch(work)) };
    }

    it("runs work at once while the flush keeps up", async () => {
      for (const [bytes, inFlightMs] of [
        [2_900_000, 900],
        [90_000, 60_000],
      ] as const) {
        // prettier-ignore
        const { work } = await waitingWork(bytes, inFlightMs);
        expect(work).toHaveBeenCalledOnce();
      }
    });

    it("lets the batch in flight go first when the outbox is large, or the batch is slow", async () => {
      for (const [bytes, inFlightMs] of [
        [3_000_000, 10],
        [100_000, 1000],
      ] as const) {
        // prettier-ignore
        const { gate, work, done } = await waitingWork(bytes, inFlightMs);
        expect(work).not.toHaveBeenCalled();
        gate.resolve(WRITTEN);
        await done;
        expect(work).toHaveBeenCalledOnce();
      }
    });

    it("flushes what the work appends while the last batch ends the run", async () => {
      const gate = Promise.withResolvers<WriteReply>();
      const { flusher, append, calls } = setUp([], () => gate.promise);
      append(1, 200_000);
      void flusher.run();
      await vi.advanceTimersByTimeAsync(SECOND);
      const working = flusher.afterTurn(() => {
        append(1);
        return flusher.runIfDue(Date.now());
      });
      gate.resolve(WRITTEN);
      await vi.advanceTimersByTimeAsync(SECOND);
      await working;
      expect(calls.map(({ sequences }) => sequences)).toEqual([[1], [2]]); // prettier-ignore
    });

    it("waits half a second for one batch, all calls together, when Postgres hangs", async () => {
      const { flusher, work } = await waitingWork(3_000_000, 10);
      await vi.advanceTimersByTimeAsync(500);
      expect(work).toHaveBeenCalledTimes(1);
      void flusher.afterBatch(work);
      expect(work).toHaveBeenCalledTimes(2);
    });

    it("does not wait after a failure", async () => {
      const { flusher, append } = setUp([], () => FAILED);
      append(1, 4_000_000);
      await flusher.run();
      const work = vi.fn<() => void>();
      void flusher.run();
      void flusher.afterBatch(work);
      expect(work).toHaveBeenCalledOnce();
    });
  });
});
