/** Records rejected deliveries. Unverified ones are bounded, because anyone can send them; the rest are only counted. */
import { rejectionClassOf } from "../../alerts/rejection-class.ts";
import { MinuteCounter } from "./minute-counter.ts";
import { rejectedEntry } from "./records.ts";
import type { Rejection, RejectReply } from "./rpc.ts";
import type { Store } from "./store/index.ts";
import { addTotals, NO_TOTALS } from "./totals.ts";

const MAX_UNVERIFIED_ROWS_PER_MINUTE = 60;

export class Rejector {
  readonly #store: Store;
  readonly #flushSoon: () => void;
  readonly #unverified = new MinuteCounter();
  /** Rejections without a separate row since the last row. */
  #omitted = 0;

  /** @param flushSoon called synchronously after the write */
  constructor(store: Store, flushSoon: () => void) {
    this.#store = store;
    this.#flushSoon = flushSoon;
  }

  /** Records a rejected delivery, or counts it in the next record. @param now Unix ms */
  reject(rejection: Rejection, now: number): RejectReply {
    const { config, outbox } = this.#store;
    if (!config) return { kind: "unknown" };
    if (config.version > rejection.configVersion) return { kind: "newer-config", config };
    this.#omitted += rejection.omittedBefore;
    if (outbox.isFull || !this.#hasRoomFor(rejection, now)) {
      this.#omitted++;
      return { kind: "recorded" };
    }
    // Verified ones are omitted only while the outbox is full, so all count as unverified.
    const omitted = addTotals(NO_TOTALS, { verification: this.#omitted });
    const counted = addTotals(omitted, { [rejectionClassOf(rejection.statusCode)]: 1 });
    outbox.append([rejectedEntry(config, outbox.lastRow + 1, rejection, this.#omitted)], now, counted);
    this.#omitted = 0;
    this.#flushSoon();
    return { kind: "recorded" };
  }

  #hasRoomFor({ isVerified }: Rejection, now: number): boolean {
    return isVerified || this.#unverified.count(now) <= MAX_UNVERIFIED_ROWS_PER_MINUTE;
  }
}
