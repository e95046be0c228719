/** The object's SQLite: what it remembers, and what Postgres does not have yet. All times are Unix ms. */
import { type AlertChanges, refOfKey, type AlertState, refOf } from "../../alerts/alert.ts";
import type { AlertStatus, Severity } from "../../alerts/model.ts";
import type { BatchRow, BodyKind } from "../../db/write-batch.ts";
import { applySteps } from "../shared/schema-steps.ts";
import { DAY, HOUR } from "../../lib/time.ts";
import { type RememberedDelivery, type RememberedOutcome } from "../../alerts/decide.ts";
import type { AcceptReply, Call, IntegrationConfig, RememberedAlert } from "./rpc.ts";
import { HEARTBEAT_KEY } from "./shards/partitions.ts";
import { addTotals, laterTotals, NO_TOTALS, readTotals, type Totals, writeTotals } from "./totals.ts";

/**
 * Each step brings the tables to the next version; steps already shipped are never edited. A step only adds what an older
 * version need not know (tables, columns with a default): that one goes on with them when a deployment is rolled back. Tables looked up by a text
 * are WITHOUT ROWID: an insert then costs one row written instead of two.
 */
const SCHEMA_STEPS = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
   CREATE TABLE config (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, json TEXT NOT NULL);
   CREATE TABLE seen (
     dedupKey TEXT PRIMARY KEY, delivery_id TEXT NOT NULL, first_seen_at INTEGER NOT NULL, expires_at INTEGER NOT NULL,
     outcomes TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE live_alerts (
     ref TEXT PRIMARY KEY, id TEXT NOT NULL, alert_key TEXT, version INTEGER NOT NULL, status TEXT NOT NULL,
     severity TEXT NOT NULL, occurrences INTEGER NOT NULL, last_event_at INTEGER, triggered_at INTEGER NOT NULL,
     last_seen_at INTEGER NOT NULL, acknowledged_at INTEGER, resolved_at INTEGER, closed_at INTEGER,
     changed_at INTEGER NOT NULL, heard_at INTEGER NOT NULL, content TEXT NOT NULL
   ) WITHOUT ROWID;
   CREATE TABLE outbox (
     row INTEGER PRIMARY KEY, accepted_at INTEGER NOT NULL, bytes INTEGER NOT NULL, delivery TEXT,
     alerts TEXT NOT NULL, events TEXT NOT NULL, body_kind TEXT NOT NULL, body BLOB
   );
   CREATE TABLE quarantine (
     row INTEGER PRIMARY KEY, accepted_at INTEGER NOT NULL, bytes INTEGER NOT NULL, delivery TEXT,
     alerts TEXT NOT NULL, events TEXT NOT NULL, body_kind TEXT NOT NULL, body BLOB, error TEXT NOT NULL, quarantined_at INTEGER NOT NULL
   );`,
  `CREATE TABLE calls (caller TEXT PRIMARY KEY, number INTEGER NOT NULL, at INTEGER NOT NULL, replies TEXT NOT NULL) WITHOUT ROWID;`,
  // Beside the number of the last row, and in the last row of each append: see totals.ts.
  `ALTER TABLE meta ADD COLUMN totals TEXT;
   ALTER TABLE outbox ADD COLUMN totals TEXT;`,
];

/** How long a resolved alert is remembered, so that late news can be told from a new episode. */
const REMEMBER_RESOLVED_MS = DAY;

/** A call that failed on its way is made again within seconds. */
const REMEMBER_CALLS_MS = HOUR;

/** An outbox row on its way to Postgres. */
export interface OutboxRow extends BatchRow {
  row: number;
}

/** Alerts that a source must keep alive, or they are resolved by themselves. */
const WATCHED = "status IN ('OPEN', 'ACKNOWLEDGED') AND ref NOT LIKE 'tocsin:%'";

/** https://developers.cloudflare.com/durable-objects/platform/limits/ */
const MAX_PARAMETERS = 100;

/** How much one batch may hold; a Neon request may have 10 MB, and text grows when it is escaped. */
const BATCH_ROWS = 1000;
const BATCH_BYTES = 2_000_000;

type DedupColumns = { delivery_id: string; first_seen_at: number; expires_at: number; outcomes: string };

type AlertColumns = {
  id: string;
  alert_key: string | null;
  version: number;
  status: AlertStatus;
  severity: Severity;
  occurrences: number;
  last_event_at: number | null;
  changed_at: number;
  triggered_at: number;
  last_seen_at: number;
  acknowledged_at: number | null;
  resolved_at: number | null;
  closed_at: number | null;
  content: string;
};

type OutboxColumns = {
  row: number;
  bytes: number;
  delivery: string | null;
  alerts: string;
  events: string;
  body_kind: BodyKind;
  body: ArrayBuffer | null;
};

type Sums = { rows: number; bytes: number; last: number | null };

/** The tables of one object. Every method is synchronous, so a turn's writes commit together. */
export class Store {
  readonly #storage: DurableObjectStorage;
  readonly #sql: SqlStorage;
  #config: IntegrationConfig | null = null;
  #lastRow = 0;
  #rows = 0;
  #bytes = 0;
  #totals = NO_TOTALS;

  constructor(storage: DurableObjectStorage) {
    this.#storage = storage;
    this.#sql = storage.sql;
    // An object that nobody ever configured writes nothing: anybody can make one by guessing an id.
    if (this.#isCreated()) this.#wake();
  }

  #isCreated(): boolean {
    return this.#one("SELECT 1 FROM sqlite_master WHERE name = 'meta'") !== undefined;
  }

  #wake(): void {
    this.#migrate();
    const config = this.#one<{ json: string }>("SELECT json FROM config");
    this.#config = config ? (JSON.parse(config.json) as IntegrationConfig) : null;
    const outbox = this.#one<Sums>("SELECT count(*) AS rows, total(bytes) AS bytes, max(row) AS last FROM outbox");
    this.#rows = outbox?.rows ?? 0;
    this.#bytes = outbox?.bytes ?? 0;
    this.#lastRow = Math.max(this.#meta("last_row"), outbox?.last ?? 0);
    type Kept = { totals: string | null };
    const noted = this.#one<Kept>("SELECT totals FROM meta WHERE name = 'last_row'");
    const appended = this.#one<Kept>("SELECT totals FROM outbox ORDER BY row DESC LIMIT 1");
    this.#totals = laterTotals(readTotals(noted?.totals), readTotals(appended?.totals));
  }

  #migrate(): void {
    const version = this.#isCreated() ? this.#meta("schema_version") : 0;
    applySteps(this.#storage, SCHEMA_STEPS, version, (applied) => this.#setMeta("schema_version", applied));
  }

  get config(): IntegrationConfig | null {
    return this.#config;
  }

  /** Takes a config, unless it knows one as new. Returns whether it took it. */
  configure(config: IntegrationConfig): boolean {
    if (this.#config && this.#config.version >= config.version) return false;
    if (!this.#isCreated()) this.#wake();
    this.#saveConfig({ ...config, ...keptPin(this.#config, config) });
    return true;
  }

  /** Takes this topic for the integration's unless it has one; returns the one that it has. */
  pinTopic(topicArn: string): string {
    const config = this.#config;
    if (!config) throw new Error("an integration that nobody configured has no topic");
    const known = namedTopic(config) ?? config.pinnedTopic;
    if (known !== undefined) return known;
    this.#saveConfig({ ...config, pinnedTopic: topicArn });
    return topicArn;
  }

  #saveConfig(config: IntegrationConfig): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO config (id, version, json) VALUES (1, ?, ?)",
      config.version,
      JSON.stringify(config),
    );
    this.#config = config;
  }

  /** What is remembered of deliveries, by the keys of their dedupKeys. */
  seen(dedupKeys: readonly string[]): Map<string, RememberedDelivery> {
    const rows = this.#lookUp<DedupColumns & { dedupKey: string }>("seen", "dedupKey", dedupKeys);
    return new Map(rows.map((row) => [row.dedupKey, readSeen(row)]));
  }

  /** What is remembered of deliveries, in the order of their dedupKeys' keys, from behind this one on. */
  seenAfter(key: string, limit: number): [string, RememberedDelivery][] {
    const rows = this.#sql.exec<DedupColumns & { dedupKey: string }>(
      "SELECT * FROM seen WHERE dedupKey > ? ORDER BY dedupKey LIMIT ?",
      key,
      limit,
    );
    return [...rows].map((row) => [row.dedupKey, readSeen(row)]);
  }

  /** Forgets what is remembered under the key of an dedupKey. */
  forget(key: string): void {
    this.#sql.exec("DELETE FROM seen WHERE dedupKey = ?", key);
  }

  /** Remembered alerts in the order of their refs, from behind this one on. */
  alertsAfter(ref: string, limit: number): RememberedAlert[] {
    const rows = this.#sql.exec<AlertColumns & { ref: string; heard_at: number }>(
      "SELECT * FROM live_alerts WHERE ref > ? ORDER BY ref LIMIT ?",
      ref,
      limit,
    );
    return [...rows].map((row) => ({ ref: row.ref, alert: readAlert(row), heardAt: row.heard_at }));
  }

  /** What a call was answered, if it is the last one of its caller. */
  repliesTo({ caller, number }: Call): AcceptReply[] | null {
    const row = this.#one<{ number: number; replies: string }>(
      "SELECT number, replies FROM calls WHERE caller = ?",
      caller,
    );
    return row?.number === number ? (JSON.parse(row.replies) as AcceptReply[]) : null;
  }

  /** Remembers what a call was answered, in the place of its caller's last one. */
  rememberReplies({ caller, number }: Call, replies: readonly AcceptReply[], now: number): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO calls (caller, number, at, replies) VALUES (?, ?, ?, ?)",
      caller,
      number,
      now,
      JSON.stringify(replies),
    );
  }

  /** The alerts remembered in refs, by ref. */
  alertsIn(refs: readonly string[]): Map<string, AlertState> {
    const rows = this.#lookUp<AlertColumns & { ref: string }>("live_alerts", "ref", refs);
    return new Map(rows.map((row) => [row.ref, readAlert(row)]));
  }

  /** The alert remembered in a ref. */
  alertIn(ref: string): AlertState | null {
    const alert = this.#one<AlertColumns>("SELECT * FROM live_alerts WHERE ref = ?", ref);
    return alert ? readAlert(alert) : null;
  }

  /** Where an alert is remembered, if it is: under its key, or under its id once another one has the key. */
  find({ id, alertKey }: Pick<AlertState, "id" | "alertKey">): { ref: string; alert: AlertState } | null {
    for (const ref of refsOf(id, alertKey)) {
      const alert = this.alertIn(ref);
      if (alert?.id === id) return { ref, alert };
    }
    return null;
  }

  /** Forgets what a ref holds. */
  vacate(ref: string): void {
    this.#sql.exec("DELETE FROM live_alerts WHERE ref = ?", ref);
  }

  /** The number of the next outbox row, strictly rising as long as the object lives. */
  nextRow(): number {
    return this.#lastRow + 1;
  }

  /** Numbers outbox rows from behind this one on: decisions of an alert rise also where another object made the first. */
  numberFrom(row: number): void {
    if (row <= this.#lastRow) return;
    this.#lastRow = row;
    this.#noteProgress();
  }

  /** Since which version of the config everything is remembered that this object decides by; 0: it was never shared. */
  get rebalancedSince(): number {
    return this.#meta("rebalanced_since");
  }

  /** Notes that everything is remembered that this object decides by, since this version of the config. */
  settle(since: number): void {
    this.#setMeta("rebalanced_since", since);
  }

  /** Does all of the work's writes or none. */
  atomically(work: () => void): void {
    const before = { lastRow: this.#lastRow, rows: this.#rows, bytes: this.#bytes, totals: this.#totals };
    try {
      this.#storage.transactionSync(work);
    } catch (error) {
      // SQLite took it all back; so must what counts along.
      [this.#lastRow, this.#rows, this.#bytes] = [before.lastRow, before.rows, before.bytes];
      this.#totals = before.totals;
      throw error;
    }
  }

  /** Remembers alerts in their new state, and puts into the outbox what Postgres must have of it. */
  apply(change: AlertChanges, entries: readonly BatchRow[], now: number): void {
    this.atomically(() => {
      this.saveAlerts(change.alerts);
      this.append(entries, now);
    });
  }

  /** Remembers accepted deliveries under the keys of their dedupKeys. */
  remember(seen: ReadonlyMap<string, RememberedDelivery>): void {
    this.#insert(
      "INSERT OR REPLACE INTO seen (dedupKey, delivery_id, first_seen_at, expires_at, outcomes)",
      [...seen].map(([dedupKey, { deliveryId, firstSeenAt, expiresAt, outcomes }]) => [
        dedupKey,
        deliveryId,
        firstSeenAt,
        expiresAt,
        // The details of a batch's unreadable elements are in its row; here they would only weigh.
        JSON.stringify(outcomes.map(({ detail: _, ...outcome }) => outcome)),
      ]),
    );
  }

  /** Remembers alerts in their new state. */
  saveAlerts(alerts: ReadonlyMap<string, AlertState>): void {
    this.#insert(
      `INSERT OR REPLACE INTO live_alerts (ref, id, alert_key, version, status, severity, occurrences, last_event_at,
         triggered_at, last_seen_at, acknowledged_at, resolved_at, closed_at, changed_at, heard_at, content)`,
      [...alerts].map(([ref, alert]) => [
        ref,
        alert.id,
        alert.alertKey,
        alert.version,
        alert.status,
        alert.severity,
        alert.occurrences,
        alert.lastEventAt,
        alert.triggeredAt,
        alert.lastSeenAt,
        alert.acknowledgedAt,
        alert.resolvedAt,
        alert.closedAt,
        alert.changedAt,
        alert.changedAt,
        alert.content,
      ]),
    );
  }

  /** Notes that something was heard of alerts, though it changed nothing. */
  hear(refs: readonly (string | null)[], now: number): void {
    for (const ref of refs) this.#sql.exec("UPDATE live_alerts SET heard_at = ? WHERE ref = ?", now, ref);
  }

  /** Unresolved alerts, but those of Tocsin itself, that nothing was heard of since then. */
  quietSince(time: number): Map<string, AlertState> {
    const rows = this.#sql.exec<AlertColumns & { ref: string }>(
      `SELECT * FROM live_alerts WHERE ${WATCHED} AND heard_at <= ?`,
      time,
    );
    return new Map([...rows].map((row) => [row.ref, readAlert(row)]));
  }

  /** When something was last heard of the alert that has been quiet for longest; null: there is none. */
  quietestHeardAt(): number | null {
    return this.#one<{ at: number | null }>(`SELECT min(heard_at) AS at FROM live_alerts WHERE ${WATCHED}`)?.at ?? null;
  }

  /** Since when a delivery is waited for: since the last one, or the last change of the config. */
  get waitingSince(): number {
    return this.#meta("waiting_since");
  }

  /** Begins to wait for a delivery. */
  wait(now: number): void {
    this.#setMeta("waiting_since", now);
  }

  /** Puts entries into the outbox; `counted` are the deliveries among them. */
  append(entries: readonly BatchRow[], now: number, counted: Partial<Totals> = {}): void {
    this.#totals = addTotals(this.#totals, counted);
    const sizes = entries.map(
      ({ body, delivery, alerts, events }) =>
        (body?.byteLength ?? 0) + (delivery?.length ?? 0) + alerts.length + events.length,
    );
    this.#insert(
      "INSERT INTO outbox (row, accepted_at, bytes, delivery, alerts, events, body_kind, body, totals)",
      entries.map(({ delivery, alerts, events, bodyKind, body }, index) => [
        this.#lastRow + 1 + index,
        now,
        sizes[index] ?? 0,
        delivery,
        alerts,
        events,
        bodyKind,
        body,
        index === entries.length - 1 ? writeTotals(this.#totals) : null,
      ]),
    );
    this.#lastRow += entries.length;
    this.#rows += entries.length;
    this.#bytes += sizes.reduce((sum, size) => sum + size, 0);
  }

  /** The oldest rows of the outbox, as many as one batch takes. */
  nextBatch(): OutboxRow[] {
    const batch: OutboxRow[] = [];
    let bytes = 0;
    for (const row of this.#sql.exec<OutboxColumns>("SELECT * FROM outbox ORDER BY row LIMIT ?", BATCH_ROWS)) {
      bytes += row.bytes;
      if (batch.length > 0 && bytes > BATCH_BYTES) break;
      batch.push({
        row: row.row,
        delivery: row.delivery,
        alerts: row.alerts,
        events: row.events,
        bodyKind: row.body_kind,
        body: row.body === null ? null : new Uint8Array(row.body),
      });
    }
    return batch;
  }

  /** Forgets rows that Postgres has. They are consecutive: a batch takes the oldest, and none is put between. */
  discard(batch: readonly OutboxRow[]): void {
    const [first, last] = [batch[0], batch.at(-1)];
    if (!first || !last) return;
    this.#storage.transactionSync(() => {
      this.#forget(first.row, last.row);
      // Once the outbox is empty nothing else would remember how far the numbers got.
      this.#noteProgress();
    });
  }

  /** Moves a row that Postgres refuses for its data out of the way. */
  quarantine(row: OutboxRow, error: string, now: number): void {
    this.#storage.transactionSync(() => {
      this.#sql.exec(
        `INSERT INTO quarantine SELECT row, accepted_at, bytes, delivery, alerts, events, body_kind, body, ?, ? FROM outbox WHERE row = ?`,
        error,
        now,
        row.row,
      );
      this.#forget(row.row, row.row);
      this.#noteProgress();
    });
  }

  /**
   * Puts rows that stand aside, or this one alone (else null), back into the outbox, behind what is there. They come
   * out of their order, but what they hold says itself which state is the newest. Returns how many.
   */
  takeBack(row: number | null, now: number): number {
    const [where, ...bindings] = row === null ? ["TRUE"] : ["row = ?", row];
    let count = 0;
    this.atomically(() => {
      const back = this.#one<Sums>(
        `SELECT count(*) AS rows, total(bytes) AS bytes FROM quarantine WHERE ${where}`,
        ...bindings,
      );
      this.#sql.exec(
        `INSERT INTO outbox (row, accepted_at, bytes, delivery, alerts, events, body_kind, body)
         SELECT ? + row_number() OVER (ORDER BY row), ?, bytes, delivery, alerts, events, body_kind, body
         FROM quarantine WHERE ${where}`,
        this.#lastRow,
        now,
        ...bindings,
      );
      this.#sql.exec(`DELETE FROM quarantine WHERE ${where}`, ...bindings);
      count = back?.rows ?? 0;
      this.#lastRow += count;
      this.#rows += count;
      this.#bytes += back?.bytes ?? 0;
      // The last row of the outbox is none that was appended.
      this.#noteProgress();
    });
    return count;
  }

  #forget(first: number, last: number): void {
    const gone = this.#one<Sums>(
      "SELECT count(*) AS rows, total(bytes) AS bytes FROM outbox WHERE row BETWEEN ? AND ?",
      first,
      last,
    );
    this.#sql.exec("DELETE FROM outbox WHERE row BETWEEN ? AND ?", first, last);
    this.#rows -= gone?.rows ?? 0;
    this.#bytes -= gone?.bytes ?? 0;
  }

  /** Deliveries decided on, ever. */
  get totals(): Totals {
    return this.#totals;
  }

  /** Rows and bytes in the outbox. */
  get depth(): { rows: number; bytes: number } {
    return { rows: this.#rows, bytes: this.#bytes };
  }

  /** When the oldest row of the outbox was accepted; null when it is empty. */
  oldestAcceptedAt(): number | null {
    const row = this.#isCreated()
      ? this.#one<{ accepted_at: number }>("SELECT accepted_at FROM outbox ORDER BY row LIMIT 1")
      : undefined;
    return row?.accepted_at ?? null;
  }

  /** How many rows stand aside. */
  quarantineCount(): number {
    return this.#isCreated() ? (this.#one<Sums>("SELECT count(*) AS rows FROM quarantine")?.rows ?? 0) : 0;
  }

  /** Forgets dedupKeys whose window is over and alerts resolved long ago. Returns whether anything is left to forget. */
  purge(now: number): boolean {
    if (!this.#isCreated()) return false;
    this.#sql.exec("DELETE FROM seen WHERE expires_at <= ?", now);
    this.#sql.exec("DELETE FROM calls WHERE at <= ?", now - REMEMBER_CALLS_MS);
    const settled = "status IN ('RESOLVED', 'CLOSED')";
    this.#sql.exec(`DELETE FROM live_alerts WHERE ${settled} AND changed_at <= ?`, now - REMEMBER_RESOLVED_MS);
    return (
      this.#one("SELECT 1 FROM seen LIMIT 1") !== undefined ||
      this.#one(`SELECT 1 FROM live_alerts WHERE ${settled} LIMIT 1`) !== undefined
    );
  }

  #meta(name: string): number {
    return this.#one<{ value: number }>("SELECT value FROM meta WHERE name = ?", name)?.value ?? 0;
  }

  #setMeta(name: string, value: number): void {
    this.#sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", name, value);
  }

  #noteProgress(): void {
    this.#sql.exec(
      "INSERT OR REPLACE INTO meta (name, value, totals) VALUES ('last_row', ?, ?)",
      this.#lastRow,
      writeTotals(this.#totals),
    );
  }

  /** Rows by their keys, as many as there are; SQLite takes so many parameters at a time. */
  #lookUp<Row extends Record<string, SqlStorageValue>>(table: string, column: string, keys: readonly string[]): Row[] {
    return chunksOf(MAX_PARAMETERS, keys).flatMap((chunk) => [
      ...this.#sql.exec<Row>(`SELECT * FROM ${table} WHERE ${column} IN (${placeholders(chunk.length)})`, ...chunk),
    ]);
  }

  /** Inserts rows, as many as SQLite takes parameters for at a time. */
  #insert(into: string, rows: readonly (SqlStorageValue | Uint8Array)[][]): void {
    const width = rows[0]?.length ?? 1;
    for (const chunk of chunksOf(Math.floor(MAX_PARAMETERS / width), rows)) {
      const tuple = `(${placeholders(width)})`;
      this.#sql.exec(`${into} VALUES ${chunk.map(() => tuple).join(", ")}`, ...chunk.flat());
    }
  }

  #one<Row extends Record<string, SqlStorageValue>>(query: string, ...bindings: SqlStorageValue[]): Row | undefined {
    return this.#sql.exec<Row>(query, ...bindings).next().value;
  }
}

const placeholders = (count: number): string => Array(count).fill("?").join(", ");

const chunksOf = <T>(size: number, items: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

/** The topic that an integration's settings name. */
const namedTopic = ({ verification }: IntegrationConfig): string | undefined =>
  verification.scheme === "sns" ? verification.topicArn : undefined;

/** A confirmed topic outlives a change of the config, unless the new one names its own or wants none. */
const keptPin = (before: IntegrationConfig | null, next: IntegrationConfig): Pick<IntegrationConfig, "pinnedTopic"> =>
  before?.pinnedTopic !== undefined && next.verification.scheme === "sns" && namedTopic(next) === undefined
    ? { pinnedTopic: before.pinnedTopic }
    : {};

const refsOf = (id: string, alertKey: string | null): string[] =>
  alertKey === null ? [refOf(null, id)] : [refOfKey(alertKey), refOf(null, id), ...systemRefs(alertKey)];

/** An alert of Tocsin's own stands in a ref that no key of a source leads to. */
const systemRefs = (alertKey: string): string[] => (alertKey === HEARTBEAT_KEY ? [HEARTBEAT_KEY] : []);

const readSeen = (row: DedupColumns): RememberedDelivery => ({
  deliveryId: row.delivery_id,
  firstSeenAt: row.first_seen_at,
  expiresAt: row.expires_at,
  outcomes: JSON.parse(row.outcomes) as RememberedOutcome[],
});

const readAlert = (row: AlertColumns): AlertState => ({
  id: row.id,
  alertKey: row.alert_key,
  version: row.version,
  status: row.status,
  severity: row.severity,
  occurrences: row.occurrences,
  lastEventAt: row.last_event_at,
  changedAt: row.changed_at,
  triggeredAt: row.triggered_at,
  lastSeenAt: row.last_seen_at,
  acknowledgedAt: row.acknowledged_at,
  resolvedAt: row.resolved_at,
  closedAt: row.closed_at,
  content: row.content,
});
