/**
 * Tells listeners that other alerts are muted than before: a silence was changed, or a silence or snooze starts or ends. They read
 * their lists again: one silence may mute very many alerts.
 */
import { describeError } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { includesTeam } from "../../lib/principal.ts";
import { SECOND } from "../../lib/time.ts";
import { fullJitterMs } from "../shared/backoff.ts";
import type { Listener, Listeners } from "./audience.ts";
import type { PositionStore } from "./position-store.ts";
import { pushEvent } from "./push-event.ts";
import type { Timeline } from "./timeline.ts";

const FAILURE_BACKOFF = { baseMs: 2 * SECOND, maxMs: 60 * SECOND };

interface Dependencies {
  audience: Listeners;
  store: PositionStore;
  timeline: Pick<Timeline, "nextMutingChange">;
  now(): number;
}

export class MutingWatch {
  readonly #dependencies: Dependencies;
  #isLoading = false;
  /** Loads in a row that failed. */
  #failures = 0;

  constructor(dependencies: Dependencies) {
    this.#dependencies = dependencies;
  }

  /** When there is something to do, in Unix ms; null: not before the next call. */
  get nextAt(): number | null {
    const { audience, store } = this.#dependencies;
    return audience.size === 0 || this.#isLoading ? null : store.state.mutingChangesAt;
  }

  /** The Feed had no listeners, and ignored calls. */
  forget(): void {
    this.#dependencies.store.update({ mutingChangesAt: 0 });
  }

  /** A silence of a team (null: of everybody) was changed. */
  changed(teamId: string | null): void {
    this.#push((listener) => teamId === null || includesTeam(listener.visibleTeams, teamId));
    this.forget();
  }

  /** Looks for a change that is due, and loads the time of the next one. Never rejects. */
  async run(): Promise<void> {
    const { store, now } = this.#dependencies;
    const dueAt = this.nextAt;
    if (dueAt === null || dueAt > now()) return;
    // 0: the time is not known yet, so nobody waits for it.
    if (dueAt > 0 && this.#failures === 0) this.#push(() => true);
    await this.#load();
    if (store.state.mutingChangesAt === 0) await this.run();
  }

  async #load(): Promise<void> {
    const { store, timeline, now } = this.#dependencies;
    this.#isLoading = true;
    // A change during the load sets it to 0 again.
    store.update({ mutingChangesAt: null });
    try {
      const next = await timeline.nextMutingChange();
      if (store.state.mutingChangesAt === null) store.update({ mutingChangesAt: next });
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      const pauseMs = fullJitterMs(this.#failures, FAILURE_BACKOFF, 0.5 + Math.random() / 2);
      store.update({ mutingChangesAt: now() + pauseMs });
      log.warn("next mute not read", { failures: this.#failures, error: describeError(error) });
    } finally {
      this.#isLoading = false;
    }
  }

  #push(isConcerned: (listener: Listener) => boolean): void {
    const { audience, store, now } = this.#dependencies;
    pushEvent(audience, "muting", isConcerned, store.state.position, now());
  }
}
