/**
 * Decides when a change of the shown state of a subscription is announced. The state that is stored when the object starts is known
 * to all pages that show it. Sets no timer, because a timer keeps the object in memory: the end of the work announces what is left.
 */
import { SECOND } from "../../lib/time.ts";

/** Minimum interval between announcements while work goes on. Pages refresh no more often. */
const ANNOUNCE_INTERVAL_MS = 10 * SECOND;

interface Dependencies {
  /** What pages show of the subscription now, as text. */
  shown(): string;
  announce(): void;
  /** Unix ms. */
  now(): number;
}

export class StateAnnouncer {
  readonly #dependencies: Dependencies;
  /** The state that pages know. */
  #announced: string;
  #announcedAt = -Infinity;

  /** Create it when the object starts. */
  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    this.#announced = dependencies.shown();
  }

  /** Announces a change while work goes on, unless the last announcement was just before. */
  afterAttempt(): void {
    // A negative age means that the clock was set back.
    if (Math.abs(this.#dependencies.now() - this.#announcedAt) >= ANNOUNCE_INTERVAL_MS) this.afterWork();
  }

  /** Announces a change at the end of work. */
  afterWork(): void {
    const shown = this.#dependencies.shown();
    if (shown === this.#announced) return;
    this.#announced = shown;
    this.#announcedAt = this.#dependencies.now();
    this.#dependencies.announce();
  }
}
