/** The durable state of a Feed: one row. */
import type { TimelineCursor } from "../../db/timeline.ts";

export interface FeedState {
  /** All entries up to here were sent to the listeners that are not behind. Null: unknown, because there were no listeners. */
  position: TimelineCursor | null;
  /** There are entries up to this transaction at least. */
  expectedXid: bigint;
  /** When the access of all listeners was last checked, in Unix ms. */
  checkedAt: number;
  /** When a silence or snooze starts or ends next, in Unix ms; 0: unknown; null: never. */
  mutingChangesAt: number | null;
}

const KEY = "state";

export class PositionStore {
  readonly #kv: Pick<SyncKvStorage, "get" | "put">;
  #state: FeedState;

  constructor(kv: Pick<SyncKvStorage, "get" | "put">) {
    this.#kv = kv;
    this.#state = kv.get<FeedState>(KEY) ?? { position: null, expectedXid: 0n, checkedAt: 0, mutingChangesAt: 0 };
  }

  get state(): Readonly<FeedState> {
    return this.#state;
  }

  /** The change is durable before any message of the same turn leaves the object. */
  update(change: Partial<FeedState>): void {
    this.#state = { ...this.#state, ...change };
    this.#kv.put(KEY, this.#state);
  }
}
