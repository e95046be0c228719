import { fc, test as property } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { compareCursors, parseCursor } from "../../../src/db/timeline.ts";
import { Client, cursorOf, Harness } from "./harness.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const settle = () => vi.advanceTimersByTimeAsync(60_000);
const idsOf = (items: readonly { entry: { id: string } }[]) => items.map(({ entry }) => entry.id);

describe("FeedReader", () => {
  it("reads once for all listeners, and nothing without an announcement", async () => {
    const feed = new Harness();
    const clients = Array.from({ length: 50 }, () => new Client(null));
    for (const client of clients) feed.join(client);
    await settle();
    expect(feed.timeline.reads).toBe(1);
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(feed.timeline.reads).toBe(1);
    for (let i = 0; i < 20; i++) feed.commit(feed.timeline.begin(["a"]));
    await settle();
    for (const client of clients) expect(client.received).toEqual(idsOf(feed.timeline.committed));
  });

  it("sends an entry that commits after a later one was announced, in its place", async () => {
    const feed = new Harness();
    const client = new Client(null);
    feed.join(client);
    await settle();
    const older = feed.timeline.begin(["a"]);
    feed.commit(feed.timeline.begin(["b"]));
    await settle();
    expect(client.received).toEqual([]);
    feed.commit(older);
    await vi.advanceTimersByTimeAsync(1000);
    expect(client.received).toEqual(idsOf(feed.timeline.committed));
  });

  it("finds entries behind an older transaction that ends without an announcement", async () => {
    const feed = new Harness();
    const client = new Client(null);
    feed.join(client);
    await settle();
    const older = feed.timeline.begin([]);
    feed.commit(feed.timeline.begin(["b"]));
    await vi.advanceTimersByTimeAsync(5000);
    older.isCommitted = true;
    await settle();
    expect(client.received).toHaveLength(1);
    const { reads } = feed.timeline;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(feed.timeline.reads).toBe(reads);
  });

  it("reads entries that were announced before it lost its memory", async () => {
    const feed = new Harness();
    const client = new Client(null);
    feed.join(client);
    await settle();
    feed.timeline.failures = 1;
    feed.commit(feed.timeline.begin(["a"]));
    feed.wake();
    await settle();
    expect(new Set(client.received)).toEqual(new Set(idsOf(feed.timeline.committed)));
  });

  it("starts a new listener at the present without a read while the position is the present", async () => {
    const feed = new Harness();
    feed.join(new Client(null));
    await settle();
    const { reads } = feed.timeline;
    const client = new Client(null);
    feed.join(client);
    expect(client.events).toEqual(["position"]);
    await settle();
    expect(feed.timeline.reads).toBe(reads);
  });

  it("resets a cursor of another database", async () => {
    const feed = new Harness();
    const client = new Client("999999.0.00000000-0000-0000-0000-000000000000");
    feed.join(client);
    await settle();
    expect(client.events).toEqual(["reset"]);
    feed.commit(feed.timeline.begin(["a"]));
    await settle();
    expect(client.received).toHaveLength(1);
  });

  it("resets live listeners when an older database is restored, and sends its entries", async () => {
    const feed = new Harness();
    const client = new Client(null);
    feed.join(client);
    await settle();
    feed.timeline.restore(5n);
    feed.commit(feed.timeline.begin(["a"]));
    await settle();
    expect(client.events).toEqual(["position", "reset"]);
    feed.commit(feed.timeline.begin(["b"]));
    await settle();
    expect(client.received).toHaveLength(1);
    const { reads } = feed.timeline;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(feed.timeline.reads).toBe(reads);
  });

  it("does not wait forever for a transaction of another database", async () => {
    const feed = new Harness();
    const client = new Client(null);
    feed.join(client);
    await settle();
    feed.announce(1_000_000n);
    await settle();
    const { reads } = feed.timeline;
    await vi.advanceTimersByTimeAsync(3_600_000);
    expect(feed.timeline.reads).toBe(reads);
    feed.commit(feed.timeline.begin(["a"]));
    await settle();
    expect(client.received).toHaveLength(1);
  });

  it("starts a new listener after the entries that were announced before it joined", async () => {
    const feed = new Harness();
    feed.join(new Client(null));
    await settle();
    feed.commit(feed.timeline.begin(["a"]));
    const client = new Client(null);
    feed.join(client);
    await settle();
    expect(client.received).toEqual([]);
    feed.commit(feed.timeline.begin(["a"]));
    await settle();
    expect(client.received).toHaveLength(1);
  });

  const step = fc.oneof(
    fc.record({
      kind: fc.constant("begin" as const),
      alerts: fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 5 }),
    }),
    fc.record({ kind: fc.constant("commit" as const), at: fc.nat() }),
    fc.record({
      kind: fc.constant("join" as const),
      at: fc.nat(),
      from: fc.constantFrom("last id", "page", "present"),
    }),
    fc.record({ kind: fc.constant("leave" as const), at: fc.nat() }),
    fc.record({ kind: fc.constant("fail" as const) }),
    fc.record({
      kind: fc.constant("wait" as const),
      ms: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 400 })),
    }),
  );

  property.prop([fc.array(step, { minLength: 30, maxLength: 120 })], { numRuns: 300 })(
    "sends each client every entry of its filter after its start once, and in order, whatever joins, leaves, fails and overlaps",
    async (steps) => {
      vi.useFakeTimers();
      const feed = new Harness();
      const clients = [
        new Client(null),
        new Client(null),
        new Client(null),
        new Client(null, "b"),
        new Client(null, "c"),
      ];
      const joined = new Set<Client>();
      const open: ReturnType<typeof feed.timeline.begin>[] = [];
      for (const one of steps) {
        const client = clients["at" in one ? one.at % clients.length : 0]!;
        if (one.kind === "begin") open.push(feed.timeline.begin(one.alerts));
        if (one.kind === "commit" && open.length > 0) feed.commit(open.splice(one.at % open.length, 1)[0]!);
        if (one.kind === "join" && !joined.has(client)) {
          joined.add(client);
          if (one.from !== "last id") client.startAt(one.from === "page" ? feed.timeline.present : null);
          feed.join(client);
        }
        if (one.kind === "leave" && joined.delete(client)) feed.leave(client);
        if (one.kind === "fail") feed.timeline.failures = 1;
        if (one.kind === "wait") await vi.advanceTimersByTimeAsync(one.ms);
      }
      for (const transaction of open) feed.commit(transaction);
      for (const client of clients) if (!joined.has(client)) feed.join(client);
      await vi.advanceTimersByTimeAsync(600_000);
      for (const client of clients) {
        const { title } = client;
        const start = parseCursor(client.start!)!;
        const expected = feed.timeline.committed.filter(
          (item) => (title === undefined || item.alert.title === title) && compareCursors(cursorOf(item), start) > 0,
        );
        expect(client.received).toEqual(idsOf(expected));
      }
    },
  );
});
