/** The alert of a missed heartbeat: says what was expected when. Pure; heartbeat.ts decides when. */
import type { AlertChanges, AlertState } from "../../alerts/alert.ts";
import type { AlertContent } from "../../alerts/event.ts";
import { clockTime, type Expectation, type HeartbeatSchedule, type Wait } from "../../alerts/heartbeat-schedule.ts";
import { toIso } from "../../lib/time.ts";
import type { IntegrationConfig, KeyedHeartbeat } from "./rpc.ts";
import { heartbeatAlertKey, openedBySystem } from "./system-changes.ts";

/** A heartbeat that did not arrive in time. */
export interface MissedHeartbeat {
  /** Null: that of the integration as a whole. */
  heartbeat: Pick<KeyedHeartbeat, "key" | "title" | "labels"> | null;
  wait: Wait;
  expectation: Expectation;
}

type Settings = Pick<IntegrationConfig, "name" | "heartbeatMinutes" | "heartbeatSchedule" | "heartbeatMatchers">;

/** Opens the missed-heartbeat alert. Instants are Unix ms. */
export function openMissedHeartbeat(
  settings: Settings,
  missed: MissedHeartbeat,
  now: number,
  createId: () => string,
): AlertChanges {
  const key = heartbeatAlertKey(missed.heartbeat?.key ?? null);
  const alert: AlertState = {
    id: createId(),
    alertKey: key,
    version: 1,
    status: "OPEN",
    statusSetBy: "tocsin",
    severity: "HIGH",
    occurrences: 1,
    eventCount: 0,
    lastEventAt: null,
    latestArrivalAt: now,
    changedAt: now,
    triggeredAt: now,
    lastSeenAt: now,
    expiresAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
    acknowledgedByName: null,
    resolvedAt: null,
    closedAt: null,
    snoozedUntil: null,
    content: JSON.stringify(contentOf(settings, missed)),
  };
  return openedBySystem(key, alert, now, createId);
}

function contentOf(
  { name, heartbeatMinutes, heartbeatSchedule, heartbeatMatchers = [] }: Settings,
  { heartbeat, wait, expectation }: MissedHeartbeat,
): AlertContent {
  const who = heartbeat === null ? name : `${name}: ${heartbeat.title}`;
  const what = heartbeat === null && heartbeatMatchers.length === 0 ? "delivery" : "heartbeat";
  const expected = heartbeatSchedule ? scheduledText(heartbeatSchedule, expectation) : null;
  return {
    externalId: null,
    title: `${who}: no ${what} ${expected === null ? `for ${heartbeatMinutes} minutes` : expected.title}`,
    description: [expected?.description, lastText(heartbeat, what, wait)].filter(Boolean).join("\n"),
    source: name,
    url: null,
    metadata: {
      ...(heartbeat !== null && { heartbeat: heartbeat.key }),
      ...(heartbeatSchedule ? { heartbeatSchedule } : { heartbeatMinutes }),
      expectedAt: toIso(expectation.expectedAt),
      waitingSince: toIso(wait.since),
      ...(heartbeat?.labels && { labels: heartbeat.labels }),
    },
  };
}

function scheduledText({ cron, timeZone, graceMinutes }: HeartbeatSchedule, { expectedAt, missedAt }: Expectation) {
  return {
    title: `at ${clockTime(expectedAt, timeZone)}`,
    description: `Expected at ${toIso(expectedAt)} (${cron}, ${timeZone}), by ${toIso(missedAt)} at the latest (${graceMinutes} minutes later).`,
  };
}

function lastText(heartbeat: MissedHeartbeat["heartbeat"], what: string, { since, isAfterHeartbeat }: Wait): string {
  // Nothing else is known of a whole integration: its totals are not of this wait alone.
  if (isAfterHeartbeat) return `The last ${heartbeat === null ? `verified ${what}` : what} was at ${toIso(since)}.`;
  return `The settings changed at ${toIso(since)}, and no ${what} has arrived since.`;
}
