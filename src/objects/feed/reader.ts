/**
 * Reads new timeline entries once for all listeners. Knows neither Postgres nor sockets.
 *
 * The position of the Feed only moves forward. A listener at the position is live: it receives every page that moves the position.
 * One that joined before the position is behind, and catches up (catch-up.ts).
 */
import { describeError } from "../../db/errors.ts";
import { compareCursors, type TimelineCursor } from "../../db/timeline.ts";
import { log } from "../../lib/log.ts";
import { Pause } from "../../lib/pause.ts";
import { SECOND } from "../../lib/time.ts";
import { checkAccess } from "./access-check.ts";
import type { Listener, Listeners } from "./audience.ts";
import { CatchUp } from "./catch-up.ts";
import { eventText, PageEvents } from "./events.ts";
import type { PositionStore } from "./position-store.ts";
import { ReadTiming } from "./read-timing.ts";
import type { Timeline, TimelinePage } from "./timeline.ts";

/** A listener whose filter matches nothing receives the position this often, while there are entries. */
const POSITION_INTERVAL_MS = 10 * SECOND;

interface Dependencies {
  audience: Listeners;
  store: PositionStore;
  timeline: Timeline;
  /** Origin of the links to the console; empty: unknown. */
  publicUrl: string;
  now(): number;
  /** An entry changed a snooze. */
  onSnooze(): void;
}

export class FeedReader {
  readonly #audience: Listeners;
  readonly #store: PositionStore;
  readonly #timeline: Timeline;
  readonly #publicUrl: string;
  readonly #now: () => number;
  readonly #onSnooze: () => void;
  readonly #catchUp: CatchUp;
  readonly #timing = new ReadTiming();
  #isRunning = false;
  #isReading = false;
  /** An earlier transaction was announced than is known: late, or another database replaced this one. A read shows which. */
  #isInDoubt = false;
  /** The pause before a read; null: there was none yet. */
  #pausing: Pause | null = null;

  constructor({ audience, store, timeline, publicUrl, now, onSnooze }: Dependencies) {
    this.#audience = audience;
    this.#store = store;
    this.#timeline = timeline;
    this.#publicUrl = publicUrl;
    this.#now = now;
    this.#onSnooze = onSnooze;
    this.#catchUp = new CatchUp({
      audience,
      timeline,
      publicUrl,
      position: () => store.state.position,
      checkAccess: () => checkAccess(audience, store, timeline, now()),
      now,
    });
  }

  get hasWork(): boolean {
    return this.#mustRead || this.#catchUp.hasWork;
  }

  /** There are entries up to this transaction at least. */
  expect(xid: bigint): void {
    const { position, expectedXid } = this.#store.state;
    if (xid < expectedXid || (position && position.xid > xid)) this.#isInDoubt = true;
    else if (xid > expectedXid) this.#store.update({ expectedXid: xid });
    this.#timing.announced(this.#now());
    this.#pausing?.end();
  }

  /** Forgets the position: the Feed had no listeners, and ignored notifications. */
  forget(): void {
    this.#store.update({ position: null, expectedXid: 0n });
  }

  /** Gives a listener that has joined its place. @param cursor where its entries start; null: at the present */
  addListener(listener: Listener, cursor: TimelineCursor | null): void {
    const { position } = this.#store.state;
    const isAtPresent = !this.#isReading && !this.#isExpecting;
    if (position && (cursor === null ? isAtPresent : compareCursors(cursor, position) <= 0)) {
      this.#enter(listener, cursor ?? position, position);
      return;
    }
    this.#audience.place(listener, { kind: "starting", after: cursor });
    this.#pausing?.end();
  }

  /** The client has received its page. */
  continueWith(listener: Listener): void {
    if (listener.place.kind === "behind") this.#audience.place(listener, { ...listener.place, isReady: true });
  }

  /** Reads until all announced entries have been sent. Never rejects. */
  async run(): Promise<void> {
    await Promise.all([this.#isRunning ? undefined : this.#runLive(), this.#catchUp.run()]);
  }

  get #isExpecting(): boolean {
    const { position, expectedXid } = this.#store.state;
    return position === null || position.xid <= expectedXid;
  }

  get #starting(): Listener[] {
    return this.#audience.listeners.filter(({ place }) => place.kind === "starting");
  }

  get #mustRead(): boolean {
    return this.#audience.size > 0 && (this.#isExpecting || this.#isInDoubt || this.#starting.length > 0);
  }

  async #runLive(): Promise<void> {
    this.#isRunning = true;
    const catchUps: Promise<void>[] = [];
    try {
      while (this.#mustRead) {
        await this.#pause();
        await this.#readOrBackOff();
        if (this.#catchUp.hasWork) catchUps.push(this.#catchUp.run());
      }
    } finally {
      this.#isRunning = false;
    }
    await Promise.all(catchUps);
  }

  /** Waits until the next read is due, which a notification or a new listener may bring forward. */
  async #pause(): Promise<void> {
    for (;;) {
      const restMs = this.#timing.delayMs(this.#starting.length > 0, this.#now());
      if (restMs <= 0) return;
      this.#pausing = new Pause();
      await this.#pausing.wait(restMs);
    }
  }

  async #readOrBackOff(): Promise<void> {
    this.#timing.started(this.#now());
    this.#isReading = true;
    const wasInDoubt = this.#isInDoubt;
    this.#isInDoubt = false;
    try {
      // Listeners that join during a read wait for the next one.
      while (await this.#read(this.#starting));
      this.#timing.succeeded(!this.#isExpecting);
    } catch (error) {
      this.#isInDoubt ||= wasInDoubt;
      this.#timing.failed(this.#now(), Math.random());
      log.warn("feed read failed", { error: describeError(error) });
    } finally {
      this.#isReading = false;
    }
  }

  /** @returns whether there are more entries to read at once */
  async #read(starting: readonly Listener[]): Promise<boolean> {
    const { position: from, expectedXid } = this.#store.state;
    if (from === null) {
      const latest = await this.#timeline.latest();
      this.#store.update({ position: latest });
      this.#enterAll(starting, latest, latest);
      return false;
    }
    const [page] = await Promise.all([
      this.#timeline.read(from, "all", {}),
      checkAccess(this.#audience, this.#store, this.#timeline, this.#now()),
    ]);
    // Transaction numbers only grow, except when another database replaced this one.
    if (page.nextCursor.xid < from.xid) this.#startAnew(page.nextCursor);
    else this.#push(from, page);
    // A transaction that has not begun was announced by another database.
    const isOfAnother = page.nextXid <= expectedXid && this.#store.state.expectedXid === expectedXid;
    if (isOfAnother) this.#store.update({ expectedXid: 0n });
    if (!page.hasMore) this.#enterAll(starting, from, page.nextCursor);
    return page.hasMore && this.#audience.size > 0;
  }

  /** Sends a page, and moves the position. Both happen, or neither. */
  #push(from: TimelineCursor, page: TimelinePage): void {
    const now = this.#now();
    const events = new PageEvents(page, this.#publicUrl);
    const position = eventText("position", page.nextCursor);
    this.#store.update({ position: page.nextCursor });
    if (events.changeSnoozes) this.#onSnooze();
    for (const listener of this.#audience.listeners) {
      const { place } = listener;
      const after = place.kind === "starting" ? place.after : null;
      const isInReach = after !== null && compareCursors(after, from) >= 0;
      if (place.kind !== "live" && !isInReach) continue;
      const texts = events.of(listener, after);
      if (after && compareCursors(page.nextCursor, after) > 0) {
        this.#audience.place(listener, { kind: "starting", after: page.nextCursor });
      }
      // A client that has the position reconnects without a read.
      if (texts.length > 0) this.#audience.send(listener, page.hasMore || after ? texts : [...texts, position], now);
      else if (!after && now - listener.sentAt > POSITION_INTERVAL_MS) this.#audience.send(listener, [position], now);
    }
  }

  /** Continues in another database, which replaced the one of the position. */
  #startAnew(position: TimelineCursor): void {
    this.#store.update({ position, expectedXid: 0n });
    for (const listener of this.#audience.listeners) {
      if (listener.place.kind !== "starting") this.#reset(listener, position);
    }
  }

  /** Gives listeners that joined before a read their places. @param from where the read started */
  #enterAll(starting: readonly Listener[], from: TimelineCursor, position: TimelineCursor): void {
    for (const listener of starting) {
      const { place } = listener;
      if (place.kind !== "starting" || !this.#audience.has(listener)) continue;
      const after = place.after ?? position;
      if (after.xid > position.xid) this.#reset(listener, position);
      // The pages since `from` were sent to it.
      else this.#enter(listener, after, compareCursors(after, from) >= 0 ? after : position);
    }
  }

  /** Sends a listener its first position. @param position the position of the live listeners */
  #enter(listener: Listener, after: TimelineCursor, position: TimelineCursor): void {
    const isLive = compareCursors(after, position) >= 0;
    this.#audience.place(listener, isLive ? { kind: "live" } : { kind: "behind", after, isReady: true });
    this.#audience.send(listener, [eventText("position", after)], this.#now());
  }

  #reset(listener: Listener, position: TimelineCursor): void {
    this.#audience.place(listener, { kind: "live" });
    this.#audience.send(listener, [eventText("reset", position)], this.#now());
  }
}
