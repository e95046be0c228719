/** The alerts that decisions need: unresolved ones, and ended ones for a day. Postgres has all of them. */
import type { Refresh } from "../../../alerts/apply-event.ts";
import { type AlertRef, type AlertState, refOf, refOfKey } from "../../../alerts/alert.ts";
import type { AlertStatus, Severity } from "../../../alerts/model.ts";
import { DAY, SECOND } from "../../../lib/time.ts";
import { isHeartbeatAlertKey } from "../system-changes.ts";
import { countWithin } from "./pieces.ts";
import { keyLists, type Sql } from "./sql.ts";

/** How long an ended alert is kept, so that a late event of it does not open a new alert. */
const KEEP_ENDED_MS = DAY;

const IS_ENDED = "status IN ('RESOLVED', 'CLOSED')";

/** Unresolved alerts of sources. Tocsin's own alerts are not resolved for lack of deliveries. */
const NEEDS_ACTIVITY = "status IN ('OPEN', 'ACKNOWLEDGED') AND ref NOT LIKE 'tocsin:%'";

/** The last character of the upper bound follows `:`, so that it is a range of refs. */
const IS_MISSED_HEARTBEAT =
  "ref >= 'tocsin:heartbeat' AND ref < 'tocsin:heartbeat;' AND status IN ('OPEN', 'ACKNOWLEDGED')";

/** Unresolved alerts that their source must renew. */
const MAY_EXPIRE = "expires_at IS NOT NULL AND status IN ('OPEN', 'ACKNOWLEDGED')";

export interface StoredAlert {
  ref: AlertRef;
  alert: AlertState;
  /** When the alert last changed or a delivery last repeated it, in Unix ms. */
  lastActivityAt: number;
}

type Columns = {
  ref: string;
  id: string;
  alert_key: string | null;
  version: number;
  status: AlertStatus;
  status_set_by: string | null;
  severity: Severity;
  occurrences: number;
  event_count: number;
  last_event_at: number | null;
  latest_arrival_at: number;
  changed_at: number;
  triggered_at: number;
  last_seen_at: number;
  expires_at: number | null;
  acknowledged_at: number | null;
  acknowledged_by: string | null;
  acknowledged_by_name: string | null;
  resolved_at: number | null;
  closed_at: number | null;
  snoozed_until: number | null;
  last_activity_at: number;
  content: string;
};

export class AlertTable {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  get(ref: AlertRef): AlertState | null {
    const row = this.#sql.first<Columns>("SELECT * FROM alerts WHERE ref = ?", ref);
    return row ? readAlert(row) : null;
  }

  getMany(refs: readonly AlertRef[]): Map<AlertRef, AlertState> {
    const query = "SELECT * FROM alerts WHERE ref IN (SELECT value FROM json_each(?))";
    return byRef(this.#sql.byKeys<Columns>(query, refs));
  }

  /** Finds an alert under its key, or under its id if another alert has the key now. */
  find({ id, alertKey }: Pick<AlertState, "id" | "alertKey">): { ref: AlertRef; alert: AlertState } | null {
    for (const ref of possibleRefs(id, alertKey)) {
      const alert = this.get(ref);
      if (alert?.id === id) return { ref, alert };
    }
    return null;
  }

  /**
   * Alerts in the order of their refs.
   * @param after the last ref of the page before
   * @param limit how many at most
   * @param maxSize of their contents together, in characters; one alert may be larger
   */
  page(after: AlertRef, limit: number, maxSize: number): StoredAlert[] {
    const query = "SELECT length(content) AS size FROM alerts WHERE ref > ? ORDER BY ref LIMIT ?";
    const sizes = this.#sql.all<{ size: number }>(query, after, limit).map(({ size }) => size);
    return this.#sql
      .all<Columns>("SELECT * FROM alerts WHERE ref > ? ORDER BY ref LIMIT ?", after, countWithin(sizes, maxSize))
      .map((row) => ({ ref: row.ref, alert: readAlert(row), lastActivityAt: row.last_activity_at }));
  }

  /** Saves alerts in their new state. The change counts as activity. */
  save(alerts: ReadonlyMap<AlertRef, AlertState>): void {
    this.#sql.insert(
      `INSERT OR REPLACE INTO alerts (ref, id, alert_key, version, status, status_set_by, severity, occurrences, event_count, last_event_at, latest_arrival_at,
         triggered_at, last_seen_at, expires_at, acknowledged_at, acknowledged_by, acknowledged_by_name,
         resolved_at, closed_at, snoozed_until, changed_at, last_activity_at, content)`,
      [...alerts].map(([ref, alert]) => [
        ref,
        alert.id,
        alert.alertKey,
        alert.version,
        alert.status,
        alert.statusSetBy,
        alert.severity,
        alert.occurrences,
        alert.eventCount,
        alert.lastEventAt,
        alert.latestArrivalAt,
        alert.triggeredAt,
        alert.lastSeenAt,
        alert.expiresAt,
        alert.acknowledgedAt,
        alert.acknowledgedBy,
        alert.acknowledgedByName,
        alert.resolvedAt,
        alert.closedAt,
        alert.snoozedUntil,
        alert.changedAt,
        alert.changedAt,
        alert.content,
      ]),
    );
  }

  /** Notes that alerts are active now, in Unix ms. Leaves out those that were active within the last second. */
  noteActivity(refs: readonly AlertRef[], now: number): void {
    const query = `UPDATE alerts SET last_activity_at = ?
      WHERE last_activity_at <= ? AND ref IN (SELECT value FROM json_each(?))`;
    for (const list of keyLists(refs)) this.#sql.exec(query, now, now - SECOND, list);
  }

  /** Sets when the alert in a ref was last active, in Unix ms. */
  setLastActivity(ref: AlertRef, time: number): void {
    this.#sql.exec("UPDATE alerts SET last_activity_at = ? WHERE ref = ?", time, ref);
  }

  /** Changes fields of alerts that only this table has. The change counts as activity. @param now Unix ms */
  refresh(refreshes: ReadonlyMap<AlertRef, Refresh>, now: number): void {
    const query =
      "UPDATE alerts SET last_event_at = ?, expires_at = ?, status_set_by = ?, last_activity_at = ? WHERE ref = ?";
    for (const [ref, { lastEventAt, expiresAt, statusSetBy }] of refreshes) {
      this.#sql.exec(query, lastEventAt, expiresAt, statusSetBy, now, ref);
    }
  }

  /** Gives every alert that its source renews more time, in ms. */
  postponeExpiries(time: number): void {
    this.#sql.exec(`UPDATE alerts SET expires_at = expires_at + ? WHERE ${MAY_EXPIRE}`, time);
  }

  /** Alerts that their source did not renew until a time. */
  expiredAt(time: number): Map<AlertRef, AlertState> {
    return byRef(this.#sql.all<Columns>(`SELECT * FROM alerts WHERE ${MAY_EXPIRE} AND expires_at <= ?`, time));
  }

  /** When the next alert expires, in Unix ms; null: no alert expires. */
  nextExpiryAt(): number | null {
    const query = `SELECT min(expires_at) AS at FROM alerts WHERE ${MAY_EXPIRE}`;
    return this.#sql.first<{ at: number | null }>(query)?.at ?? null;
  }

  delete(ref: AlertRef): void {
    this.#sql.exec("DELETE FROM alerts WHERE ref = ?", ref);
  }

  /** Unresolved alerts of sources without activity since then. */
  inactiveSince(time: number): Map<AlertRef, AlertState> {
    return byRef(
      this.#sql.all<Columns>(`SELECT * FROM alerts WHERE ${NEEDS_ACTIVITY} AND last_activity_at <= ?`, time),
    );
  }

  /** Lets no alert that needs activity be inactive since before a time, in Unix ms. */
  postponeInactivity(time: number): void {
    this.#sql.exec(
      `UPDATE alerts SET last_activity_at = ? WHERE ${NEEDS_ACTIVITY} AND last_activity_at < ?`,
      time,
      time,
    );
  }

  /** The last activity of the alert that has been inactive for longest; null: no alert needs activity. */
  oldestActivityAt(): number | null {
    const query = `SELECT min(last_activity_at) AS at FROM alerts WHERE ${NEEDS_ACTIVITY}`;
    return this.#sql.first<{ at: number | null }>(query)?.at ?? null;
  }

  /** The unresolved missed-heartbeat alerts. */
  missedHeartbeats(): Map<AlertRef, AlertState> {
    return byRef(this.#sql.all<Columns>(`SELECT * FROM alerts WHERE ${IS_MISSED_HEARTBEAT}`));
  }

  /** Deletes alerts that ended long ago. */
  purge(now: number): void {
    this.#sql.exec(`DELETE FROM alerts WHERE ${IS_ENDED} AND changed_at <= ?`, now - KEEP_ENDED_MS);
  }
}

const possibleRefs = (id: string, alertKey: string | null): AlertRef[] => [
  ...(alertKey === null ? [] : [refOfKey(alertKey)]),
  refOf(null, id),
  ...(alertKey !== null && isHeartbeatAlertKey(alertKey) ? [alertKey] : []),
];

const byRef = (rows: readonly Columns[]): Map<AlertRef, AlertState> =>
  new Map(rows.map((row) => [row.ref, readAlert(row)]));

const readAlert = (row: Columns): AlertState => ({
  id: row.id,
  alertKey: row.alert_key,
  version: row.version,
  status: row.status,
  statusSetBy: row.status_set_by,
  severity: row.severity,
  occurrences: row.occurrences,
  eventCount: row.event_count,
  lastEventAt: row.last_event_at,
  latestArrivalAt: row.latest_arrival_at,
  changedAt: row.changed_at,
  triggeredAt: row.triggered_at,
  lastSeenAt: row.last_seen_at,
  expiresAt: row.expires_at,
  acknowledgedAt: row.acknowledged_at,
  acknowledgedBy: row.acknowledged_by,
  acknowledgedByName: row.acknowledged_by_name,
  resolvedAt: row.resolved_at,
  closedAt: row.closed_at,
  snoozedUntil: row.snoozed_until,
  content: row.content,
});
