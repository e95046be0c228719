/** A sample message, for dry runs. */
import type { AlertStatus, EntryType } from "../../alerts/model.ts";
import { alertUrl } from "../../lib/console-url.ts";
import { messageBody } from "./message.ts";

const ALERT_ID = "01997a3e-9d80-7000-8000-000000000002";
const INTEGRATION_ID = "5f1a6c7e-0c1b-4c57-9d1d-2f3f1f6c0a11";
export const SAMPLE_ENTRY_ID = "01997a3e-9d80-7000-8000-000000000001";

const ADA = { type: "user" as const, id: null, name: "Ada" };

const STATUSES: Partial<Record<EntryType, AlertStatus>> = {
  ACKNOWLEDGED: "ACKNOWLEDGED",
  RESOLVED: "RESOLVED",
  CLOSED: "CLOSED",
};

/**
 * The body of a message about a made-up alert.
 * @param publicUrl origin of the links to the console; empty: unknown
 */
export function sampleBody(type: EntryType, teamId: string | null, publicUrl: string): string {
  const status = STATUSES[type] ?? "OPEN";
  const at = "2026-10-01T12:00:00.000Z";
  return messageBody({
    id: SAMPLE_ENTRY_ID,
    alertId: ALERT_ID,
    deliveryId: null,
    type,
    actor: type === "CREATED" ? { type: "source", id: null, name: null } : ADA,
    occurredAt: null,
    recordedAt: at,
    version: type === "CREATED" ? 1 : 2,
    status,
    severity: "CRITICAL",
    changes: status === "OPEN" ? {} : { status: { from: "OPEN", to: status } },
    note: type === "NOTED" ? "Looking into it." : null,
    alert: {
      id: ALERT_ID,
      integrationId: INTEGRATION_ID,
      teamId,
      alertKey: "db-1/disk",
      externalId: null,
      title: "Disk almost full on db-1",
      description: "93 % of /var are used.",
      severity: "CRITICAL",
      status,
      source: "db-1",
      url: "https://grafana.example.com/alerting/1",
      metadata: { labels: { service: "checkout", env: "production" } },
      occurrences: 1,
      triggeredAt: at,
      lastSeenAt: at,
      acknowledgedAt: status === "ACKNOWLEDGED" ? at : null,
      acknowledgedBy: status === "ACKNOWLEDGED" ? ADA : null,
      resolvedAt: status === "RESOLVED" ? at : null,
      closedAt: status === "CLOSED" ? at : null,
      snoozedUntil: null,
      silencedBy: [],
      consoleUrl: alertUrl(publicUrl, ALERT_ID),
      version: type === "CREATED" ? 1 : 2,
      createdAt: at,
      updatedAt: at,
    },
  });
}
