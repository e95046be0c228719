/**
 * Resolves alerts that their source had to renew and did not, like Alertmanager at `endsAt`. Sets no alarm: it returns
 * when it must run next.
 */
import { newId } from "../../lib/ids.ts";
import { MINUTE } from "../../lib/time.ts";
import { changeEntry } from "./records.ts";
import { ownsAlert } from "./shards/index.ts";
import type { Store } from "./store/index.ts";
import { resolvedAllBySystem } from "./system-changes.ts";

/** An alarm this late means that the object was unavailable and got no renewals. */
const MAX_LATENESS_MS = MINUTE;

/** The time that sources get to renew their alerts after the object was unavailable. */
const GRACE_MS = MINUTE;

export class AlertExpiry {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /**
   * Resolves expired alerts. While the source cannot renew them (the object was unavailable, or its outbox is full), they get more
   * time instead.
   * @param now Unix ms
   */
  run(now: number): void {
    const config = this.#store.activeConfig;
    const oldest = config ? this.#store.alerts.nextExpiryAt() : null;
    if (!config || oldest === null || oldest > now) return;
    const lateness = now - oldest;
    if (lateness > MAX_LATENESS_MS || this.#store.outbox.isFull) {
      this.#store.alerts.postponeExpiries(lateness + GRACE_MS);
      return;
    }
    const expired = [...this.#store.alerts.expiredAt(now)].filter(([, alert]) => ownsAlert(config, alert));
    if (expired.length === 0) return;
    const changes = resolvedAllBySystem(new Map(expired), "expired: not renewed", now, newId);
    this.#store.saveChanges(changes, changeEntry(config, changes, null), now);
  }

  /** When the next alert expires, in Unix ms, unless the source renews it; null: no alert expires. */
  nextRunAt(): number | null {
    return this.#store.activeConfig ? this.#store.alerts.nextExpiryAt() : null;
  }
}
