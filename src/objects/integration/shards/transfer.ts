/** Reads, writes and deletes the state of partitions in one object's store. Calls no other object: see rebalance.ts. */
import { alertKeyOfRef, type AlertRef } from "../../../alerts/alert.ts";
import type { EarlyResolve } from "../../../alerts/apply-event.ts";
import type { RememberedDelivery } from "../../../alerts/decision.ts";
import type { DedupKey } from "../../../alerts/dedup-key.ts";
import type { KeyedHeartbeat, StatePage } from "../rpc.ts";
import type { StoredAlert } from "../store/alerts.ts";
import type { Store } from "../store/index.ts";
import {
  parseStoredKey,
  partitionOfAlert,
  partitionOfDedupKey,
  partitionOfStoredKey,
  storedKey,
  storedKeyPrefix,
} from "./partitions.ts";

/** Rows read for a page, those of other partitions included. */
const PAGE_ROWS = 500;

/** Characters of JSON. A reply may have 32 MiB, and the parts of a delivery repeat its fields. */
const PAGE_SIZE = 2_000_000;

type Section = "dedup_keys" | "early_resolves" | "heartbeats" | "alerts";

/**
 * A page of the state of these partitions.
 * @param cursor `nextCursor` of the page before; null: from the beginning
 * @param now Unix ms
 */
export function exportState(
  store: Store,
  partitions: readonly number[],
  cursor: string | null,
  now: number,
): StatePage {
  const [section, after] = cursor === null ? ["dedup_keys", ""] : (JSON.parse(cursor) as [Section, string]);
  return { dedupKeys: [], earlyResolves: [], alerts: [], ...pageOf(), lastSequence: store.outbox.lastSequence };

  function pageOf(): Page {
    if (section === "alerts") return alertPage(store, partitions, after);
    if (section === "heartbeats") return heartbeatPage(store, partitions, after);
    if (section === "early_resolves") return earlyResolvePage(store, partitions, after);
    return dedupKeyPage(store, partitions, after, now);
  }
}

type Page = Pick<StatePage, "nextCursor"> & Partial<StatePage>;

function dedupKeyPage(store: Store, partitions: readonly number[], after: string, now: number): Page {
  const rows = store.dedupKeys.page(after, PAGE_ROWS, PAGE_SIZE, now);
  const parts = rows.filter(([key]) => partitions.includes(partitionOfStoredKey(key) ?? -1));
  const derived = rows.flatMap(([key, remembered]) => derivedParts(key, remembered, partitions));
  // The decision on a part itself overrides the one that is derived from the whole delivery.
  const decided = store.dedupKeys.get(derived.map(([key]) => key));
  return {
    dedupKeys: [...derived.filter(([key]) => !decided.has(key)), ...parts],
    nextCursor: rows.length === 0 ? cursorOf("early_resolves") : cursorOf("dedup_keys", rows.at(-1)?.[0]),
  };
}

function earlyResolvePage(store: Store, partitions: readonly number[], after: string): Page {
  const rows = store.earlyResolves.page(after, PAGE_ROWS);
  return {
    earlyResolves: rows.filter(([alertKey]) => partitions.includes(partitionOfAlert({ id: "", alertKey }))),
    nextCursor: rows.length === 0 ? cursorOf("heartbeats") : cursorOf("early_resolves", rows.at(-1)?.[0]),
  };
}

function heartbeatPage(store: Store, partitions: readonly number[], after: string): Page {
  const rows = store.heartbeats.page(after, PAGE_ROWS);
  return {
    heartbeats: rows.filter(({ key }) => partitions.includes(partitionOfAlert({ id: "", alertKey: key }))),
    nextCursor: rows.length === 0 ? cursorOf("alerts") : cursorOf("heartbeats", rows.at(-1)?.key),
  };
}

function alertPage(store: Store, partitions: readonly number[], after: AlertRef): Page {
  const rows = store.alerts.page(after, PAGE_ROWS, PAGE_SIZE);
  return {
    alerts: rows.filter(({ alert }) => partitions.includes(partitionOfAlert(alert))),
    nextCursor: rows.length === 0 ? null : cursorOf("alerts", rows.at(-1)?.ref),
  };
}

const cursorOf = (section: Section, after = ""): string => JSON.stringify([section, after]);

/** Saves a page of the state of another object. @param now Unix ms */
export function importState(
  store: Store,
  { dedupKeys, earlyResolves, heartbeats = [], alerts, lastSequence }: StatePage,
  now: number,
): void {
  store.atomically(() => {
    store.dedupKeys.import(new Map(dedupKeys), now);
    store.earlyResolves.save(new Map(earlyResolves));
    store.heartbeats.save(heartbeats);
    store.alerts.save(new Map(alerts.map(({ ref, alert }) => [ref, alert])));
    for (const { ref, lastActivityAt } of alerts) store.alerts.setLastActivity(ref, lastActivityAt);
    store.outbox.raiseLastSequence(lastSequence);
  });
}

/** Deletes the state of partitions that another shard owns. */
export function forgetPartitions(store: Store, partitions: readonly number[]): void {
  store.atomically(() => {
    for (const partition of partitions) store.dedupKeys.deleteAll(storedKeyPrefix(partition));
    const resolves = everyRow<[string, EarlyResolve]>((last) => store.earlyResolves.page(last?.[0] ?? "", PAGE_ROWS));
    for (const [alertKey] of resolves) {
      if (partitions.includes(partitionOfAlert({ id: "", alertKey }))) store.earlyResolves.delete(alertKey);
    }
    for (const { key } of everyRow<KeyedHeartbeat>((last) => store.heartbeats.page(last?.key ?? "", PAGE_ROWS))) {
      if (partitions.includes(partitionOfAlert({ id: "", alertKey: key }))) store.heartbeats.delete(key);
    }
    for (const { ref, alert } of everyRow<StoredAlert>((last) =>
      store.alerts.page(last?.ref ?? "", PAGE_ROWS, PAGE_SIZE),
    )) {
      if (partitions.includes(partitionOfAlert(alert))) store.alerts.delete(ref);
    }
  });
}

/** All rows, read page by page. @param pageAfter the page after a row; undefined: the first page */
function* everyRow<Row>(pageAfter: (last: Row | undefined) => Row[]): Generator<Row> {
  for (let page = pageAfter(undefined); page.length > 0; page = pageAfter(page.at(-1))) yield* page;
}

/** Derives the remembered parts of a delivery from the remembered whole delivery. */
function derivedParts(
  key: string,
  remembered: RememberedDelivery,
  partitions: readonly number[],
): [string, RememberedDelivery][] {
  if (partitionOfStoredKey(key) !== null) return [];
  const dedupKey = parseStoredKey(key);
  return partitions.flatMap((partition): [string, RememberedDelivery][] => {
    const part = partOfRemembered(remembered, dedupKey, partition);
    return part ? [[storedKey(dedupKey, partition), part]] : [];
  });
}

/** A remembered delivery with only its outcomes in one partition; null: it had no part there. */
export function partOfRemembered(
  remembered: RememberedDelivery,
  dedupKey: DedupKey,
  partition: number,
): RememberedDelivery | null {
  const keyless = partitionOfDedupKey(dedupKey);
  const outcomes = remembered.outcomes.filter(({ ref }) => {
    const alertKey = alertKeyOfRef(ref);
    return (alertKey === null ? keyless : partitionOfAlert({ id: "", alertKey })) === partition;
  });
  if (outcomes.length > 0) return { ...remembered, outcomes };
  return remembered.outcomes.length === 0 && partition === keyless ? remembered : null;
}
