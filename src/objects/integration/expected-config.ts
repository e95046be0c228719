/**
 * The expected config: the one that an operation announced to this object before it changed the integration in Postgres. If the operation
 * ends before it sends the config, the alarm reads it from Postgres. Stored outside of the tables, which a new integration's object lacks.
 */
import { safeMessage } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { MINUTE } from "../../lib/time.ts";
import { BACKSTOP_MS } from "../shared/alarm.ts";
import { fullJitterMs } from "../shared/backoff.ts";

const KEY = "expected_config";

/** Longer than a request can change Postgres after its announcement: it gives up after 30 s. */
const ENDS_AFTER_MS = 2 * MINUTE;

const BACKOFF = { baseMs: BACKSTOP_MS, maxMs: 10 * MINUTE };

interface Expectation {
  version: number;
  /** When it was announced, in Unix ms. */
  since: number;
}

/** The dependencies of the expectation. */
export interface ExpectedConfigDependencies {
  /** Reads the config from Postgres, and applies it if it is newer than the object's. @throws when Postgres does not answer */
  refresh(): Promise<void>;
  /** For the log. */
  objectName: string;
}

export class ExpectedConfig {
  readonly #kv: SyncKvStorage;
  readonly #dependencies: ExpectedConfigDependencies;
  #expectation: Expectation | null;
  #failures = 0;

  constructor(kv: SyncKvStorage, dependencies: ExpectedConfigDependencies) {
    this.#kv = kv;
    this.#dependencies = dependencies;
    this.#expectation = kv.get<Expectation>(KEY) ?? null;
  }

  get isExpected(): boolean {
    return this.#expectation !== null;
  }

  /** When to read Postgres first, in Unix ms; null: no config is expected. */
  get dueAt(): number | null {
    return this.#expectation && this.#expectation.since + BACKSTOP_MS;
  }

  /** Expects this version or a newer one. @param now Unix ms */
  expect(version: number, now: number): void {
    this.#expectation = { version: Math.max(version, this.#expectation?.version ?? 0), since: now };
    this.#kv.put(KEY, this.#expectation);
  }

  /** Call this when the object has a config of this version. */
  arrived(version: number): void {
    if (this.#expectation && version >= this.#expectation.version) this.#end();
  }

  /**
   * Reads Postgres, if a config is expected. When Postgres has no newer one, the operation is still under way, or has failed. So the
   * expectation ends after ENDS_AFTER_MS.
   * @returns when to read again, in Unix ms; null: no config is expected
   * @throws when the object's storage refuses a write; not when Postgres does not answer
   */
  async check(): Promise<number | null> {
    const expected = this.#expectation;
    if (!expected) return null;
    try {
      await this.#dependencies.refresh();
      this.#failures = 0;
    } catch (error) {
      this.#failures++;
      log.warn("expected config not loaded", {
        object: this.#dependencies.objectName,
        failures: this.#failures,
        error: safeMessage(error),
      });
      return Date.now() + fullJitterMs(this.#failures, BACKOFF, Math.random());
    }
    // The config arrived, or another operation announced one.
    if (this.#expectation !== expected) return this.dueAt;
    const age = Date.now() - expected.since;
    if (age < ENDS_AFTER_MS) return Date.now() + Math.max(BACKSTOP_MS, age);
    this.#end();
    return null;
  }

  #end(): void {
    this.#expectation = null;
    this.#kv.delete(KEY);
  }
}
