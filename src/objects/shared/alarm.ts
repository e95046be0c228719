/**
 * The alarm of one Durable Object. Changes it only to make it fire earlier, or to remove it. If the platform refuses to set the alarm, a
 * timer in memory runs `onDue`.
 */
import { describeError } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { DAY, SECOND } from "../../lib/time.ts";

/** The alarm wakes an object that crashed while it worked, after at most this time. */
export const BACKSTOP_MS = 30 * SECOND;

/** The platform refuses times after the year 2262, which a source may send. An alarm that fires too early sets the next one. */
const MAX_AHEAD_MS = 365 * DAY;

/** Remembers the time of the alarm, because setting an alarm writes a row. */
export class Alarm {
  readonly #storage: Pick<DurableObjectStorage, "getAlarm" | "setAlarm" | "deleteAlarm">;
  readonly #onDue: () => unknown;
  #time: number | null = null;
  /** Runs in place of an alarm that could not be set. */
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param onDue the work of the alarm. It sets the next alarm, and never throws */
  constructor(storage: Pick<DurableObjectStorage, "getAlarm" | "setAlarm" | "deleteAlarm">, onDue: () => unknown) {
    this.#storage = storage;
    this.#onDue = onDue;
  }

  /** Reads the alarm that an earlier instance of the object has set: a later time must not replace it. Call it first. */
  async load(): Promise<void> {
    const stored = await this.#storage.getAlarm();
    if (stored === null) return;
    if (this.#time === null) this.#time = stored;
    else await this.wakeAt(stored);
  }

  /**
   * Sets the alarm, unless it already fires by then. An alarm that is overdue by more than `BACKSTOP_MS` counts as lost.
   * Never rejects. At a limit of written rows the platform refuses alarms, too, possibly until the next day. `alarm()` must not
   * throw then, because the platform drops an alarm after six failures. Until an alarm can be set, a timer does its work, and each
   * call with work tries again.
   * @param wanted Unix ms
   */
  async wakeAt(wanted: number): Promise<void> {
    const time = Math.min(wanted, Date.now() + MAX_AHEAD_MS);
    const isCovered = this.#time !== null && this.#time <= time && this.#time > Date.now() - BACKSTOP_MS;
    if (isCovered) return;
    this.#time = time;
    try {
      await this.#storage.setAlarm(time);
      clearTimeout(this.#timer);
      this.#timer = undefined;
    } catch (error) {
      this.#time = null;
      log.error("alarm not set", { error: describeError(error) });
      this.#wakeByTimer(time);
    }
  }

  /** Moves the alarm that this instance has set to a later time. @param time Unix ms; null: removes it */
  async replace(time: number | null): Promise<void> {
    if (time === null) return this.clear();
    if (this.#time === null || this.#time === time) return;
    this.#time = null;
    await this.wakeAt(time);
  }

  /** Removes the alarm that this instance has set: nothing is left to do. */
  async clear(): Promise<void> {
    if (this.#time === null) return;
    this.#time = null;
    // If the removal fails, the alarm fires once, without work.
    await this.#storage.deleteAlarm().catch((error: unknown) => {
      log.warn("alarm not removed", { error: describeError(error) });
    });
  }

  /** Call this first in `alarm()`: the platform has removed the alarm that fired. */
  fired(): void {
    this.#time = null;
  }

  #wakeByTimer(time: number): void {
    if (this.#timer !== undefined) return;
    const delay = Math.min(Math.max(time - Date.now(), SECOND), BACKSTOP_MS);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#onDue();
    }, delay);
  }
}
