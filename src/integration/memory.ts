/** What an object remembers of its buckets, on its way to the object that decides for them from now on. */
import { alertKeyIn, type SeenDelivery } from "./decide.ts";
import type { Identity, MemoryPage } from "./messages.ts";
import { bucketOfAlert, bucketOfIdentity, bucketOfKey, identityKey, identityOf } from "./buckets.ts";
import type { Store } from "./store.ts";

/** So many rows are read for a page; those of other buckets are left out. */
const PAGE = 500;

/**
 * A page of what is remembered of these buckets.
 * @param after `next` of the page before; null: from the beginning
 */
export function exportMemory(store: Store, buckets: readonly number[], after: string | null, now: number): MemoryPage {
  const isWanted = (bucket: number | null) => bucket !== null && buckets.includes(bucket);
  const [table = "seen", key = ""] = after === null ? [] : (JSON.parse(after) as [string, string]);
  if (table === "seen") {
    const rows = store.seenAfter(key, PAGE);
    const valid = rows.filter(([, { expiresAt }]) => expiresAt > now);
    const own = valid.filter(([identity]) => isWanted(bucketOfKey(identity)));
    const derived = valid.flatMap(([identity, seen]) => partsOfSeen(identity, seen, buckets));
    // What became of a part since it was shared counts more than what is known of the whole.
    const shared = store.seen(derived.map(([identity]) => identity));
    return {
      seen: [...derived.filter(([identity]) => !shared.has(identity)), ...own],
      alerts: [],
      lastRow: store.nextRow() - 1,
      next: JSON.stringify(rows.length < PAGE ? ["alerts", ""] : ["seen", rows.at(-1)?.[0]]),
    };
  }
  const rows = store.alertsAfter(key, PAGE);
  return {
    seen: [],
    alerts: rows.filter(({ alert }) => isWanted(bucketOfAlert(alert))),
    lastRow: store.nextRow() - 1,
    next: rows.length < PAGE ? null : JSON.stringify(["alerts", rows.at(-1)?.slot]),
  };
}

/** Remembers a page of what another object did. */
export function importMemory(store: Store, { seen, alerts, lastRow }: MemoryPage): void {
  store.atomically(() => {
    store.remember(new Map(seen));
    store.saveAlerts(new Map(alerts.map(({ slot, alert }) => [slot, alert])));
    for (const { slot, heardAt } of alerts) store.hear([slot], heardAt);
    store.numberFrom(lastRow);
  });
}

/** Forgets what is remembered of buckets that another object decides for. */
export function forgetBuckets(store: Store, buckets: readonly number[]): void {
  const isGone = (bucket: number | null) => bucket !== null && buckets.includes(bucket);
  store.atomically(() => {
    for (let rows = store.seenAfter("", PAGE); rows.length > 0; rows = store.seenAfter(rows.at(-1)?.[0] ?? "", PAGE)) {
      for (const [key] of rows) if (isGone(bucketOfKey(key))) store.forget(key);
    }
    for (
      let rows = store.alertsAfter("", PAGE);
      rows.length > 0;
      rows = store.alertsAfter(rows.at(-1)?.slot ?? "", PAGE)
    ) {
      for (const { slot, alert } of rows) if (isGone(bucketOfAlert(alert))) store.vacate(slot);
    }
  });
}

/** What is known of a whole delivery, as that of its parts in these buckets; of a part: none. */
function partsOfSeen(key: string, seen: SeenDelivery, buckets: readonly number[]): [string, SeenDelivery][] {
  if (bucketOfKey(key) !== null) return [];
  const identity = identityOf(key);
  return buckets.flatMap((bucket): [string, SeenDelivery][] => {
    const part = partOfSeen(seen, identity, bucket);
    return part ? [[identityKey(identity, bucket), part]] : [];
  });
}

/** Of what a whole delivery led to, that of its events in one bucket; null: it had none there. */
export function partOfSeen(seen: SeenDelivery, identity: Identity, bucket: number): SeenDelivery | null {
  const keyless = bucketOfIdentity(identity);
  const outcomes = seen.outcomes.filter((outcome) => {
    const alertKey = alertKeyIn(outcome.slot);
    return (alertKey === null ? keyless : bucketOfAlert({ id: "", alertKey })) === bucket;
  });
  if (outcomes.length > 0) return { ...seen, outcomes };
  return seen.outcomes.length === 0 && bucket === keyless ? seen : null;
}
