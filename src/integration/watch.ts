/** What Tocsin does by itself, pure: it resolves alerts gone quiet, and tells of a source that fell silent. */
import { toIso } from "../lib/time.ts";
import { SILENCE_SLOT } from "./buckets.ts";
import { type Change, differences, type LiveAlert, type TimelineEntry } from "./decide.ts";
import type { AlertContent, IntegrationConfig } from "./messages.ts";

/** Resolves alerts that nothing was heard of for long enough. */
export function autoResolve(quiet: ReadonlyMap<string, LiveAlert>, now: number, newId: () => string): Change {
  const changes = [...quiet].map(([slot, alert]) => resolve(slot, alert, now, newId));
  return {
    alerts: new Map(changes.flatMap(({ alerts }) => [...alerts])),
    timeline: changes.flatMap(({ timeline }) => timeline),
  };
}

/** Opens the alert on an integration's silence. `waitingSince` in Unix ms. */
export function openSilence(config: IntegrationConfig, waitingSince: number, now: number, newId: () => string): Change {
  const content: AlertContent = {
    externalId: null,
    title: `${config.name}: silent for more than ${config.expectedEveryMinutes} minutes`,
    description: `No verified delivery has come since ${toIso(waitingSince)}.`,
    source: config.name,
    url: null,
    metadata: { expectedEveryMinutes: config.expectedEveryMinutes, waitingSince: toIso(waitingSince) },
  };
  const alert: LiveAlert = {
    id: newId(),
    alertKey: SILENCE_SLOT,
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
  return { alerts: new Map([[SILENCE_SLOT, alert]]), timeline: [entry("CREATED", null, alert, now, newId)] };
}

/** Resolves the alert on an integration's silence: a delivery came. */
export const endSilence = (alert: LiveAlert, now: number, newId: () => string): Change =>
  resolve(SILENCE_SLOT, alert, now, newId);

function resolve(slot: string, alert: LiveAlert, now: number, newId: () => string): Change {
  const resolved: LiveAlert = {
    ...alert,
    version: alert.version + 1,
    status: "RESOLVED",
    resolvedAt: now,
    changedAt: now,
  };
  return { alerts: new Map([[slot, resolved]]), timeline: [entry("RESOLVED", alert, resolved, now, newId)] };
}

const entry = (
  type: TimelineEntry["type"],
  before: LiveAlert | null,
  after: LiveAlert,
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
