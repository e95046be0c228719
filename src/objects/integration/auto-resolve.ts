/** Resolves alerts without deliveries for `autoResolveMinutes`. Sets no alarm: it returns when it must run next. */
import type { RememberedDelivery } from "../../alerts/decision.ts";
import { newId } from "../../lib/ids.ts";
import { MINUTE } from "../../lib/time.ts";
import { changeEntries } from "./records.ts";
import type { IntegrationConfig } from "./rpc.ts";
import { ownsAlert } from "./shards/index.ts";
import type { Store } from "./store/index.ts";
import { resolvedAllBySystem } from "./system-changes.ts";

export class AutoResolve {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Notes that a duplicate repeated these alerts: it changes none of them, but each is still active. */
  noteDuplicate({ autoResolveMinutes }: IntegrationConfig, { outcomes }: RememberedDelivery, now: number): void {
    if (autoResolveMinutes === null) return;
    for (const { ref } of outcomes) if (ref !== null) this.#store.alerts.setLastActivity(ref, now);
  }

  /** Resolves inactive alerts, if the integration has `autoResolveMinutes`. @param now Unix ms */
  run(now: number): void {
    const config = this.#store.activeConfig;
    if (!config || config.autoResolveMinutes === null) return;
    const inactive = [...this.#store.alerts.inactiveSince(now - config.autoResolveMinutes * MINUTE)];
    const own = inactive.filter(([, alert]) => ownsAlert(config, alert));
    if (own.length === 0) return;
    const note = `no event for ${config.autoResolveMinutes} minutes`;
    const changes = resolvedAllBySystem(new Map(own), note, now, newId);
    this.#store.saveChanges(changes, changeEntries(config, changes, null), now);
  }

  /** When the next alert is due, in Unix ms, if it stays inactive; null: no alert is inactive. */
  nextRunAt(): number | null {
    const minutes = this.#store.activeConfig?.autoResolveMinutes ?? null;
    const oldest = minutes === null ? null : this.#store.alerts.oldestActivityAt();
    return minutes === null || oldest === null ? null : oldest + minutes * MINUTE;
  }
}
