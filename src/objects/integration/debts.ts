/**
 * The debts of this object: notifications that a reader of the timeline did not acknowledge to the Writer. Each is retried with
 * backoff until the reader acknowledges it. Debts delay no chunk, and no reader delays another.
 */
import { SECOND, MINUTE } from "../../lib/time.ts";
import { fullJitterMs } from "../shared/backoff.ts";
import { within } from "../shared/call.ts";
import type { Reader } from "../writer/rpc.ts";
import type { Store } from "./store/index.ts";
import type { Debt } from "./store/debts.ts";

const BACKOFF = { baseMs: SECOND, maxMs: 2 * MINUTE };

/** A reader that does not answer in this time hangs. The flush shares the alarm with the debts. */
const CALL_TIMEOUT_MS = 2 * SECOND;

/** The functions of its object that the debts need. */
export interface DebtDependencies {
  /** Notifies a reader. A deleted subscription acknowledges. @throws when it does not acknowledge */
  notify(reader: Reader, xid: string): Promise<void>;
  /** Called in the transaction of a new debt. @param time when its first retry is due, in Unix ms */
  wakeAt(time: number): void;
}

interface Retry {
  failures: number;
  /** Unix ms. */
  nextAt: number;
}

export class Debts {
  readonly #store: Store;
  readonly #dependencies: DebtDependencies;
  /** By reader. In memory only, so an object that is loaded again retries at once. */
  readonly #retries = new Map<string, Retry>();
  #running: Promise<void> | null = null;

  constructor(store: Store, dependencies: DebtDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
  }

  /** Adds the readers that did not acknowledge. Call it in the transaction that removes the chunks. @param now Unix ms */
  add({ unnotified, xid }: { unnotified: readonly Reader[]; xid: string }, now: number): void {
    for (const reader of unnotified) {
      this.#store.debts.add({ reader, xid });
      const key = JSON.stringify(reader);
      const retry = this.#retries.get(key) ?? failedOnce(now);
      this.#retries.set(key, retry);
      this.#dependencies.wakeAt(retry.nextAt);
    }
  }

  /** When the next retry is due, in Unix ms; null: there are no debts. */
  nextRunAt(): number | null {
    const times = this.#list().map(({ reader }) => this.#retries.get(JSON.stringify(reader))?.nextAt ?? 0);
    return times.length === 0 ? null : Math.min(...times);
  }

  /** Retries the debts that are due. Never rejects. @param now Unix ms */
  run(now: number): Promise<void> {
    this.#running ??= this.#run(now).finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run(now: number): Promise<void> {
    const due = this.#list().filter(({ reader }) => (this.#retries.get(JSON.stringify(reader))?.nextAt ?? 0) <= now);
    await Promise.all(due.map((debt) => this.#retry(debt)));
  }

  async #retry(debt: Debt): Promise<void> {
    const key = JSON.stringify(debt.reader);
    try {
      await within(CALL_TIMEOUT_MS, this.#dependencies.notify(debt.reader, debt.xid));
      this.#store.debts.remove(debt);
      this.#retries.delete(key);
    } catch {
      // The call has logged its error.
      const failures = (this.#retries.get(key)?.failures ?? 0) + 1;
      this.#retries.set(key, { failures, nextAt: Date.now() + fullJitterMs(failures, BACKOFF, Math.random()) });
    }
  }

  #list(): Debt[] {
    return this.#store.config ? this.#store.debts.list() : [];
  }
}

const failedOnce = (now: number): Retry => ({ failures: 1, nextAt: now + fullJitterMs(1, BACKOFF, Math.random()) });
