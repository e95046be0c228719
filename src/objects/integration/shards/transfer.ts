/** What an object remembers of its partitions, on its way to the object that decides for them from now on. */
import { alertKeyOfRef } from "../../../alerts/alert.ts";
import type { DedupKey } from "../../../alerts/dedup-key.ts";
import { type RememberedDelivery } from "../../../alerts/decide.ts";
import type { StatePage } from "../rpc.ts";
import { partitionOfAlert, partitionOfDedupKey, partitionOfText, dedupKeyText, parseDedupKey } from "./partitions.ts";
import type { Store } from "../store.ts";

/** So many rows are read for a page; those of other partitions are left out. */
const PAGE = 500;

/**
 * A page of what is remembered of these partitions.
 * @param after `next` of the page before; null: from the beginning
 */
export function exportState(store: Store, partitions: readonly number[], after: string | null, now: number): StatePage {
  const isWanted = (partition: number | null) => partition !== null && partitions.includes(partition);
  const [table = "seen", key = ""] = after === null ? [] : (JSON.parse(after) as [string, string]);
  if (table === "seen") {
    const rows = store.seenAfter(key, PAGE);
    const valid = rows.filter(([, { expiresAt }]) => expiresAt > now);
    const own = valid.filter(([dedupKey]) => isWanted(partitionOfText(dedupKey)));
    const derived = valid.flatMap(([dedupKey, seen]) => partsOfSeen(dedupKey, seen, partitions));
    // What became of a part since it was shared counts more than what is known of the whole.
    const shared = store.seen(derived.map(([dedupKey]) => dedupKey));
    return {
      seen: [...derived.filter(([dedupKey]) => !shared.has(dedupKey)), ...own],
      alerts: [],
      lastRow: store.nextRow() - 1,
      next: JSON.stringify(rows.length < PAGE ? ["alerts", ""] : ["seen", rows.at(-1)?.[0]]),
    };
  }
  const rows = store.alertsAfter(key, PAGE);
  return {
    seen: [],
    alerts: rows.filter(({ alert }) => isWanted(partitionOfAlert(alert))),
    lastRow: store.nextRow() - 1,
    next: rows.length < PAGE ? null : JSON.stringify(["alerts", rows.at(-1)?.ref]),
  };
}

/** Remembers a page of what another object did. */
export function importState(store: Store, { seen, alerts, lastRow }: StatePage): void {
  store.atomically(() => {
    store.remember(new Map(seen));
    store.saveAlerts(new Map(alerts.map(({ ref, alert }) => [ref, alert])));
    for (const { ref, heardAt } of alerts) store.hear([ref], heardAt);
    store.numberFrom(lastRow);
  });
}

/** Forgets what is remembered of partitions that another object decides for. */
export function forgetPartitions(store: Store, partitions: readonly number[]): void {
  const isGone = (partition: number | null) => partition !== null && partitions.includes(partition);
  store.atomically(() => {
    for (let rows = store.seenAfter("", PAGE); rows.length > 0; rows = store.seenAfter(rows.at(-1)?.[0] ?? "", PAGE)) {
      for (const [key] of rows) if (isGone(partitionOfText(key))) store.forget(key);
    }
    for (
      let rows = store.alertsAfter("", PAGE);
      rows.length > 0;
      rows = store.alertsAfter(rows.at(-1)?.ref ?? "", PAGE)
    ) {
      for (const { ref, alert } of rows) if (isGone(partitionOfAlert(alert))) store.vacate(ref);
    }
  });
}

/** What is known of a whole delivery, as that of its parts in these partitions; of a part: none. */
function partsOfSeen(
  key: string,
  seen: RememberedDelivery,
  partitions: readonly number[],
): [string, RememberedDelivery][] {
  if (partitionOfText(key) !== null) return [];
  const dedupKey = parseDedupKey(key);
  return partitions.flatMap((partition): [string, RememberedDelivery][] => {
    const part = partOfSeen(seen, dedupKey, partition);
    return part ? [[dedupKeyText(dedupKey, partition), part]] : [];
  });
}

/** Of what a whole delivery led to, that of its events in one partition; null: it had none there. */
export function partOfSeen(seen: RememberedDelivery, dedupKey: DedupKey, partition: number): RememberedDelivery | null {
  const keyless = partitionOfDedupKey(dedupKey);
  const outcomes = seen.outcomes.filter((outcome) => {
    const alertKey = alertKeyOfRef(outcome.ref);
    return (alertKey === null ? keyless : partitionOfAlert({ id: "", alertKey })) === partition;
  });
  if (outcomes.length > 0) return { ...seen, outcomes };
  return seen.outcomes.length === 0 && partition === keyless ? seen : null;
}
