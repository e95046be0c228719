/** Resolves alerts without deliveries for `autoResolveMinutes`. Sets no alarm: it returns when it must run next. */
import type { RememberedDelivery } from "../../alerts/decision.ts";
import { newId } from "../../lib/ids.ts";
import { MINUTE } from "../../lib/time.ts";
import { changeEntry } from "./records.ts";
import type { IntegrationConfig } from "./rpc.ts";
import { ownsAlert } from "./shards/index.ts";
import type { Store } from "./store/index.ts";
import { resolvedAllBySystem } from "./system-changes.ts";

/** An alarm this late means that the object was away, and so were the repeats of the source. */
const MAX_LATENESS_MS = MINUTE;

/** The time that sources get to repeat their alerts after the object was away. */
const GRACE_MS = MINUTE;

export class AutoResolve {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Notes that duplicates repeated the alerts of these deliveries: they change none of them, but each is still active. */
  noteDuplicates(
    { autoResolveMinutes }: IntegrationConfig,
    repeated: readonly RememberedDelivery[],
    now: number,
  ): void {
    if (autoResolveMinutes === null) return;
    const refs = repeated.flatMap(({ outcomes }) => outcomes.flatMap(({ ref }) => ref ?? []));
    this.#store.alerts.noteActivity([...new Set(refs)], now);
  }

  /**
   * Resolves inactive alerts, if the integration has `autoResolveMinutes`. While the source cannot repeat them (the object
   * was away, or its outbox is full), they get more time instead.
   * @param now Unix ms
   */
  run(now: number): void {
    const config = this.#store.activeConfig;
    const dueAt = this.nextRunAt();
    if (!config || config.autoResolveMinutes === null || dueAt === null || dueAt > now) return;
    const inactiveSince = now - config.autoResolveMinutes * MINUTE;
    if (now - dueAt > MAX_LATENESS_MS || this.#store.outbox.isFull) {
      this.#store.alerts.postponeInactivity(inactiveSince + GRACE_MS);
      return;
    }
    const inactive = [...this.#store.alerts.inactiveSince(inactiveSince)];
    const own = inactive.filter(([, alert]) => ownsAlert(config, alert));
    if (own.length === 0) return;
    const note = `no event for ${config.autoResolveMinutes} minutes`;
    const changes = resolvedAllBySystem(new Map(own), note, now, newId);
    this.#store.saveChanges(changes, changeEntry(config, changes, null), now);
  }

  /** When the next alert is due, in Unix ms, if it stays inactive; null: no alert is inactive. */
  nextRunAt(): number | null {
    const minutes = this.#store.activeConfig?.autoResolveMinutes ?? null;
    const oldest = minutes === null ? null : this.#store.alerts.oldestActivityAt();
    return minutes === null || oldest === null ? null : oldest + minutes * MINUTE;
  }
}
