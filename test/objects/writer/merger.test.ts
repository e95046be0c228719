import { NeonDbError } from "@neondatabase/serverless";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { OwnedChunk, Written } from "../../../src/db/write-batch.ts";
import { Merger, type MergerDependencies } from "../../../src/objects/writer/merger.ts";
import type { Reader } from "../../../src/objects/writer/rpc.ts";
import { requestOf } from "./requests.ts";

const dataError = () => Object.assign(new NeonDbError("rejected"), { code: "22P02" });

const idsOf = (chunks: readonly OwnedChunk[]): string[] => chunks.map(({ integrationId }) => integrationId);

const writtenOf = (chunks: readonly OwnedChunk[], fields: Partial<Written> = {}): Written => ({
  xid: "7",
  known: new Set(idsOf(chunks)),
  changed: new Map(idsOf(chunks).map((id) => [id, null])),
  subscriptions: [],
  ...fields,
});

const INTERVAL_MS = 1000;

/** A merger whose transactions the test ends. */
function setUp(notify: MergerDependencies["notify"] = async () => []) {
  const transactions: { ids: string[]; commit(fields?: Partial<Written>): void; fail(error: unknown): void }[] = [];
  const write: MergerDependencies["write"] = (chunks) => {
    const { promise, resolve, reject } = Promise.withResolvers<Written>();
    transactions.push({
      ids: idsOf(chunks),
      commit: (fields) => resolve(writtenOf(chunks, fields)),
      fail: reject,
    });
    return promise;
  };
  const announced: (string | null)[] = [];
  const announce = (teamId: string | null) => void announced.push(teamId);
  const merger = new Merger({ write, notify, announce }, INTERVAL_MS);
  return { merger, transactions, announced };
}

/** Lets promises settle, and timers of this time fire. */
const pass = (ms = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("Merger", () => {
  it("writes the first request at once, and merges those that arrive meanwhile", async () => {
    const { merger, transactions } = setUp();
    const replies = ["a", "b", "c"].map((id) => merger.submit(requestOf(id)));
    expect(transactions.map(({ ids }) => ids)).toEqual([["a"]]);
    transactions[0]!.commit();
    await pass(1000);
    expect(transactions.map(({ ids }) => ids)).toEqual([["a"], ["b", "c"]]); // prettier-ignore
    transactions[1]!.commit();
    const written = { kind: "written", xid: "7", unnotified: [] };
    expect(await Promise.all(replies)).toEqual([written, written, written]);
  });

  it("answers after the commit and the notifications, and does not delay the next transaction by them", async () => {
    const gate = Promise.withResolvers<Reader[]>();
    const { merger, transactions } = setUp(() => gate.promise);
    const answered: string[] = [];
    const submit = (id: string) => merger.submit(requestOf(id)).then(() => answered.push(id));
    const replies = [submit("a"), submit("b")];
    transactions[0]!.commit();
    await pass(1000);
    expect([transactions.length, answered]).toEqual([2, []]);
    gate.resolve([]);
    await pass();
    expect(answered).toEqual(["a"]);
    transactions[1]!.commit();
    await Promise.all(replies);
  });

  it("announces a transaction without timeline entries, and notifies nobody", async () => {
    const notify = vi.fn<MergerDependencies["notify"]>();
    const { merger, transactions, announced } = setUp(notify);
    const reply = merger.submit(requestOf("a"));
    transactions[0]!.commit({ changed: new Map() });
    expect(await reply).toEqual({ kind: "written", xid: "7", unnotified: [] });
    expect(notify).not.toHaveBeenCalled();
    expect(announced).toEqual([null]);
  });

  it("names to each integration only those of its readers that were not notified", async () => {
    const readers = [{ feed: 0 }, { subscriptionId: "platform" }, { subscriptionId: "team" }];
    const { merger, transactions } = setUp(async () => readers);
    const replies = ["first", "own", "other", "silent"].map((id) => merger.submit(requestOf(id)));
    transactions[0]!.commit();
    await pass(1000);
    transactions[1]!.commit({
      changed: new Map([["own", "t1"], ["other", "t2"]]), // prettier-ignore
      subscriptions: [
        { id: "platform", teamId: null },
        { id: "team", teamId: "t1" },
      ],
    });
    const [, ...rest] = await Promise.all(replies);
    expect(rest.map((reply) => "unnotified" in reply && reply.unnotified)).toEqual([readers, readers.slice(0, 2), []]);
  });

  it("answers an unknown integration apart from the others of its transaction", async () => {
    const { merger, transactions } = setUp();
    const replies = ["first", "unknown", "known"].map((id) => merger.submit(requestOf(id)));
    transactions[0]!.commit();
    await pass(1000);
    transactions[1]!.commit({ known: new Set(["known"]) });
    expect((await Promise.all(replies)).map(({ kind }) => kind)).toEqual(["written", "unknown-integration", "written"]);
  });

  it("sends each integration's chunks alone after a data error, in parallel, and answers each on its own", async () => {
    const { merger, transactions } = setUp();
    const replies = ["first", "a", "bad", "c"].map((id) => merger.submit(requestOf(id)));
    transactions[0]!.commit();
    await pass(1000);
    transactions[1]!.fail(dataError());
    await pass();
    expect(transactions.slice(2).map(({ ids }) => ids)).toEqual([["a"], ["bad"], ["c"]]); // prettier-ignore
    for (const { ids, commit, fail } of transactions.slice(2)) if (ids[0] === "bad") fail(dataError());
      else commit(); // prettier-ignore
    expect((await Promise.all(replies)).map(({ kind }) => kind)).toEqual([
      "written",
      "written",
      "invalid-data",
      "written",
    ]);
  });

  it("finds one bad request among hundreds in few parallel steps, while the next transactions go on", async () => {
    const { merger, transactions } = setUp();
    const ids = Array.from({ length: 300 }, (_, index) => `i${index}`);
    const replies = ["first", ...ids].map((id) => merger.submit(requestOf(id)));
    transactions[0]!.commit();
    await pass(1000);
    let steps = 0;
    for (let from = 1; from < transactions.length; steps++) {
      const step = transactions.slice(from);
      from = transactions.length;
      expect(step.length).toBeLessThanOrEqual(7);
      if (steps === 2) void merger.submit(requestOf("later"));
      for (const { ids: inIt, commit, fail } of step) if (inIt.includes("i123")) fail(dataError());
        else commit(); // prettier-ignore
      await pass(steps === 1 ? 1000 : 0);
      // The second step wrote five of six requests.
      if (steps === 2) expect(transactions.some(({ ids: inIt }) => inIt.includes("later"))).toBe(true);
    }
    expect(steps).toBeLessThanOrEqual(5);
    const kinds = (await Promise.all(replies)).map(({ kind }) => kind);
    expect(kinds.filter((kind) => kind !== "written")).toEqual(["invalid-data"]);
    expect(kinds[1 + 123]).toBe("invalid-data");
  });

  it("gives an object whose data was rejected transactions of its own, while it halves its batch", async () => {
    const { merger, transactions } = setUp();
    const rejected = merger.submit(requestOf("bad"));
    transactions[0]!.fail(dataError());
    expect(await rejected).toMatchObject({ kind: "invalid-data", error: "22P02 rejected" });
    void merger.submit(requestOf("good"));
    void merger.submit(requestOf("bad"));
    await pass(1000);
    expect(transactions.slice(1).map(({ ids }) => ids)).toEqual([["bad"], ["good"]]); // prettier-ignore
    await pass(60_000);
    transactions[2]!.commit();
    await pass(1000);
    void merger.submit(requestOf("good"));
    void merger.submit(requestOf("bad"));
    void merger.submit(requestOf("good"));
    transactions[3]!.commit();
    await pass(1000);
    expect(transactions.slice(3).map(({ ids }) => ids)).toEqual([["good"], ["bad", "good"]]); // prettier-ignore
  });

  it.each(["57P01", "23503", "53100", "25006", ""])(
    "answers all that it failed when Postgres fails with %j",
    async (code) => {
      const { merger, transactions } = setUp();
      const replies = ["first", "a", "b"].map((id) => merger.submit(requestOf(id)));
      transactions[0]!.commit();
      await pass(1000);
      transactions[1]!.fail(
        code ? Object.assign(new NeonDbError("down"), { code }) : new NeonDbError("HTTP status 500"),
      );
      expect((await Promise.all(replies)).map(({ kind }) => kind)).toEqual(["written", "failed", "failed"]);
      expect(transactions).toHaveLength(2);
    },
  );

  it("is busy at 16 MB, before it takes chunks, and says so to an object that only asks", async () => {
    const { merger, transactions } = setUp();
    const large = Array.from({ length: 8 }, (_, index) => merger.submit(requestOf(`l${index}`, { bytes: 1_450_000 })));
    const busy = { kind: "busy", retryAfterMs: 1000 };
    expect(await merger.submit(requestOf("more", { bytes: 1_450_000 }))).toEqual(busy);
    const small = merger.submit(requestOf("small", { bytes: 10_000 }));
    expect(await merger.submit({ ...requestOf("asks"), chunks: [] })).toEqual(busy);
    for (let at = 0; at < 9; at++) {
      transactions[at]?.commit();
      await pass(1000);
    }
    await Promise.all([...large, small]);
    expect(await merger.submit({ ...requestOf("asks"), chunks: [] })).toMatchObject({
      kind: "written",
      unnotified: [],
    });
  });
});
