/** A timeline with transactions in progress, and clients of a Feed, for tests of its reader without Postgres and sockets. */
import type { Listener } from "../../../src/objects/feed/audience.ts";
import { compareCursors, cursorText, parseCursor, type TimelineCursor } from "../../../src/db/timeline.ts";
import type { Timeline, TimelinePage } from "../../../src/objects/feed/timeline.ts";
import { PositionStore } from "../../../src/objects/feed/position-store.ts";
import { FeedReader } from "../../../src/objects/feed/reader.ts";
import type { FeedEvent } from "../../../src/objects/feed/rpc.ts";

const PAGE = 3;

type Item = TimelinePage["entries"][number];

interface Transaction {
  xid: bigint;
  entries: Item[];
  isCommitted: boolean;
}

export const cursorOf = ({ entry }: Item): TimelineCursor => ({
  xid: BigInt(entry.recordedXid),
  version: entry.version,
  id: entry.id,
});

/** The table of timeline entries, as readers see it. */
export class FakeTimeline implements Timeline {
  reads = 0;
  /** The next reads fail. */
  failures = 0;
  /** When a silence or snooze starts or ends next; null: never. */
  mutingChangesAt: number | null = null;
  #nextXid = 10n;
  #transactions: Transaction[] = [];
  readonly #versions = new Map<string, number>();

  async nextMutingChange(): Promise<number | null> {
    await Promise.resolve();
    return this.mutingChangesAt;
  }

  /** Starts a transaction with an entry for each alert. */
  begin(alertIds: readonly string[]): Transaction {
    const xid = this.#nextXid++;
    const transaction = { xid, entries: alertIds.map((alertId) => this.#entry(xid, alertId)), isCommitted: false };
    this.#transactions.push(transaction);
    return transaction;
  }

  /** Another database replaces this one. It is empty. @param nextXid its next transaction */
  restore(nextXid: bigint): void {
    this.#nextXid = nextXid;
    this.#transactions = [];
  }

  #entry(xid: bigint, alertId: string): Item {
    const version = (this.#versions.get(alertId) ?? 0) + 1;
    this.#versions.set(alertId, version);
    const date = new Date(0);
    const id = crypto.randomUUID();
    const entry = {
      id,
      alertId,
      deliveryId: null,
      type: "REPEATED",
      actor: "source",
      actorName: null,
      occurredAt: null,
      recordedAt: date,
      version,
      status: "OPEN",
      severity: "HIGH",
      changes: {},
      note: null,
      recordedXid: String(xid),
    };
    const alert = {
      id: alertId,
      integrationId: "i",
      teamId: null,
      title: alertId,
      description: null,
      metadata: {},
      triggeredAt: date,
      lastSeenAt: date,
      acknowledgedAt: null,
      acknowledgedBy: null,
      acknowledgedByName: null,
      resolvedAt: null,
      closedAt: null,
      snoozedUntil: null,
      createdAt: date,
      updatedAt: date,
    };
    return { entry, alert } as unknown as Item;
  }

  /** The cursor of the present, as a page of the console has it. */
  get present(): string {
    return cursorText(before(this.#horizon));
  }

  get #horizon(): bigint {
    const open = this.#transactions.filter(({ isCommitted }) => !isCommitted).map(({ xid }) => xid);
    return open.reduce((a, b) => (a < b ? a : b), this.#nextXid);
  }

  /** Every entry that is committed, in the order of the timeline. */
  get committed(): Item[] {
    return this.#transactions
      .filter(({ isCommitted }) => isCommitted)
      .flatMap(({ entries }) => entries)
      .toSorted((a, b) => compareCursors(cursorOf(a), cursorOf(b)));
  }

  async latest(): Promise<TimelineCursor> {
    this.#count();
    return before(this.#horizon);
  }

  async read(after: TimelineCursor): Promise<TimelinePage> {
    this.#count();
    // The state when the query runs; the answer comes later.
    const horizon = before(this.#horizon);
    const nextXid = this.#nextXid;
    const entries = this.committed
      .filter((item) => cursorOf(item).xid < horizon.xid && compareCursors(cursorOf(item), after) > 0)
      .slice(0, PAGE);
    const last = entries.at(-1);
    const hasMore = entries.length === PAGE;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 40));
    return { entries, hasMore, nextCursor: last && hasMore ? cursorOf(last) : horizon, nextXid };
  }

  async access(): Promise<Map<string, "all">> {
    return new Map();
  }

  #count(): void {
    this.reads++;
    if (this.failures-- > 0) throw new Error("Postgres does not answer");
    this.failures = Math.max(0, this.failures);
  }
}

const before = (xid: bigint): TimelineCursor => ({ xid, version: 0, id: "00000000-0000-0000-0000-000000000000" });

/** A client, which asks for more after each page and remembers the last id. */
export class Client {
  readonly received: string[] = [];
  readonly events: string[] = [];
  lastId: string | null;
  /** Where its entries start; null: it has no position yet. */
  start: string | null;
  /** Entries of alerts with another title do not concern it. */
  readonly title: string | undefined;
  /** Another object after each join, as another socket is. */
  listener: Listener;
  isOpen = true;

  /** Forgets the received entries, and starts at a cursor; null: at the present of the Feed. */
  startAt(cursor: string | null): void {
    this.received.length = 0;
    this.lastId = cursor;
    this.start = cursor;
  }

  constructor(lastId: string | null, title?: string) {
    this.lastId = lastId;
    this.start = lastId;
    this.title = title;
    this.listener = {
      actor: "api:root",
      sessionId: null,
      expiresAt: null,
      visibleTeams: "all",
      filter:
        title === undefined
          ? {}
          : { conditions: [{ field: "text", patterns: [{ text: title, isPrefix: false }], isNegated: false }] },
      joinedAt: 0,
      sentAt: 0,
      socket: this as never,
      place: { kind: "starting", after: null },
    };
  }
}

/** A Feed with its clients. */
export class Harness {
  readonly timeline = new FakeTimeline();
  readonly #kv = new Map<string, unknown>();
  readonly #clients = new Set<Client>();
  #reader: FeedReader;

  constructor() {
    this.#reader = this.#newReader();
  }

  #newReader(): FeedReader {
    const clients = this.#clients;
    const clientOf = ({ socket }: Listener) => socket as unknown as Client;
    return new FeedReader({
      audience: {
        get size() {
          return clients.size;
        },
        get listeners() {
          return [...clients].map(({ listener }) => listener);
        },
        has: (listener) => clients.has(clientOf(listener)) && clientOf(listener).listener === listener,
        place: (listener, place) => void Object.assign(listener, { place }),
        send: (listener, events) => {
          for (const text of events) this.#receive(clientOf(listener), JSON.parse(text) as FeedEvent);
        },
        end: (listener) => this.leave(clientOf(listener)),
      },
      store: new PositionStore({
        get: (key: string) => structuredClone(this.#kv.get(key)) as never,
        put: (key: string, value: unknown) => void this.#kv.set(key, structuredClone(value)),
      }),
      timeline: this.timeline,
      publicUrl: "https://console.test",
      now: () => Date.now(),
      onSnooze: () => undefined,
    });
  }

  /** Wakes the object with its sockets, without its memory. */
  wake(): void {
    this.#reader = this.#newReader();
    if (this.#reader.hasWork) void this.#reader.run();
  }

  /** Commits a transaction, and announces it if there are listeners. */
  commit(transaction: Transaction): void {
    transaction.isCommitted = true;
    this.announce(transaction.xid);
  }

  announce(xid: bigint): void {
    if (this.#clients.size === 0) return;
    this.#reader.expect(xid);
    void this.#reader.run();
  }

  join(client: Client): void {
    if (this.#clients.size === 0) this.#reader.forget();
    this.#clients.add(client);
    client.isOpen = true;
    client.listener = { ...client.listener, place: { kind: "starting", after: null } };
    this.#reader.addListener(client.listener, client.lastId === null ? null : parseCursor(client.lastId));
    void this.#reader.run();
  }

  leave(client: Client): void {
    client.isOpen = false;
    this.#clients.delete(client);
  }

  #receive(client: Client, event: FeedEvent): void {
    const isBackwards =
      client.lastId !== null && compareCursors(parseCursor(event.id)!, parseCursor(client.lastId)!) < 0;
    if (isBackwards && event.event !== "reset") throw new Error(`${event.event} moves the client backwards`);
    client.lastId = event.id;
    client.start ??= event.id;
    client.events.push(event.event);
    if (event.event === "entry") client.received.push((event.data as { id: string }).id);
    if (event.event === "more") {
      const { listener } = client;
      setTimeout(() => {
        if (client.listener !== listener || !client.isOpen) return;
        this.#reader.continueWith(listener);
        void this.#reader.run();
      }, 10);
    }
  }
}
