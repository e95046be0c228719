/**
 * Records rejected deliveries. Unverified ones are bounded by minute and by day, because anyone can send them; the rest are
 * only counted in the totals.
 */
import { type RejectionClass, rejectionClassOf } from "../../alerts/rejection-class.ts";
import { DAY, SECOND } from "../../lib/time.ts";
import { MinuteCounter } from "./minute-counter.ts";
import { ChunkBuilder } from "./chunk-builder.ts";
import { rejectedEntry } from "./records.ts";
import type { Rejection, RejectReply } from "./rpc.ts";
import type { Store } from "./store/index.ts";
import { addTotals, NO_TOTALS, type Totals } from "./totals.ts";

const MAX_UNVERIFIED_ROWS_PER_MINUTE = 60;
const MAX_UNVERIFIED_ROWS_PER_DAY = 500;

/** Counts without a row are saved this often. A killed object loses those of this time at most. */
const SAVE_INTERVAL_MS = SECOND;

/** The functions of its object that the rejector needs. */
export interface RejectorDependencies {
  /** Called synchronously after the write. */
  flushSoon(): void;
  /** Whether a config is announced that the object does not have yet. */
  isConfigExpected(): boolean;
}

export class Rejector {
  readonly #store: Store;
  readonly #dependencies: RejectorDependencies;
  readonly #unverified = new MinuteCounter();
  /** Rejections without a row since the last row. */
  #omitted: Totals = NO_TOTALS;
  /** Those of them that the saved totals do not include yet. */
  #unsaved: Totals = NO_TOTALS;
  #savedAt = 0;

  constructor(store: Store, dependencies: RejectorDependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
  }

  /** Records a rejected delivery, or counts it. @param now Unix ms */
  reject(rejection: Rejection, now: number): RejectReply {
    const { config, outbox } = this.#store;
    if (!config) return { kind: "unknown" };
    const kind = rejectionClassOf(rejection.statusCode);
    this.#omit(kind, rejection.omittedBefore);
    if (config.version > rejection.configVersion) return { kind: "newer-config", config };
    if (rejection.dependsOnConfig && this.#dependencies.isConfigExpected()) return { kind: "config-expected" };
    if (outbox.isFull || !this.#hasRoomFor(rejection, now)) {
      this.#omit(kind, 1);
      this.#saveCounts(now);
      return { kind: "recorded" };
    }
    const chunks = new ChunkBuilder();
    chunks.add(rejectedEntry(config, outbox.lastSequence + 1, rejection, this.#omitted));
    outbox.append(chunks.finish(), now, addTotals(this.#unsaved, { [kind]: 1 }));
    this.#omitted = NO_TOTALS;
    this.#unsaved = NO_TOTALS;
    this.#dependencies.flushSoon();
    return { kind: "recorded" };
  }

  #omit(kind: RejectionClass, count: number): void {
    this.#omitted = addTotals(this.#omitted, { [kind]: count });
    this.#unsaved = addTotals(this.#unsaved, { [kind]: count });
  }

  #saveCounts(now: number): void {
    if (now - this.#savedAt < SAVE_INTERVAL_MS) return;
    this.#store.outbox.saveTotals(this.#unsaved);
    this.#unsaved = NO_TOTALS;
    this.#savedAt = now;
  }

  #hasRoomFor({ isVerified }: Rejection, now: number): boolean {
    if (isVerified) return true;
    if (this.#unverified.count(now) > MAX_UNVERIFIED_ROWS_PER_MINUTE) return false;
    const { meta } = this.#store;
    const day = Math.floor(now / DAY);
    // Saved: an object that is loaded again must not begin a new day.
    const before = meta.unverifiedRows.day === day ? meta.unverifiedRows.count : 0;
    if (before >= MAX_UNVERIFIED_ROWS_PER_DAY) return false;
    meta.unverifiedRows = { day, count: before + 1 };
    return true;
  }
}
