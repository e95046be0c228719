/** The alarm of one Durable Object, changed only to make it fire earlier, or to remove it. Runs nothing itself: that is `alarm()` of the object. */
import { SECOND } from "../../lib/time.ts";

/** The alarm wakes an object that crashed while it worked, after at most this time. */
export const BACKSTOP_MS = 30 * SECOND;

/** Remembers the time of the alarm, because setting an alarm writes a row. */
export class Alarm {
  readonly #storage: Pick<DurableObjectStorage, "setAlarm" | "deleteAlarm">;
  #time: number | null = null;

  constructor(storage: Pick<DurableObjectStorage, "setAlarm" | "deleteAlarm">) {
    this.#storage = storage;
  }

  /**
   * Sets the alarm, unless it already fires by then. An alarm that is overdue by more than `BACKSTOP_MS` counts as lost.
   * @param time Unix ms
   */
  async wakeAt(time: number): Promise<void> {
    const isCovered = this.#time !== null && this.#time <= time && this.#time > Date.now() - BACKSTOP_MS;
    if (isCovered) return;
    this.#time = time;
    await this.#storage.setAlarm(time);
  }

  /** Removes the alarm that this instance has set: nothing is left to do. */
  async clear(): Promise<void> {
    if (this.#time === null) return;
    this.#time = null;
    await this.#storage.deleteAlarm();
  }

  /** Call this first in `alarm()`: the platform has removed the alarm that fired. */
  fired(): void {
    this.#time = null;
  }
}
