import type { MetaTable } from "./meta.ts";

/** The result of the last test message. */
export class LastTest {
  readonly #meta: MetaTable;

  constructor(meta: MetaTable) {
    this.#meta = meta;
  }

  /** Null: the test succeeded, its failure was cleared, or there was none. */
  get error(): string | null {
    return this.#meta.get("lastTest")?.error ?? null;
  }

  /**
   * Records a result, unless a test that started later is recorded.
   * @param startedAt Unix ms, by the clock of the Worker that sent the test
   * @param error null: it succeeded
   */
  record(startedAt: number, error: string | null): void {
    const last = this.#meta.get("lastTest");
    if (last && startedAt < last.startedAt) return;
    this.#meta.set("lastTest", { startedAt, error });
  }

  /** Clears the failure: the endpoint has accepted a message since, or the target changed. Writes nothing without a failure. */
  clearFailure(): void {
    const last = this.#meta.get("lastTest");
    if (last && last.error !== null) this.#meta.set("lastTest", { ...last, error: null });
  }
}
