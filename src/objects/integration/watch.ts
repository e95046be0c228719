/** What Tocsin does by itself, pure: it resolves alerts gone quiet, and tells of a source that fell silent. */
import { type AlertChanges, differences, type AlertState, type TimelineEntry } from "../../alerts/alert.ts";
import type { AlertContent } from "../../alerts/event.ts";
import { toIso } from "../../lib/time.ts";
import { HEARTBEAT_KEY } from "./shards/partitions.ts";
import type { IntegrationConfig } from "./rpc.ts";

/** Resolves alerts that nothing was heard of for long enough. */
export function autoResolve(quiet: ReadonlyMap<string, AlertState>, now: number, newId: () => string): AlertChanges {
  const changes = [...quiet].map(([ref, alert]) => resolve(ref, alert, now, newId));
  return {
    alerts: new Map(changes.flatMap(({ alerts }) => [...alerts])),
    timeline: changes.flatMap(({ timeline }) => timeline),
  };
}

/** Opens the alert on an integration's missedHeartbeat. `waitingSince` in Unix ms. */
export function openMissedHeartbeat(
  config: IntegrationConfig,
  waitingSince: number,
  now: number,
  newId: () => string,
): AlertChanges {
  const content: AlertContent = {
    externalId: null,
    title: `${config.name}: silent for more than ${config.heartbeatMinutes} minutes`,
    description: `No verified delivery has come since ${toIso(waitingSince)}.`,
    source: config.name,
    url: null,
    metadata: { heartbeatMinutes: config.heartbeatMinutes, waitingSince: toIso(waitingSince) },
  };
  const alert: AlertState = {
    id: newId(),
    alertKey: HEARTBEAT_KEY,
    version: 1,
    status: "OPEN",
    severity: "HIGH",
    occurrences: 1,
    lastEventAt: null,
    changedAt: now,
    triggeredAt: now,
    lastSeenAt: now,
    acknowledgedAt: null,
    resolvedAt: null,
    closedAt: null,
    content: JSON.stringify(content),
  };
  return { alerts: new Map([[HEARTBEAT_KEY, alert]]), timeline: [entry("CREATED", null, alert, now, newId)] };
}

/** Resolves the alert on an integration's missedHeartbeat: a delivery came. */
export const resolveMissedHeartbeat = (alert: AlertState, now: number, newId: () => string): AlertChanges =>
  resolve(HEARTBEAT_KEY, alert, now, newId);

function resolve(ref: string, alert: AlertState, now: number, newId: () => string): AlertChanges {
  const resolved: AlertState = {
    ...alert,
    version: alert.version + 1,
    status: "RESOLVED",
    resolvedAt: now,
    changedAt: now,
  };
  return { alerts: new Map([[ref, resolved]]), timeline: [entry("RESOLVED", alert, resolved, now, newId)] };
}

const entry = (
  type: TimelineEntry["type"],
  before: AlertState | null,
  after: AlertState,
  now: number,
  newId: () => string,
): TimelineEntry => ({
  id: newId(),
  alertId: after.id,
  type,
  actor: "tocsin",
  version: after.version,
  status: after.status,
  severity: after.severity,
  occurredAt: null,
  recordedAt: now,
  changes: differences(before, after),
});
