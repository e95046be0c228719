/**
 * Decides when a change of the shown state of a subscription is announced. The state that is stored when the object starts counts as
 * announced. Sets no timer, because a timer keeps the object in memory: the end of the work announces the remaining change. A
 * change that was not announced before the object restarts is lost: pages show it after the next change, or when they connect again.
 */
import { SECOND } from "../../lib/time.ts";
import type { Circuit } from "./circuit-breaker.ts";
import type { SubscriptionConfig } from "./config.ts";

/** Minimum interval between announcements while work goes on. Pages refresh no more often. */
const ANNOUNCE_INTERVAL_MS = 10 * SECOND;

/** What pages show of a subscription. */
export interface ShownState {
  config: SubscriptionConfig | null;
  /** It changes with each failed probe, and the time of the next attempt with it. Null: closed. */
  circuit: Circuit | null;
  /** A restart drops those in memory, and reads them again. */
  pendingMessages: number;
  deadLetters: number;
  heldAlerts: number;
  /** Unix ms. */
  lastDeliveredAt: number | null;
  lastError: string | null;
  lastTestError: string | null;
}

interface Dependencies {
  shown(): ShownState;
  announce(): void;
  /** Unix ms. */
  now(): number;
}

export class StateAnnouncer {
  readonly #dependencies: Dependencies;
  /** The state that pages know, as text. */
  #announced: string;
  #announcedAt = -Infinity;

  /** Create it when the object starts. */
  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
    this.#announced = textOf(dependencies.shown());
  }

  /** Announces a change while work goes on, unless the last announcement was less than 10 s ago. */
  afterAttempt(): void {
    // A negative age means that the clock was set back.
    if (Math.abs(this.#dependencies.now() - this.#announcedAt) >= ANNOUNCE_INTERVAL_MS) this.afterWork();
  }

  /** Announces a change at the end of work. */
  afterWork(): void {
    const shown = textOf(this.#dependencies.shown());
    if (shown === this.#announced) return;
    this.#announced = shown;
    this.#announcedAt = this.#dependencies.now();
    this.#dependencies.announce();
  }
}

/** A later delivery alone is a change once in 10 s: work may end after each of many messages. */
const textOf = ({ lastDeliveredAt, ...state }: ShownState): string =>
  JSON.stringify([state, lastDeliveredAt === null ? null : Math.floor(lastDeliveredAt / ANNOUNCE_INTERVAL_MS)]);
