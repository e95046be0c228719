import { expect, it } from "vitest";
import type { AlertState } from "../../../src/alerts/alert.ts";
import { resolvedAllBySystem } from "../../../src/objects/integration/system-changes.ts";

const alert = (id: string): AlertState => ({
  id,
  alertKey: id,
  version: 3,
  status: "ACKNOWLEDGED",
  statusSetBy: "user:1",
  severity: "HIGH",
  occurrences: 2,
  eventCount: 2,
  lastEventAt: null,
  latestArrivalAt: 1000,
  changedAt: 1000,
  triggeredAt: 500,
  lastSeenAt: 1000,
  expiresAt: null,
  acknowledgedAt: 900,
  acknowledgedBy: null,
  acknowledgedByName: null,
  resolvedAt: null,
  closedAt: null,
  snoozedUntil: 9000,
  content: "{}",
});

it("resolvedAllBySystem resolves every alert, each with a timeline entry by Tocsin and the reason", () => {
  let ids = 0;
  const inactive = new Map(["a", "b"].map((id) => [`key:${id}`, alert(id)]));
  const { alerts, timeline } = resolvedAllBySystem(inactive, "no event for 5 minutes", 5000, () => `entry-${++ids}`);
  expect([...alerts]).toEqual(
    ["a", "b"].map((id) => [
      `key:${id}`,
      {
        ...alert(id),
        version: 4,
        status: "RESOLVED",
        statusSetBy: "tocsin",
        resolvedAt: 5000,
        snoozedUntil: null,
        latestArrivalAt: 5000,
        changedAt: 5000,
      },
    ]),
  );
  expect(timeline).toEqual(
    ["a", "b"].map((id, index) => ({
      id: `entry-${index + 1}`,
      alertId: id,
      type: "RESOLVED",
      actor: "tocsin",
      actorName: null,
      version: 4,
      status: "RESOLVED",
      severity: "HIGH",
      occurredAt: null,
      recordedAt: 5000,
      changes: {
        status: { from: "ACKNOWLEDGED", to: "RESOLVED" },
        snoozedUntil: { from: "1970-01-01T00:00:09.000Z", to: null },
      },
      note: "no event for 5 minutes",
    })),
  );
});
