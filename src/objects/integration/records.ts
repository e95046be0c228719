/**
 * The rows that Postgres gets, as JSON text with the column names of src/db/schema.ts. They are written once, when the
 * object accepts, and go out as they are: what the edge serialised is never parsed again on its way.
 */
import type { AlertChanges, AlertState, TimelineEntry } from "../../alerts/alert.ts";
import type { AlertContent, EventOutcome } from "../../alerts/event.ts";
import type { AlertRow } from "../../db/alerts.ts";
import type { BatchRow } from "../../db/write-batch.ts";
import { toIso } from "../../lib/time.ts";
import type { Decision } from "../../alerts/decide.ts";
import type { Delivery, IntegrationConfig, Rejection, RequestRecord } from "./rpc.ts";

const iso = (ms: number | null): string | null => (ms === null ? null : toIso(ms));

/** The columns that the edge wrote, and those that the object adds. */
const withColumns = ({ columns }: RequestRecord, added: Record<string, unknown>): string =>
  `${JSON.stringify(added).slice(0, -1)},${columns.slice(1)}`;

/** An outbox row stays well below the 2 MB that a Durable Object's row may have. */
const CHUNK_CHARACTERS = 400_000;

/**
 * What Postgres must have for an accepted or duplicate delivery. With very many events it takes several rows: the first
 * holds the delivery itself.
 */
export function acceptedEntries(
  config: IntegrationConfig,
  sequence: number,
  delivery: Delivery,
  decision: Decision,
): BatchRow[] {
  const first: BatchRow = {
    delivery: withColumns(delivery.request, {
      id: delivery.id,
      integration_id: config.id,
      sequence,
      status: decision.status,
      status_code:
        decision.status === "ACCEPTED"
          ? (delivery.statusCodes?.accepted ?? 202)
          : (delivery.statusCodes?.duplicate ?? 200),
      alert_id: decision.outcomes.find((outcome) => outcome.alertId !== null)?.alertId ?? null,
      events: compactOutcomes(decision.outcomes),
      reason: [reasonOf(delivery, decision), delivery.note].filter((words) => words !== null).join("; "),
      decision: { ...decision.explanation, verification: delivery.verification },
      error: null,
      idempotency_key: delivery.idempotencyKey,
      content_fingerprint: delivery.contentFingerprint,
      duplicate_of: decision.duplicateOf,
      replay_of: delivery.replayOf ?? null,
    }),
    body: delivery.body,
    bodyKind: delivery.request.bodyKind,
    alerts: "",
    events: "",
  };
  return [first, ...changeRows(config, decision, delivery.id, first)];
}

const reasonOf = ({ replayOf }: Delivery, { reason }: Decision): string =>
  replayOf === undefined ? reason : `accepted: replay of delivery ${replayOf}`;

/** What Postgres must have for a change that no delivery, or one recorded elsewhere, brought about. */
export const changeEntries = (config: IntegrationConfig, change: AlertChanges, deliveryId: string | null): BatchRow[] =>
  changeRows(config, change, deliveryId, null);

/** Puts a change into `first` while it fits there, and returns the further rows that it needs. */
function changeRows(
  config: IntegrationConfig,
  change: AlertChanges,
  deliveryId: string | null,
  first: BatchRow | null,
): BatchRow[] {
  const alerts = [...(change.superseded ?? []), ...change.alerts.values()].map((alert) => alertRow(config, alert));
  const events = change.timeline.map((entry) => eventRow(deliveryId, entry));
  return chunks(first, alerts, events);
}

/** What Postgres must have for a refused delivery. */
export function rejectedEntry(
  config: IntegrationConfig,
  sequence: number,
  rejection: Rejection,
  omitted: number,
): BatchRow {
  const before = omitted === 0 ? "" : `; ${omitted} more refusals before this one left no row of their own`;
  return {
    delivery: withColumns(rejection.request, {
      id: rejection.id,
      integration_id: config.id,
      sequence,
      status: "REJECTED",
      status_code: rejection.statusCode,
      alert_id: null,
      events: [],
      reason: rejection.reason + before,
      decision: { verification: rejection.verification, omittedBefore: omitted },
      error: rejection.reason,
      idempotency_key: null,
      content_fingerprint: null,
      duplicate_of: null,
      replay_of: rejection.replayOf ?? null,
    }),
    body: rejection.body,
    bodyKind: rejection.request.bodyKind,
    alerts: "",
    events: "",
  };
}

/** Reasons of unreadable elements repeat themselves: the first hundred tell the story and keep the row in bounds. */
function compactOutcomes(outcomes: readonly EventOutcome[]): EventOutcome[] {
  let details = 0;
  return outcomes.map(({ detail, ...outcome }) =>
    detail !== undefined && details++ < 100 ? { ...outcome, detail } : outcome,
  );
}

function alertRow(config: IntegrationConfig, { content, ...alert }: AlertState): string {
  const columns = JSON.stringify({
    id: alert.id,
    integration_id: config.id,
    alert_key: alert.alertKey,
    severity: alert.severity,
    status: alert.status,
    occurrences: alert.occurrences,
    triggered_at: iso(alert.triggeredAt),
    last_seen_at: iso(alert.lastSeenAt),
    acknowledged_at: iso(alert.acknowledgedAt),
    resolved_at: iso(alert.resolvedAt),
    closed_at: iso(alert.closedAt),
    version: alert.version,
  });
  return `${columns.slice(0, -1)},"content":${content}}`;
}

const eventRow = (deliveryId: string | null, entry: TimelineEntry): string =>
  JSON.stringify({
    id: entry.id,
    alert_id: entry.alertId,
    delivery_id: deliveryId,
    type: entry.type,
    actor: entry.actor,
    version: entry.version,
    status: entry.status,
    severity: entry.severity,
    changes: entry.changes,
    note: entry.note ?? null,
    occurred_at: iso(entry.occurredAt),
    recorded_at: iso(entry.recordedAt),
  });

const emptyRow = (): BatchRow => ({ delivery: null, body: null, bodyKind: "none", alerts: "", events: "" });

function chunks(first: BatchRow | null, alerts: readonly string[], events: readonly string[]): BatchRow[] {
  const further: BatchRow[] = [];
  let row = first;
  const add = (field: "alerts" | "events", json: string) => {
    const length = row ? row.alerts.length + row.events.length : 0;
    if (!row || (length > 0 && length + json.length > CHUNK_CHARACTERS)) {
      row = emptyRow();
      further.push(row);
    }
    row[field] += row[field] === "" ? json : `,${json}`;
  };
  for (const json of alerts) add("alerts", json);
  for (const json of events) add("events", json);
  return further;
}

const unix = (date: Date | null): number | null => date?.getTime() ?? null;

/** An alert as Postgres has it, to be remembered again from `now` on. What the source dated last is not kept there. */
export function toLiveAlert(row: AlertRow, now: number): AlertState {
  const { externalId, title, description, source, url } = row;
  const metadata = row.metadata as Record<string, unknown>;
  return {
    id: row.id,
    alertKey: row.alertKey,
    version: row.version,
    status: row.status,
    severity: row.severity,
    occurrences: row.occurrences,
    lastEventAt: null,
    changedAt: now,
    triggeredAt: row.triggeredAt.getTime(),
    lastSeenAt: row.lastSeenAt.getTime(),
    acknowledgedAt: unix(row.acknowledgedAt),
    resolvedAt: unix(row.resolvedAt),
    closedAt: unix(row.closedAt),
    content: JSON.stringify({ externalId, title, description, source, url, metadata } satisfies AlertContent),
  };
}
