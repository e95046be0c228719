/**
 * The outbox entries of the decisions of the integration's object: JSON rows with the column names of the schema. The object
 * makes them when it decides and sends them unchanged. It never parses the JSON that the edge made.
 */
import type { AlertChanges, AlertState } from "../../alerts/alert.ts";
import type { Decision } from "../../alerts/decision.ts";
import type { AlertContent, EventOutcome } from "../../alerts/event.ts";
import { REJECTION_CLASSES } from "../../alerts/rejection-class.ts";
import type { AlertRow } from "../../db/alerts.ts";
import type { DecisionColumns } from "../../db/rows.ts";
import type { EntryRows } from "./chunk-builder.ts";
import { alertJson, seenJson, timelineJson } from "./row-json.ts";
import type { Delivery, IntegrationConfig, Rejection, RequestRecord } from "./rpc.ts";
import type { Totals } from "./totals.ts";

/** Later details of a large batch rarely add information, and the row must stay small. */
const MAX_OUTCOME_DETAILS = 100;

/** The outbox entry of an accepted or duplicate delivery. @param now Unix ms */
export function acceptedEntry(
  config: IntegrationConfig,
  sequence: number,
  delivery: Delivery,
  decision: Decision,
  now: number,
): EntryRows {
  const { accepted, duplicate } = delivery.statusCodes ?? { accepted: 202, duplicate: 200 };
  const { isRenewal } = decision;
  const unreadable = unreadableEvents(delivery);
  const entry = deliveryEntry(isRenewal ? withoutBody(delivery) : delivery, {
    id: delivery.id,
    integration_id: config.id,
    sequence,
    status: decision.status,
    status_code: decision.status === "ACCEPTED" ? accepted : duplicate,
    alert_id: decision.outcomes.find((outcome) => outcome.alertId !== null)?.alertId ?? null,
    events: boundDetails(decision.outcomes),
    reason: [
      reasonOf(delivery, decision),
      isRenewal ? "only renews alerts, stored without its body" : null,
      unreadable?.note ?? null,
      delivery.note,
    ]
      .filter((part) => part !== null)
      .join("; "),
    decision: {
      ...decision.explanation,
      verification: delivery.verification,
      ...(unreadable && { unreadableEvents: { count: unreadable.count, fault: unreadable.fault } }),
    },
    error: null,
    idempotency_key: delivery.idempotencyKey,
    content_fingerprint: delivery.contentFingerprint,
    duplicate_of: decision.duplicateOf,
    replay_of: delivery.replayOf ?? null,
  });
  const seen = decision.status === "DUPLICATE" ? seenRows(decision.outcomes, now) : [];
  return { ...entry, ...changedRows(config, decision, delivery.id), seen };
}

/**
 * The outbox entry of alert changes that belong to no new delivery.
 * @param deliveryId the delivery behind the changes, which is in an entry already; null: there is none
 */
export const changeEntry = (
  config: IntegrationConfig,
  changes: AlertChanges,
  deliveryId: string | null,
): EntryRows => ({
  delivery: null,
  body: null,
  bodyKind: "none",
  ...changedRows(config, changes, deliveryId),
  seen: [],
});

/**
 * The outbox entry of a rejected delivery.
 * @param omitted the counts of the rejections before this one that were not recorded
 */
export function rejectedEntry(
  config: IntegrationConfig,
  sequence: number,
  rejection: Rejection,
  omitted: Totals,
): EntryRows {
  const omittedBefore = sum(REJECTION_CLASSES.map((kind) => omitted[kind]));
  const note = omittedBefore === 0 ? "" : `; ${omittedBefore} earlier rejections were counted but not recorded`;
  return deliveryEntry(rejection, {
    id: rejection.id,
    integration_id: config.id,
    sequence,
    status: "REJECTED",
    status_code: rejection.statusCode,
    alert_id: null,
    events: [],
    reason: rejection.reason + note,
    decision: {
      verification: rejection.verification,
      ...(rejection.isBodyUnreadable && { isBodyUnreadable: true }),
      omittedBefore,
      omittedFailures: omitted.verification,
    },
    error: rejection.reason,
    idempotency_key: null,
    content_fingerprint: null,
    duplicate_of: null,
    replay_of: rejection.replayOf ?? null,
  });
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0);

const deliveryEntry = (
  { request, body }: { request: RequestRecord; body: Uint8Array },
  columns: DecisionColumns,
): EntryRows => ({
  delivery: `${JSON.stringify(columns).slice(0, -1)},${request.columns.slice(1)}`,
  body,
  bodyKind: request.bodyKind,
  alerts: [],
  timeline: [],
  seen: [],
});

const withoutBody = ({ request, ...delivery }: Delivery): Delivery => ({
  ...delivery,
  body: new Uint8Array(),
  request: { ...request, bodyKind: "none" },
});

const seenRows = (outcomes: readonly EventOutcome[], now: number): string[] =>
  [...new Set(outcomes.map(({ alertId }) => alertId))].filter((id) => id !== null).map((id) => seenJson(id, now));

const reasonOf = ({ replayOf }: Delivery, { reason }: Decision): string =>
  replayOf === undefined ? reason : `accepted: replay of delivery ${replayOf}`;

/** The text of an unreadable event: where it is in the body, as a JSON Pointer if known, and what is wrong with it. */
const POSITION_AND_FAULT = /^(?<position>\/.*?): (?<fault>.*)$/s;

/**
 * The unreadable events of a delivery, with a note for its reason; null: all were read. The fault of the first is without its position,
 * so that the same fault has the same text in other deliveries (src/db/delivery-reasons.ts).
 */
function unreadableEvents({ events }: Delivery): { count: number; fault: string; note: string } | null {
  const unreadable = events.filter((event) => "unreadable" in event);
  const [first] = unreadable;
  if (!first) return null;
  const { position, fault = first.unreadable } = POSITION_AND_FAULT.exec(first.unreadable)?.groups ?? {};
  const counted = `${unreadable.length} of ${events.length}${position === undefined ? "" : `, first ${position}`}`;
  return { count: unreadable.length, fault, note: `unreadable events: ${fault} (${counted})` };
}

const changedRows = (
  config: IntegrationConfig,
  { superseded = [], alerts, timeline }: AlertChanges,
  deliveryId: string | null,
): Pick<EntryRows, "alerts" | "timeline"> => ({
  alerts: [...superseded, ...alerts.values()].map((alert) => alertJson(config.id, alert)),
  timeline: timeline.map((entry) => timelineJson(deliveryId, entry)),
});

function boundDetails(outcomes: readonly EventOutcome[]): EventOutcome[] {
  let details = 0;
  return outcomes.map(({ detail, ...outcome }) =>
    detail !== undefined && details++ < MAX_OUTCOME_DETAILS ? { ...outcome, detail } : outcome,
  );
}

const unixTime = (date: Date | null): number | null => date?.getTime() ?? null;

/**
 * The state of an alert from its row in Postgres. The row has no exact `latestArrivalAt`, and no `statusSetBy`, `lastEventAt`, `eventCount` and `expiresAt`.
 * @param now Unix ms
 */
export function toLiveAlert(row: AlertRow, now: number): AlertState {
  const { externalId, title, description, source, url } = row;
  const metadata = row.metadata as Record<string, unknown>;
  return {
    id: row.id,
    alertKey: row.alertKey,
    version: row.version,
    status: row.status,
    statusSetBy: null,
    severity: row.severity,
    occurrences: row.occurrences,
    eventCount: 0,
    lastEventAt: null,
    latestArrivalAt: row.updatedAt.getTime(),
    changedAt: now,
    triggeredAt: row.triggeredAt.getTime(),
    lastSeenAt: row.lastSeenAt.getTime(),
    expiresAt: null,
    acknowledgedAt: unixTime(row.acknowledgedAt),
    acknowledgedBy: row.acknowledgedBy,
    acknowledgedByName: row.acknowledgedByName,
    resolvedAt: unixTime(row.resolvedAt),
    closedAt: unixTime(row.closedAt),
    snoozedUntil: unixTime(row.snoozedUntil),
    content: JSON.stringify({ externalId, title, description, source, url, metadata } satisfies AlertContent),
  };
}
