/**
 * Reads for the listeners that are behind the position of the Feed. Those with the same teams and filter share their reads. After
 * each page the client asks for the next one, so that a slow client does not fill the memory of the object.
 */
import { describeError } from "../../db/errors.ts";
import { compareCursors, type TimelineCursor } from "../../db/timeline.ts";
import { log } from "../../lib/log.ts";
import { sleep } from "../../lib/pause.ts";
import { SECOND } from "../../lib/time.ts";
import { fullJitterMs } from "../shared/backoff.ts";
import type { Listener, Listeners } from "./audience.ts";
import { eventText, PageEvents } from "./events.ts";
import type { Timeline } from "./timeline.ts";

/** Maximum number of concurrent reads. */
const MAX_READS = 4;

const FAILURE_BACKOFF = { baseMs: SECOND, maxMs: 30 * SECOND };

type BehindListener = Listener & { place: { kind: "behind" } };

interface Dependencies {
  audience: Listeners;
  timeline: Timeline;
  /** Origin of the links to the console; empty: unknown. */
  publicUrl: string;
  /** The position of the Feed; null: unknown. */
  position(): TimelineCursor | null;
  /** Closes the streams of listeners whose access has ended. Call it before each frame. */
  checkAccess(): Promise<void>;
  now(): number;
}

export class CatchUp {
  readonly #dependencies: Dependencies;
  /** Listeners whose page is being read. */
  readonly #busy = new Set<Listener>();
  #reads = 0;
  #failures = 0;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  get hasWork(): boolean {
    return this.#dependencies.audience.listeners.some((listener) => this.#isWaiting(listener));
  }

  /** Reads until every listener that is ready has its page. Never rejects. */
  async run(): Promise<void> {
    const reads: Promise<void>[] = [];
    while (this.#reads < MAX_READS && this.hasWork) reads.push(this.#readGroup());
    await Promise.all(reads);
    if (reads.length > 0) await this.run();
  }

  #isWaiting(listener: Listener): listener is BehindListener {
    return listener.place.kind === "behind" && listener.place.isReady && !this.#busy.has(listener);
  }

  async #readGroup(): Promise<void> {
    const group = this.#nextGroup();
    const [first] = group;
    if (!first) return;
    this.#reads++;
    for (const listener of group) this.#busy.add(listener);
    try {
      const from = group.map(({ place }) => place.after).reduce((a, b) => (compareCursors(a, b) < 0 ? a : b));
      const [page] = await Promise.all([
        this.#dependencies.timeline.read(from, first.visibleTeams, first.filter),
        this.#dependencies.checkAccess(),
      ]);
      const events = new PageEvents(page, this.#dependencies.publicUrl);
      for (const listener of group) this.#advance(listener, page, events);
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      log.warn("feed read failed", { failures: this.#failures, error: describeError(error) });
      const pauseMs = fullJitterMs(this.#failures, FAILURE_BACKOFF, Math.random());
      await sleep(pauseMs);
    } finally {
      for (const listener of group) this.#busy.delete(listener);
      this.#reads--;
    }
  }

  #nextGroup(): BehindListener[] {
    const waiting = this.#dependencies.audience.listeners.filter((listener) => this.#isWaiting(listener));
    const key = waiting[0] && groupKey(waiting[0]);
    return waiting.filter((listener) => groupKey(listener) === key);
  }

  /** Sends a page to a listener, up to the position. From there on it receives the same pages as all others. */
  #advance(listener: Listener, page: Awaited<ReturnType<Timeline["read"]>>, events: PageEvents): void {
    const { audience, now } = this.#dependencies;
    const position = this.#dependencies.position();
    const { place } = listener;
    if (!position || place.kind !== "behind" || !audience.has(listener)) return;
    // Transaction numbers only grow, except when another database replaced this one.
    if (!page.hasMore && page.nextCursor.xid < place.after.xid) {
      audience.place(listener, { kind: "live" });
      audience.send(listener, [eventText("reset", position)], now());
      return;
    }
    if (compareCursors(page.nextCursor, place.after) <= 0) return;
    const texts = events.of(listener, place.after, position);
    if (compareCursors(page.nextCursor, position) >= 0) {
      audience.place(listener, { kind: "live" });
      audience.send(listener, [...texts, eventText("position", position)], now());
      return;
    }
    audience.place(listener, { kind: "behind", after: page.nextCursor, isReady: false });
    audience.send(listener, [...texts, eventText("more", page.nextCursor)], now());
  }
}

const groupKey = ({ visibleTeams, filter }: Listener): string => JSON.stringify([visibleTeams, filter]);
