/**
 * The decisions that an object remembers: accepted deliveries under their dedup keys, and the entries from which a
 * repeated call or request gets the same reply. Decides nothing: see alerts/decide.ts.
 */
import {
  REMEMBERED_AFTER_WINDOW_MS,
  type RememberedDelivery,
  type RememberedOutcome,
} from "../../../alerts/decision.ts";
import { DAY } from "../../../lib/time.ts";
import type { Call, AlertUpdateResult } from "../rpc.ts";
import { type Entry, EntryTables, isReplayKey, MIN_KEEP_MS } from "./entry-tables.ts";
import type { KeyTurn, MetaTable } from "./meta.ts";
import type { Sql } from "./sql.ts";

/** A replay may be repeated for as long as its Idempotency-Key is kept. */
const KEEP_REPLAYS_MS = DAY;

/** The entries that one call adds. */
export interface NewKeys {
  /** By stored key: see `storedKey` in shards/. */
  deliveries: ReadonlyMap<string, RememberedDelivery>;
  /** Deliveries that these replaced under their dedup keys. */
  replaced: readonly RememberedDelivery[];
  /** The call's duplicates: the delivery that each one repeats, by its own id. */
  duplicates: ReadonlyMap<string, string>;
}

/** These keys come after every stored key. */
const OTHER_KEYS = "~";
const callKey = ({ caller, number }: Call): string => `${OTHER_KEYS}call:${caller}/${number}`;
const replacedKey = (deliveryId: string): string => `${OTHER_KEYS}id:${deliveryId}`;
const changeKey = (entryId: string): string => `${OTHER_KEYS}change:${entryId}`;

export class DedupKeyTable {
  readonly #tables: EntryTables;

  constructor(sql: Sql, meta: MetaTable) {
    this.#tables = new EntryTables(sql, meta);
  }

  /** Reads the state of the tables when the object wakes. */
  load(): void {
    this.#tables.load();
  }

  get turn(): KeyTurn {
    return this.#tables.turn;
  }

  /** Restores the turn after a rollback. */
  restore(turn: KeyTurn): void {
    this.#tables.restore(turn);
  }

  /** The deliveries remembered under these stored keys. */
  get(keys: readonly string[]): Map<string, RememberedDelivery> {
    return readDeliveries(this.#tables.get(keys));
  }

  /** The same, and the duplicates of a call if it was made before. */
  getFor(
    call: Call,
    keys: readonly string[],
  ): { deliveries: Map<string, RememberedDelivery>; duplicates: Map<string, string> } {
    const key = callKey(call);
    const found = this.#tables.get([...keys, key]);
    const duplicates = found.get(key);
    found.delete(key);
    return {
      deliveries: readDeliveries(found),
      duplicates: new Map(duplicates === undefined ? [] : (JSON.parse(duplicates) as [string, string][])),
    };
  }

  /** A delivery that another one replaced under its dedup key. */
  replaced(deliveryId: string): RememberedDelivery | null {
    const key = replacedKey(deliveryId);
    const json = this.#tables.get([key]).get(key);
    return json === undefined ? null : readDelivery(json);
  }

  /** Remembered deliveries in the order of their keys. @see EntryTables.page */
  page(after: string, limit: number, maxSize: number, now: number): [string, RememberedDelivery][] {
    return [...readDeliveries(new Map(this.#tables.page(after, OTHER_KEYS, limit, maxSize, now)))];
  }

  /** Saves the entries of a call. @param now Unix ms */
  save(call: Call, { deliveries, replaced, duplicates }: NewKeys, now: number): void {
    const entries = entriesOf(deliveries);
    const keepUntil = now + MIN_KEEP_MS;
    for (const delivery of replaced) {
      entries.push({ key: replacedKey(delivery.deliveryId), keepUntil, json: writeDelivery(delivery) });
    }
    if (duplicates.size > 0) {
      entries.push({ key: callKey(call), keepUntil, json: JSON.stringify([...duplicates]) });
    }
    this.#tables.save(entries, now);
  }

  /** Saves remembered deliveries of another object. @param now Unix ms */
  import(deliveries: ReadonlyMap<string, RememberedDelivery>, now: number): void {
    this.#tables.save(entriesOf(deliveries), now);
  }

  /** The results of updates that were made under these ids of timeline entries. */
  changes(entryIds: readonly string[]): Map<string, AlertUpdateResult> {
    const found = this.#tables.get(entryIds.map(changeKey));
    return new Map(
      entryIds.flatMap((id): [string, AlertUpdateResult][] => {
        const json = found.get(changeKey(id));
        return json === undefined ? [] : [[id, JSON.parse(json) as AlertUpdateResult]];
      }),
    );
  }

  /** Saves the results of updates, by the ids of their timeline entries. @param now Unix ms */
  saveChanges(results: ReadonlyMap<string, AlertUpdateResult>, now: number): void {
    const entries = [...results].map(([id, result]) => ({
      key: changeKey(id),
      keepUntil: now + MIN_KEEP_MS,
      json: JSON.stringify(result),
    }));
    this.#tables.save(entries, now);
  }

  /** Deletes the entries whose keys have a prefix. */
  deleteAll(prefix: string): void {
    this.#tables.deleteAll(prefix);
  }

  /** Deletes replays that are no longer remembered. @param now Unix ms */
  purge(now: number): void {
    this.#tables.purge(now);
  }
}

const entriesOf = (deliveries: ReadonlyMap<string, RememberedDelivery>): Entry[] =>
  [...deliveries].map(([key, delivery]) => ({
    key,
    keepUntil: isReplayKey(key)
      ? delivery.firstSeenAt + KEEP_REPLAYS_MS
      : delivery.expiresAt + REMEMBERED_AFTER_WINDOW_MS,
    json: writeDelivery(delivery),
  }));

const readDeliveries = (found: ReadonlyMap<string, string>): Map<string, RememberedDelivery> =>
  new Map([...found].map(([key, json]) => [key, readDelivery(json)]));

/** An array without the names of the fields, because an object writes and reads mostly these entries. */
type DeliveryJson = [
  deliveryId: string,
  firstSeenAt: number,
  expiresAt: number,
  eventsFingerprint: string | null,
  remark: string | null,
  hasReplaced: boolean,
  outcomes: OutcomeJson[],
];

type OutcomeJson = [
  alertId: string | null,
  action: RememberedOutcome["action"],
  outcome: RememberedOutcome["outcome"],
  ref: string | null,
  eventCount: number | null,
  detail?: string,
];

const writeDelivery = (delivery: RememberedDelivery): string =>
  JSON.stringify([
    delivery.deliveryId,
    delivery.firstSeenAt,
    delivery.expiresAt,
    delivery.eventsFingerprint,
    delivery.remark,
    delivery.hasReplaced,
    delivery.outcomes.map(({ alertId, action, outcome, ref, eventCount, detail }): OutcomeJson =>
      detail === undefined
        ? [alertId, action, outcome, ref, eventCount]
        : [alertId, action, outcome, ref, eventCount, detail],
    ),
  ] satisfies DeliveryJson);

function readDelivery(json: string): RememberedDelivery {
  const [deliveryId, firstSeenAt, expiresAt, eventsFingerprint, remark, hasReplaced, outcomes] = JSON.parse(
    json,
  ) as DeliveryJson;
  return {
    deliveryId,
    firstSeenAt,
    expiresAt,
    eventsFingerprint,
    remark,
    hasReplaced,
    outcomes: outcomes.map(([alertId, action, outcome, ref, eventCount, detail]) => ({
      alertId,
      action,
      outcome,
      ref,
      eventCount,
      ...(detail !== undefined && { detail }),
    })),
  };
}
