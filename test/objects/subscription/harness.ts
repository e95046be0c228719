/** A scheduler on a real store, with a timeline, an endpoint and a clock that the test controls. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { EntryType } from "../../../src/alerts/model.ts";
import { BEGINNING, type TimelineCursor } from "../../../src/db/timeline.ts";
import type { SubscriptionConfig } from "../../../src/objects/subscription/config.ts";
import type {
  AttemptResult,
  HeldMessage,
  MutableMessage,
  Page,
} from "../../../src/objects/subscription/dependencies.ts";
import { Scheduler } from "../../../src/objects/subscription/scheduler.ts";
import { SubscriptionStore } from "../../../src/objects/subscription/store/store.ts";

export const START = Date.UTC(2026, 0, 1);

export const CONFIG: SubscriptionConfig = {
  id: "s",
  teamId: null,
  url: "https://endpoint.test",
  filter: {},
  isEnabled: true,
  hasEnded: false,
  startedAfter: "0.0.00000000-0000-0000-0000-000000000000",
  secrets: [],
  preset: null,
  expression: null,
  credentials: null,
};

export const DELIVERED: AttemptResult = { isDelivered: true, statusCode: 204 };
export const GONE: AttemptResult = { isDelivered: false, statusCode: 410, error: "HTTP 410", retryAfterMs: null };
export const FAILED: AttemptResult = { isDelivered: false, statusCode: 503, error: "HTTP 503", retryAfterMs: null };

interface Entry {
  alertId: string;
  type: EntryType;
  xid: bigint;
  id: string;
  recordedAt: number;
}

/** The id of the nth entry. */
export const uuid = (n: number): string => `00000000-0000-7000-8000-${String(n).padStart(12, "0")}`;

export class Harness {
  now = START;
  /** The timeline. */
  readonly entries: Entry[] = [];
  /** Messages that the endpoint accepted, and all attempts, in order. */
  readonly delivered: string[] = [];
  readonly attempted: string[] = [];
  readonly urls: string[] = [];
  /** The answer of the endpoint to a message. */
  answer: (entry: Entry) => AttemptResult = () => DELIVERED;
  /** When the mute of an alert ends; null: it is not muted. */
  mutedUntil: (alertId: string) => number | null = () => null;
  isUnresolved: (alertId: string) => boolean = () => true;
  /** Alerts in later entries, that do not match, which change the snooze. */
  snoozeChanged: string[] = [];
  /** Bodies of the messages that the endpoint accepted. */
  readonly bodies: string[] = [];
  readonly attempts: { alertId: string; at: number; isDelivered: boolean }[] = [];
  isDatabaseDown = false;
  reads = 0;
  /** Runs during each read. */
  duringRead = (): void => {};
  inFlight = 0;
  maxInFlight = 0;
  /** The object crashes when this many more messages are answered; 0: never. */
  crashIn = 0;
  store: SubscriptionStore;
  scheduler: Scheduler;
  readonly #storage: DurableObjectStorage;
  #crashed = Promise.withResolvers<null>();

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.store = new SubscriptionStore(storage);
    this.store.configure(CONFIG, this.now);
    this.scheduler = this.#start();
  }

  get sql(): SqlStorage {
    return this.#storage.sql;
  }

  #start(): Scheduler {
    const { store } = this;
    // After a crash, calls under way never return.
    const unlessCrashed = async <T>(work: Promise<T>): Promise<T> => {
      const result = await work;
      return store === this.store ? result : new Promise<T>(() => {});
    };
    return new Scheduler(store, {
      timeline: {
        read: (cursor, limit) => unlessCrashed(this.#read(cursor, limit)),
        mutes: (alertIds) => unlessCrashed(this.#mutes(alertIds)),
        held: (entryIds, readUntil) => unlessCrashed(this.#held(entryIds, readUntil)),
      },
      endpoint: {
        send: ({ url }, { id, body }) => {
          this.urls.push(url);
          return unlessCrashed(this.#send(id, body));
        },
      },
      subscription: {
        attempted: () => undefined,
        end: async () => {
          await Promise.resolve();
          if (!this.isDatabaseDown) this.store.configure({ ...CONFIG, isEnabled: false, hasEnded: true }, this.now);
        },
      },
      clock: { now: () => this.now, wait: async (ms) => void (this.now += ms) },
      random: () => 0.5,
    });
  }

  async #send(id: string, body: string): Promise<AttemptResult> {
    this.maxInFlight = Math.max(this.maxInFlight, ++this.inFlight);
    await Promise.resolve();
    this.inFlight--;
    const entry = this.entries.find((one) => one.id === id)!;
    this.attempted.push(id);
    const result = this.answer(entry);
    this.attempts.push({ alertId: entry.alertId, at: this.now, isDelivered: result.isDelivered });
    if (result.isDelivered) this.delivered.push(id);
    if (result.isDelivered) this.bodies.push(body);
    if (this.crashIn > 0 && --this.crashIn === 0) this.crash();
    return result;
  }

  async #read(cursor: TimelineCursor, limit: number): Promise<Page> {
    this.reads++;
    if (this.isDatabaseDown) throw new Error("no answer");
    await Promise.resolve();
    this.duringRead();
    const later = this.entries.filter(({ xid, id }) => xid > cursor.xid || (xid === cursor.xid && id > cursor.id));
    const messages = later
      .slice(0, limit)
      .map((entry) => ({ ...this.#message(entry), cursor: { xid: entry.xid, version: 1, id: entry.id } }));
    const hasMore = later.length > limit;
    const horizon = { ...BEGINNING, xid: (this.entries.at(-1)?.xid ?? 0n) + 1n };
    return {
      messages,
      snoozeChanged: this.snoozeChanged.splice(0),
      hasMore,
      nextCursor: hasMore ? messages.at(-1)!.cursor : horizon,
      nextXid: horizon.xid,
    };
  }

  #message({ id, alertId, type, recordedAt }: Entry): MutableMessage {
    return {
      id,
      alertId,
      recordedAt,
      type,
      body: id,
      mutedUntil: this.mutedUntil(alertId),
      isUnresolved: this.isUnresolved(alertId),
      unmutedBody: () => `unmuted ${id}`,
    };
  }

  async #mutes(alertIds: readonly string[]): Promise<Map<string, number>> {
    await Promise.resolve();
    if (this.isDatabaseDown) throw new Error("no answer");
    return new Map(
      alertIds.flatMap((id) => {
        const until = this.mutedUntil(id);
        return until === null ? [] : [[id, until]];
      }),
    );
  }

  async #held(entryIds: readonly string[], readUntil: TimelineCursor): Promise<HeldMessage[]> {
    await Promise.resolve();
    if (this.isDatabaseDown) throw new Error("no answer");
    return this.entries
      .filter(({ id }) => entryIds.includes(id))
      .map((first) => {
        const ending = this.entries.findLast(
          ({ alertId, type, xid, id }) =>
            alertId === first.alertId && type === "RESOLVED" && id >= first.id && xid < readUntil.xid,
        );
        const isTold = first.type !== "CREATED" && !this.isUnresolved(first.alertId);
        return { ...this.#message(first), ending: isTold && ending ? this.#message(ending) : null };
      });
  }

  /** Records one entry for each of these alerts, and wakes the scheduler. */
  record(...alertIds: string[]): void {
    for (const alertId of alertIds) this.recordOfType("CREATED", alertId);
  }

  /** Records an entry of another type, and wakes the scheduler. */
  recordOfType(type: EntryType, alertId: string): void {
    const n = this.entries.length + 1;
    this.entries.push({ alertId, type, xid: BigInt(n), id: uuid(n), recordedAt: this.now });
    this.scheduler.wake(BigInt(n));
  }

  /** Restarts the object without its memory. */
  crash(): void {
    this.store = new SubscriptionStore(this.#storage);
    this.scheduler = this.#start();
    this.#crashed.resolve(null);
    this.#crashed = Promise.withResolvers<null>();
  }

  /** Advances the clock, and runs the scheduler whenever it is due. */
  async advanceTo(time: number): Promise<void> {
    for (;;) {
      const { scheduler } = this;
      const next = await Promise.race([scheduler.run(), this.#crashed.promise]);
      if (scheduler !== this.scheduler) continue;
      if (next === null || next > time) break;
      this.now = Math.max(this.now, next);
    }
    this.now = time;
  }

  advance(ms: number): Promise<void> {
    return this.advanceTo(this.now + ms);
  }

  /** Delivered messages of an alert, without repeats. */
  deliveredOf(alertId: string): string[] {
    const ids = new Set(this.entries.filter((entry) => entry.alertId === alertId).map(({ id }) => id));
    return [...new Set(this.delivered)].filter((id) => ids.has(id));
  }

  /** Ids of the stored pending messages. */
  get pendingIds(): string[] {
    return this.store.pending.list().map(({ id }) => id);
  }

  /** Counts the rows that are written from now on. */
  countWrites(): () => number {
    let rows = 0;
    const { sql } = this;
    const exec = sql.exec.bind(sql);
    sql.exec = ((query: string, ...bindings: SqlStorageValue[]) => {
      const cursor = exec(query, ...bindings);
      // `rowsWritten` is final after the last row.
      const results = [...cursor];
      rows += cursor.rowsWritten;
      return Object.assign(results.values(), { rowsWritten: cursor.rowsWritten });
    }) as never;
    return () => rows;
  }
}

let harnesses = 0;

/** Runs a test inside a new object. */
export const withHarness = <T>(test: (harness: Harness) => Promise<T>): Promise<T> =>
  runInDurableObject(env.SUBSCRIPTIONS.getByName(`harness-${harnesses++}`), (_, { storage }) =>
    test(new Harness(storage)),
  );
