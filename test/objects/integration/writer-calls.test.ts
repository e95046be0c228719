import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SECOND } from "../../../src/lib/time.ts";
import { homeWriter, type WriterCall, WriterCalls } from "../../../src/objects/integration/writer-calls.ts";
import type { WriteReply } from "../../../src/objects/writer/rpc.ts";

const WRITTEN: WriteReply = { kind: "written", xid: "5", unnotified: [] };
const FAILED: WriteReply = { kind: "failed", error: "away" };
const CHUNK = { entries: "[]", rows: 0, bodies: new Uint8Array() };

/** The Writers that were called. */
const writersOf = (call: { mock: { calls: Parameters<WriterCall>[] } }): number[] =>
  call.mock.calls.map(([writer]) => writer);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("WriterCalls", () => {
  it("spreads objects evenly over the Writers", () => {
    const counts = [0, 0, 0, 0];
    for (let at = 0; at < 10_000; at++) counts[homeWriter(crypto.randomUUID(), 4)]!++;
    for (const count of counts) expect(Math.abs(count - 2500)).toBeLessThan(300);
  });

  it("calls the same Writer while it answers", async () => {
    const call = vi
      .fn<WriterCall>()
      .mockResolvedValueOnce(WRITTEN)
      .mockResolvedValueOnce(FAILED)
      .mockResolvedValue(WRITTEN);
    const calls = new WriterCalls(call, "object", 4);
    for (let at = 0; at < 4; at++) await calls.write([CHUNK], false);
    expect(writersOf(call)).toEqual(Array(4).fill(homeWriter("object", 4)));
  });

  it("calls the next Writer after two failures in a row, past the last one", async () => {
    const call = vi.fn<WriterCall>().mockRejectedValue(new Error("unreachable"));
    const calls = new WriterCalls(call, "object", 2);
    const replies = [];
    for (let at = 0; at < 5; at++) replies.push(await calls.write([CHUNK], false));
    const home = homeWriter("object", 2);
    expect(writersOf(call)).toEqual([home, home, 1 - home, 1 - home, home]);
    expect(replies[0]).toEqual({ kind: "failed", error: "The Writer cannot be reached." });
  });

  it("calls the next Writer after two failures with chunks, even if the Writer answers the questions between them", async () => {
    const call = vi.fn<WriterCall>(async (_, chunks) => (chunks.length > 0 ? FAILED : WRITTEN));
    const calls = new WriterCalls(call, "object", 2);
    for (const chunks of [[CHUNK], [], [CHUNK], [], [CHUNK]]) await calls.write(chunks, false);
    const home = homeWriter("object", 2);
    expect(writersOf(call)).toEqual([home, home, home, 1 - home, 1 - home]);
  });

  it("stays with a Writer that is busy, or does not know the integration", async () => {
    const call = vi.fn<WriterCall>().mockResolvedValue({ kind: "busy", retryAfterMs: 1 });
    const calls = new WriterCalls(call, "object", 4);
    for (let at = 0; at < 5; at++) await calls.write([CHUNK], false);
    expect(new Set(writersOf(call)).size).toBe(1);
  });

  it("gives up a Writer that hangs, a question sooner than chunks", async () => {
    const calls = new WriterCalls(() => new Promise(() => {}), "object", 4);
    const [question, write] = [calls.write([], false), calls.write([CHUNK], false)];
    const answered: string[] = [];
    void question.then(() => answered.push("question"));
    void write.then(() => answered.push("write"));
    await vi.advanceTimersByTimeAsync(5 * SECOND);
    expect(answered).toEqual(["question"]);
    await vi.advanceTimersByTimeAsync(25 * SECOND);
    expect(await write).toEqual({ kind: "failed", error: "The Writer did not answer in time." });
  });
});
