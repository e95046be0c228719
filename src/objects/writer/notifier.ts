/**
 * Notifies the readers of new timeline entries, each independently: up to three tries. Of the transactions that commit during a
 * call, the next call names only the latest. Which readers a request gets in its answer: see merger.ts.
 */
import { sleep } from "../../lib/pause.ts";
import { SECOND } from "../../lib/time.ts";
import { fullJitterMs } from "../shared/backoff.ts";
import { within } from "../shared/call.ts";
import type { Reader } from "./rpc.ts";

const MAX_TRIES = 3;
const BACKOFF = { baseMs: SECOND / 5, maxMs: SECOND };

/** A reader that does not answer in this time hangs. */
const CALL_TIMEOUT_MS = 2 * SECOND;

/** Minimum interval between notifications of one reader: it reads the entries between them in one query. */
const MIN_INTERVAL_MS = SECOND / 10;

/** Calls a reader. @param xid decimal; there are entries up to this transaction @throws when it did not acknowledge */
export type NotifyCall = (reader: Reader, xid: string) => Promise<void>;

interface State {
  /** The latest transaction with entries. */
  xid: bigint;
  /** Callers that wait for a notification of `xid` or later. */
  waiting: ((isNotified: boolean) => void)[];
  /** The last three tries failed. Callers do not wait again until a try succeeds. */
  isFailing: boolean;
}

export class Notifier {
  readonly #call: NotifyCall;
  /** By reader, while there is a call or its last one failed. */
  readonly #states = new Map<string, State>();
  readonly #running = new Set<State>();

  constructor(call: NotifyCall) {
    this.#call = call;
  }

  /**
   * Notifies readers of a transaction. Takes bounded time and never rejects.
   * @param xid decimal
   * @returns the readers that did not acknowledge
   */
  async notify(readers: readonly Reader[], xid: string): Promise<Reader[]> {
    const acknowledged = await Promise.all(readers.map((reader) => this.#notifyOne(reader, BigInt(xid))));
    return readers.filter((_, index) => !acknowledged[index]);
  }

  #notifyOne(reader: Reader, xid: bigint): Promise<boolean> {
    const key = JSON.stringify(reader);
    const state = this.#states.get(key) ?? { xid, waiting: [], isFailing: false };
    this.#states.set(key, state);
    if (xid > state.xid) state.xid = xid;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    if (state.isFailing) resolve(false);
    else state.waiting.push(resolve);
    if (!this.#running.has(state)) void this.#run(key, reader, state);
    return promise;
  }

  async #run(key: string, reader: Reader, state: State): Promise<void> {
    this.#running.add(state);
    for (let called = -1n; called < state.xid || state.waiting.length > 0;) {
      called = state.xid;
      const covered = state.waiting;
      state.waiting = [];
      state.isFailing = !(await this.#tryUpToThreeTimes(reader, String(called)));
      for (const resolve of covered) resolve(!state.isFailing);
      // Callers that came during the tries do not wait for further ones.
      if (state.isFailing) for (const resolve of state.waiting.splice(0)) resolve(false);
      await sleep(MIN_INTERVAL_MS);
    }
    this.#running.delete(state);
    if (!state.isFailing) this.#states.delete(key);
  }

  async #tryUpToThreeTimes(reader: Reader, xid: string): Promise<boolean> {
    for (let failures = 0; failures < MAX_TRIES; failures++) {
      if (failures > 0) await sleep(fullJitterMs(failures, BACKOFF, Math.random()));
      if (await isSuccess(within(CALL_TIMEOUT_MS, this.#call(reader, xid)))) return true;
    }
    return false;
  }
}

/** Whether a call succeeds. The call logs its errors. */
const isSuccess = (call: Promise<void>): Promise<boolean> =>
  call.then(
    () => true,
    () => false,
  );
