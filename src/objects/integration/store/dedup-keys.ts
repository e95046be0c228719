/** Accepted deliveries, remembered under their dedup keys until the window ends. Decides nothing: see alerts/decide.ts. */
import type { RememberedDelivery, RememberedOutcome } from "../../../alerts/decision.ts";
import type { Sql } from "./sql.ts";

type Columns = {
  dedup_key: string;
  delivery_id: string;
  first_seen_at: number;
  expires_at: number;
  events_fingerprint: string | null;
  outcomes: string;
};

/** The keys of this table are those of `storedKey` in shards/. */
export class DedupKeyTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** The deliveries remembered under these keys. */
  get(keys: readonly string[]): Map<string, RememberedDelivery> {
    return new Map(this.#sql.byKeys<Columns>("dedup_keys", "dedup_key", keys).map(read));
  }

  /** Remembered deliveries in the order of their keys. @param after the last key of the page before */
  page(after: string, limit: number): [string, RememberedDelivery][] {
    const query = "SELECT * FROM dedup_keys WHERE dedup_key > ? ORDER BY dedup_key LIMIT ?";
    return this.#sql.all<Columns>(query, after, limit).map(read);
  }

  save(deliveries: ReadonlyMap<string, RememberedDelivery>): void {
    this.#sql.insert(
      "INSERT OR REPLACE INTO dedup_keys (dedup_key, delivery_id, first_seen_at, expires_at, events_fingerprint, outcomes)",
      [...deliveries].map(([key, { deliveryId, firstSeenAt, expiresAt, eventsFingerprint, outcomes }]) => [
        key,
        deliveryId,
        firstSeenAt,
        expiresAt,
        eventsFingerprint,
        // The delivery's row in Postgres has the details; no decision needs them.
        JSON.stringify(outcomes.map(({ detail: _, ...outcome }) => outcome)),
      ]),
    );
  }

  delete(key: string): void {
    this.#sql.exec("DELETE FROM dedup_keys WHERE dedup_key = ?", key);
  }

  /** Deletes deliveries whose window is over. @returns whether any delivery is left */
  purge(now: number): boolean {
    this.#sql.exec("DELETE FROM dedup_keys WHERE expires_at <= ?", now);
    return this.#sql.first("SELECT 1 FROM dedup_keys LIMIT 1") !== undefined;
  }
}

const read = (row: Columns): [string, RememberedDelivery] => [
  row.dedup_key,
  {
    deliveryId: row.delivery_id,
    firstSeenAt: row.first_seen_at,
    expiresAt: row.expires_at,
    eventsFingerprint: row.events_fingerprint,
    outcomes: JSON.parse(row.outcomes) as RememberedOutcome[],
  },
];
