import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { fc } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { BEGINNING, type TimelineCursor } from "../../../src/db/timeline.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../../src/lib/time.ts";
import { Dispatcher } from "../../../src/objects/subscription/scheduler.ts";
import type { Attempt, Page, SubscriptionConfig } from "../../../src/objects/subscription/rpc.ts";
import { SubscriptionStore } from "../../../src/objects/subscription/store.ts";

const START = Date.UTC(2026, 0, 1);

const CONFIG: SubscriptionConfig = {
  id: "s",
  teamId: null,
  url: "https://subscriber.test",
  filter: {},
  isEnabled: true,
  startedAfter: "0.0.00000000-0000-0000-0000-000000000000",
  secrets: [],
};

interface Change {
  alertId: string;
  xid: bigint;
  id: string;
  recordedAt: number;
}

const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

/** A dispatcher on a real store, among changes, a subscriber and a clock that the test sets. */
class World {
  now = START;
  readonly changes: Change[] = [];
  /** Everything that the subscriber took, in order. */
  readonly heard: string[] = [];
  readonly tried: string[] = [];
  /** What the subscriber answers to a change. */
  answer: (change: Change) => Attempt = () => ({ isDelivered: true });
  isDatabaseDown = false;
  reads = 0;
  /** What happens while changes are read. */
  meanwhile = (): void => {};
  /** Where messages were sent. */
  readonly urls: string[] = [];
  underWay = 0;
  mostUnderWay = 0;
  store: SubscriptionStore;
  dispatcher: Dispatcher;
  readonly #storage: DurableObjectStorage;
  /** Before so many more messages are answered the object is gone; 0: never. */
  crashIn = 0;
  #crashed = Promise.withResolvers<null>();

  get sql(): SqlStorage {
    return this.#storage.sql;
  }

  constructor(storage: DurableObjectStorage, config = CONFIG) {
    this.#storage = storage;
    this.store = new SubscriptionStore(storage);
    this.store.configure(config, this.now);
    this.dispatcher = this.#start();
  }

  #start(): Dispatcher {
    const { store } = this;
    // What a crash cuts off is never heard of again.
    const unlessGone = async <T>(work: Promise<T>): Promise<T> => {
      const result = await work;
      return store === this.store ? result : new Promise<T>(() => {});
    };
    return new Dispatcher(store, {
      read: (_, after, limit) => unlessGone(this.#read(after, limit)),
      send: ({ url }, { id }) => {
        this.urls.push(url);
        return unlessGone(this.#send(id));
      },
      now: () => this.now,
      pause: async (ms) => void (this.now += ms),
      random: () => 0.5,
    });
  }

  async #send(id: string): Promise<Attempt> {
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    await Promise.resolve();
    this.underWay--;
    const change = this.changes.find((one) => one.id === id)!;
    this.tried.push(id);
    const attempt = this.answer(change);
    if (attempt.isDelivered) this.heard.push(id);
    if (this.crashIn > 0 && --this.crashIn === 0) this.crash();
    return attempt;
  }

  async #read(after: TimelineCursor, limit: number): Promise<Page> {
    this.reads++;
    if (this.isDatabaseDown) throw new Error("no answer");
    await Promise.resolve();
    this.meanwhile();
    const behind = this.changes.filter(({ xid, id }) => xid > after.xid || (xid === after.xid && id > after.id));
    const messages = behind.slice(0, limit).map(({ id, alertId, recordedAt, xid }) => ({
      id,
      alertId,
      recordedAt,
      type: "CREATED" as const,
      body: id,
      place: { xid, version: 1, id },
    }));
    const isMore = behind.length > limit;
    const horizon = { ...BEGINNING, xid: (this.changes.at(-1)?.xid ?? 0n) + 1n };
    return { messages, isMore, next: isMore ? messages.at(-1)!.place : horizon };
  }

  happen(...alertIds: string[]): void {
    for (const alertId of alertIds) {
      const n = this.changes.length + 1;
      this.changes.push({ alertId, xid: BigInt(n), id: uuid(n), recordedAt: this.now });
    }
    this.dispatcher.wake(BigInt(this.changes.length));
  }

  /** The object is gone, with all that it had in memory, and woken up again. */
  crash(): void {
    this.store = new SubscriptionStore(this.#storage);
    this.dispatcher = this.#start();
    this.#crashed.resolve(null);
    this.#crashed = Promise.withResolvers<null>();
  }

  /** Lets time pass up to an instant; whatever falls due meanwhile is done. */
  async passUntil(instant: number): Promise<void> {
    for (;;) {
      const { dispatcher } = this;
      const next = await Promise.race([dispatcher.run(), this.#crashed.promise]);
      if (dispatcher !== this.dispatcher) continue;
      if (next === null || next > instant) break;
      this.now = Math.max(this.now, next);
    }
    this.now = instant;
  }

  /** Changes of an alert as the subscriber heard them the first time. */
  heardOf(alertId: string): string[] {
    const own = new Set(this.changes.filter((change) => change.alertId === alertId).map(({ id }) => id));
    return [...new Set(this.heard)].filter((id) => own.has(id));
  }
}

const REFUSED: Attempt = { isDelivered: false, error: "it answered 503", retryAfterMs: null };

/** Counts the rows that are written from now on. */
function countWrites({ sql }: World): () => number {
  let rows = 0;
  const exec = sql.exec.bind(sql);
  sql.exec = ((query: string, ...bindings: SqlStorageValue[]) => {
    const cursor = exec(query, ...bindings);
    // Counted once it has run to its end.
    const results = [...cursor];
    rows += cursor.rowsWritten;
    return Object.assign(results.values(), { rowsWritten: cursor.rowsWritten });
  }) as never;
  return () => rows;
}

let worlds = 0;
const inWorld = <T>(test: (world: World) => Promise<T>, config?: SubscriptionConfig): Promise<T> =>
  runInDurableObject(env.SUBSCRIPTIONS.getByName(`world-${worlds++}`), (_, { storage }) =>
    test(new World(storage, config)),
  );

describe("a dispatcher", () => {
  it("delivers what happens, those of an alert in order, and then has nothing to do and nothing kept", () =>
    inWorld(async (world) => {
      world.happen(...Array.from({ length: 500 }, (_, i) => `a${i % 7}`));
      expect(await world.dispatcher.run()).toBeNull();
      expect(world.heard.toSorted()).toEqual(world.changes.map(({ id }) => id));
      for (const alert of ["a0", "a3"]) expect(world.heardOf(alert)).toEqual(world.heardOf(alert).toSorted());
      expect(world.store.waiting()).toEqual([]);
      expect(world.mostUnderWay).toBe(6);
    }));

  it("has one message of an alert under way at a time", () =>
    inWorld(async (world) => {
      world.happen(...Array.from({ length: 50 }, () => "a"));
      await world.dispatcher.run();
      expect(world.mostUnderWay).toBe(1);
    }));

  it("lets an alert whose message fails wait alone, with what comes after it", () =>
    inWorld(async (world) => {
      world.answer = ({ alertId }) => (alertId === "poison" ? REFUSED : { isDelivered: true });
      world.happen("poison", "a", "poison", "b", "a");
      expect(await world.dispatcher.run()).toBe(START + 3.75 * SECOND);
      expect(world.heard).toHaveLength(3);
      expect(world.store.waiting().map(({ id }) => id)).toEqual([uuid(1), uuid(3)]);
      world.answer = () => ({ isDelivered: true });
      await world.passUntil(START + MINUTE);
      expect(world.heardOf("poison")).toEqual([uuid(1), uuid(3)]);
    }));

  it("tells everything in order after a subscriber was down for an hour, and spares it meanwhile", () =>
    inWorld(async (world) => {
      world.answer = () => REFUSED;
      for (let minute = 0; minute < 60; minute++) {
        world.happen(...Array.from({ length: 20 }, (_, i) => `a${(minute + i) % 25}`));
        await world.passUntil(START + (minute + 1) * MINUTE);
      }
      expect(world.heard).toEqual([]);
      // Changes come by the hundred, and it is tried a few dozen times.
      expect(world.tried.length).toBeLessThan(60);
      expect(world.store.waiting().length).toBeLessThan(400);
      world.answer = () => ({ isDelivered: true });
      await world.passUntil(world.now + 5 * MINUTE);
      expect(new Set(world.heard).size).toBe(1200);
      for (let i = 0; i < 25; i++) expect(world.heardOf(`a${i}`)).toEqual(world.heardOf(`a${i}`).toSorted());
      expect([world.dispatcher.isDown, world.store.waiting(), world.store.deadLetterCount()]).toEqual([false, [], 0]);
    }));

  it("is not kept from new alerts by old ones whose messages nobody takes", () =>
    inWorld(async (world) => {
      world.answer = ({ alertId }) => (alertId.startsWith("poison") ? REFUSED : { isDelivered: true });
      world.happen("poison1", "poison2", "poison3", "poison4", "poison5");
      await world.passUntil(START + HOUR);
      expect(world.dispatcher.isDown).toBe(true);
      world.happen("new");
      await world.passUntil(world.now + 5 * MINUTE);
      expect(world.heardOf("new")).toHaveLength(1);
    }));

  it("gives a message up after a day, and goes on with the next of its alert", () =>
    inWorld(async (world) => {
      world.answer = ({ id }) => (id === uuid(1) ? REFUSED : { isDelivered: true });
      world.happen("a", "a");
      await world.passUntil(START + DAY - 1);
      expect(world.heard).toEqual([]);
      await world.passUntil(START + DAY + HOUR);
      expect(world.heard).toEqual([uuid(2)]);
      const [letter] = world.store.deadLetters(null, 10);
      expect(letter).toMatchObject({ id: uuid(1), alertId: "a", error: "it answered 503", recordedAt: START });
      expect(letter?.attempts).toBeGreaterThan(20);
    }));

  it("gives up what is a day old when the subscriber was down all the time, and tells the rest when it is back", () =>
    inWorld(async (world) => {
      world.answer = () => REFUSED;
      world.happen(...Array.from({ length: 300 }, (_, i) => `a${i}`));
      await world.passUntil(START + 20 * HOUR);
      world.happen(...Array.from({ length: 300 }, (_, i) => `b${i}`));
      await world.passUntil(START + 26 * HOUR);
      expect(world.store.deadLetterCount()).toBe(300);
      world.answer = () => ({ isDelivered: true });
      await world.passUntil(world.now + 10 * MINUTE);
      expect(new Set(world.heard)).toEqual(new Set(world.changes.slice(300).map(({ id }) => id)));
    }));

  it("sends what was given up once more when it is asked to, all or one", () =>
    inWorld(async (world) => {
      world.answer = () => REFUSED;
      world.happen("a", "b", "c", "a");
      await world.passUntil(START + 2 * DAY);
      expect([world.store.deadLetterCount(), world.store.waiting()]).toEqual([4, []]);
      world.answer = () => ({ isDelivered: true });
      expect(world.dispatcher.revive(uuid(3))).toBe(1);
      await world.passUntil(world.now + HOUR);
      expect(world.heard).toEqual([uuid(3)]);
      expect(world.dispatcher.revive(null)).toBe(3);
      await world.passUntil(world.now + HOUR);
      expect(world.heard.toSorted()).toEqual([1, 2, 3, 4].map(uuid));
      expect(world.heardOf("a")).toEqual([uuid(1), uuid(4)]);
      expect([world.store.deadLetterCount(), world.dispatcher.revive(null)]).toEqual([0, 0]);
    }));

  it("writes a row for a page of messages that are taken, and two for each one that has to wait", () =>
    inWorld(async (world) => {
      const count = countWrites(world);
      world.happen(...Array.from({ length: 1000 }, (_, i) => `a${i}`));
      await world.dispatcher.run();
      // Ten pages, and once a second at most when the last one was delivered.
      expect(count()).toBe(11);
      world.answer = () => REFUSED;
      world.happen(...Array.from({ length: 1000 }, (_, i) => `b${i}`));
      await world.passUntil(world.now + 2 * MINUTE);
      // It is down: what is not read costs nothing.
      expect(count()).toBeLessThan(1000);
      world.answer = () => ({ isDelivered: true });
      await world.passUntil(world.now + HOUR);
      expect([new Set(world.heard).size, world.store.waiting()]).toEqual([2000, []]);
    }));

  it("waits for Postgres, which keeps the changes", () =>
    inWorld(async (world) => {
      world.isDatabaseDown = true;
      world.happen("a");
      await world.passUntil(START + 10 * MINUTE);
      expect(world.reads).toBeLessThan(12);
      world.isDatabaseDown = false;
      await world.passUntil(START + 30 * MINUTE);
      expect(world.heard).toEqual([uuid(1)]);
    }));

  it("looks again until it sees the transaction that it was told of", () =>
    inWorld(async (world) => {
      world.dispatcher.wake(5n);
      await world.passUntil(START + SECOND);
      expect(world.reads).toBeGreaterThan(2);
      world.happen("a", "a", "a", "a", "a");
      await world.passUntil(START + MINUTE);
      expect(world.heard).toHaveLength(5);
      expect(await world.dispatcher.run()).toBeNull();
    }));

  it("tells nothing while it is disabled, and everything afterwards", () =>
    inWorld(async (world) => {
      world.store.configure({ ...CONFIG, isEnabled: false }, world.now);
      world.happen("a", "b");
      expect(await world.dispatcher.run()).toBeNull();
      expect([world.heard, world.reads]).toEqual([[], 0]);
      // Longer than a message is tried: nobody tried.
      world.now += 3 * DAY;
      world.store.configure(CONFIG, world.now);
      world.answer = () => REFUSED;
      world.dispatcher.wake(0n);
      await world.passUntil(world.now + HOUR);
      expect(world.store.deadLetterCount()).toBe(0);
      world.answer = () => ({ isDelivered: true });
      await world.passUntil(world.now + HOUR);
      expect(world.heard.toSorted()).toEqual([uuid(1), uuid(2)]);
    }));

  it("gives nothing up at once that nobody could read for a day, because Postgres was away or there was too much of it", () =>
    inWorld(async (world) => {
      world.isDatabaseDown = true;
      world.happen(...Array.from({ length: 300 }, (_, i) => `a${i}`));
      await world.passUntil(START + 30 * HOUR);
      world.isDatabaseDown = false;
      world.answer = () => REFUSED;
      world.dispatcher.wake(0n);
      await world.passUntil(world.now + 10 * MINUTE);
      expect(world.tried.length).toBeGreaterThan(3);
      expect(world.store.deadLetterCount()).toBe(0);
      world.answer = () => ({ isDelivered: true });
      await world.passUntil(world.now + HOUR);
      expect(new Set(world.heard).size).toBe(300);
    }));

  it("gives what waited its time once more when the subscription was disabled meanwhile", () =>
    inWorld(async (world) => {
      world.answer = () => REFUSED;
      world.happen("a", "b", "a");
      await world.passUntil(START + MINUTE);
      expect(world.store.waiting()).toHaveLength(3);
      world.store.configure({ ...CONFIG, isEnabled: false }, world.now);
      world.now += 3 * DAY;
      world.store.configure(CONFIG, world.now);
      world.dispatcher.wake(0n);
      await world.passUntil(world.now + HOUR);
      expect([world.store.deadLetterCount(), world.store.waiting().length]).toEqual([0, 3]);
    }));

  it("tells of other alerts within minutes whatever answers to bad ones ask for", () =>
    inWorld(async (world) => {
      world.answer = ({ alertId }) =>
        alertId.startsWith("poison") ? { ...REFUSED, retryAfterMs: 10 * HOUR } : { isDelivered: true };
      world.happen("poison1", "poison2", "poison3");
      await world.passUntil(world.now + SECOND);
      expect(world.dispatcher.isDown).toBe(true);
      world.happen("new");
      await world.passUntil(world.now + 5 * MINUTE);
      expect(world.heardOf("new")).toHaveLength(1);
    }));

  it("tells of other alerts within minutes when more waits of a bad one than may wait, and gives up its oldest", () =>
    inWorld(async (world) => {
      world.answer = ({ alertId }) => (alertId === "poison" ? REFUSED : { isDelivered: true });
      world.happen(...Array.from({ length: 12_000 }, () => "poison"));
      await world.passUntil(START + MINUTE);
      world.happen("new");
      await world.passUntil(START + 30 * MINUTE);
      expect(world.heardOf("new")).toHaveLength(1);
      const dead = world.store.deadLetters(null, 20_000).map(({ id }) => id);
      const waiting = world.store.waiting().map(({ id }) => id);
      expect(dead.length + waiting.length).toBe(12_000);
      expect(dead).toEqual(Array.from(dead, (_, i) => uuid(i + 1)));
      expect(waiting.length).toBeLessThanOrEqual(10_400);
    }));

  it("goes on within an hour after the clock was set back", () =>
    inWorld(async (world) => {
      world.answer = () => REFUSED;
      world.happen("a", "b", "c", "d");
      await world.passUntil(START + 5 * MINUTE);
      world.now -= 10 * HOUR;
      world.answer = () => ({ isDelivered: true });
      await world.passUntil(world.now + HOUR);
      expect(new Set(world.heard).size).toBe(4);
    }));

  it("knows how many it gave up, whatever became of them since", () =>
    inWorld(async (world) => {
      world.answer = () => REFUSED;
      world.happen(...Array.from({ length: 30 }, (_, i) => `a${i}`));
      await world.passUntil(START + 2 * DAY);
      expect(world.store.deadLetterCount()).toBe(30);
      expect(world.store.discard(uuid(1))).toBe(true);
      expect(world.store.discard(uuid(1))).toBe(false);
      world.dispatcher.revive(uuid(2));
      world.store.purge(START);
      const [{ count } = { count: 0 }] = world.sql.exec<{ count: number }>(
        "SELECT count(*) AS count FROM dead_letters",
      );
      expect([world.store.deadLetterCount(), count]).toEqual([28, 28]);
      world.store.purge(world.now);
      expect(world.store.deadLetterCount()).toBe(0);
    }));

  it("sends nothing once more that was given up while all that may wait does", () =>
    inWorld(async (world) => {
      const place = { id: "", alertId: "", type: "CREATED" as const, recordedAt: START, body: "" };
      for (let n = 1; n <= 10_050; n++) {
        const message = { ...place, id: uuid(n), alertId: `a${n}` };
        world.store.wait(message, START + DAY, 1, START + HOUR);
      }
      for (let n = 20_001; n <= 20_020; n++)
        world.store.buryUnread({ ...place, id: uuid(n), alertId: `a${n}` }, "e", START);
      world.crash();
      expect(world.dispatcher.revive(null)).toBe(0);
      expect(world.store.deadLetterCount()).toBe(20);
    }));

  it("sends by the settings of the moment, also when they change while it reads", () =>
    inWorld(async (world) => {
      world.happen("a", "b");
      world.meanwhile = () => world.store.configure({ ...CONFIG, isEnabled: false }, world.now);
      await world.dispatcher.run();
      expect(world.tried).toEqual([]);
      world.meanwhile = () => {};
      world.store.configure(CONFIG, world.now);
      world.meanwhile = () => world.store.configure({ ...CONFIG, url: "https://elsewhere.test" }, world.now);
      world.happen("c");
      await world.dispatcher.run();
      expect(new Set(world.urls)).toEqual(new Set(["https://elsewhere.test"]));
      expect(world.heard).toHaveLength(3);
    }));

  type Step =
    | { kind: "happen"; alerts: number[] }
    | { kind: "pass"; minutes: number }
    | { kind: "crash" | "down" | "up" | "database down" | "database up" }
    | { kind: "poison"; alert: number }
    | { kind: "crash in"; messages: number };
  const step: fc.Arbitrary<Step> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constant("happen" as const),
        alerts: fc.array(fc.nat(6), { minLength: 1, maxLength: 40 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant("pass" as const), minutes: fc.integer({ min: 0, max: 400 }) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("poison" as const), alert: fc.nat(6) }) },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("crash in" as const), messages: fc.integer({ min: 1, max: 60 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "crash" as const,
          "down" as const,
          "up" as const,
          "database down" as const,
          "database up" as const,
        ),
      }),
    },
  );

  it("loses nothing and keeps the order of each alert, whatever fails when", () =>
    fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), (steps) =>
        inWorld(async (world) => {
          let isDown = false;
          let poison: string | null = null;
          world.answer = ({ alertId }) => (isDown || alertId === poison ? REFUSED : { isDelivered: true });
          for (const one of steps) {
            if (one.kind === "happen") world.happen(...one.alerts.map(String));
            else if (one.kind === "pass") await world.passUntil(world.now + one.minutes * MINUTE);
            else if (one.kind === "poison") poison = String(one.alert);
            else if (one.kind === "crash") world.crash();
            else if (one.kind === "crash in") world.crashIn = one.messages;
            else if (one.kind.startsWith("database")) world.isDatabaseDown = one.kind === "database down";
            else isDown = one.kind === "down";
          }
          [isDown, poison, world.isDatabaseDown] = [false, null, false];
          world.crashIn = 0;
          // As the cron does.
          world.dispatcher.wake(0n);
          await world.passUntil(world.now + 2 * HOUR);
          const dead = new Set(world.store.deadLetters(null, 10_000).map(({ id }) => id));
          expect(new Set([...world.heard, ...dead])).toEqual(new Set(world.changes.map(({ id }) => id)));
          expect(world.store.waiting()).toEqual([]);
          for (let alert = 0; alert <= 6; alert++) {
            const alive = world.heardOf(String(alert)).filter((id) => !dead.has(id));
            expect(alive).toEqual(alive.toSorted());
          }
        }),
      ),
      { numRuns: 150 },
    ));
});
