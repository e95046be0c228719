import type { AlertState } from "../../src/alerts/alert.ts";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type AlertStatus, STATUSES } from "../../src/alerts/model.ts";
import { changeStatus } from "../../src/alerts/change-status.ts";

const alertIn = (status: AlertStatus): AlertState => ({
  id: "alert",
  alertKey: "k",
  version: 7,
  status,
  severity: "HIGH",
  occurrences: 3,
  eventCount: 3,
  lastEventAt: 1,
  latestArrivalAt: 1,
  changedAt: 1,
  triggeredAt: 1,
  lastSeenAt: 1,
  expiresAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  acknowledgedByName: null,
  resolvedAt: null,
  closedAt: null,
  snoozedUntil: null,
  content: "{}",
});

const request = (status: AlertStatus) => ({ status, note: "why", actor: "user:1", actorName: "Jane" });
const move = (alert: AlertState, status: AlertStatus, now = 100, rival: AlertState | null = null) =>
  changeStatus(alert, rival, null, request(status), now, () => "entry");

/** The legal moves according to the documentation. */
const ALLOWED: Record<AlertStatus, readonly AlertStatus[]> = {
  OPEN: ["ACKNOWLEDGED", "RESOLVED", "CLOSED"],
  ACKNOWLEDGED: ["OPEN", "RESOLVED", "CLOSED"],
  RESOLVED: ["OPEN", "CLOSED"],
  CLOSED: ["OPEN"],
};

describe("changeStatus", () => {
  it.each(STATUSES.flatMap((from) => STATUSES.map((to) => [from, to] as const)))(
    "allows or rejects the move from %s to %s",
    (from, to) => {
      const alert = alertIn(from);
      const moved = move(alert, to);
      expect("alert" in moved).toBe(from === to || ALLOWED[from].includes(to));
      if (from === to) expect(moved).toMatchObject({ alert, entry: { type: "NOTED", version: 7, changes: {} } });
      else if ("alert" in moved) expect(moved.alert).toMatchObject({ status: to, version: 8, changedAt: 100 });
      else expect(moved).toEqual({ conflict: "illegal-move", detail: expect.stringContaining(from) });
      expect(alert).toEqual(alertIn(from));
    },
  );

  it("changes nothing and records nothing if the alert has the status already and there is no note", () => {
    const alert = alertIn("ACKNOWLEDGED");
    const again = { ...request("ACKNOWLEDGED"), note: null };
    expect(changeStatus(alert, null, null, again, 100, () => "entry")).toEqual({ alert, entry: null });
  });

  it("rejects a change that is based on another version, before any other check", () => {
    const moved = changeStatus(alertIn("CLOSED"), null, 6, request("OPEN"), 100, () => "entry");
    expect(moved).toEqual({ conflict: "version-mismatch", detail: "The current version is 7." });
  });

  it("rejects reopening an alert if another alert has its key", () => {
    const rival = { ...alertIn("RESOLVED"), id: "newer" };
    expect(move(alertIn("RESOLVED"), "OPEN", 100, rival)).toMatchObject({ conflict: "illegal-move" });
    expect(move(alertIn("RESOLVED"), "CLOSED", 100, rival)).toMatchObject({ alert: { status: "CLOSED" } });
  });

  it("records the change, its actor and the note", () => {
    expect(move(alertIn("OPEN"), "ACKNOWLEDGED")).toMatchObject({
      entry: {
        type: "ACKNOWLEDGED",
        actor: "user:1",
        note: "why",
        version: 8,
        recordedAt: 100,
        changes: { status: { from: "OPEN", to: "ACKNOWLEDGED" } },
      },
    });
  });

  property.prop([fc.array(fc.constantFrom(...STATUSES), { maxLength: 30 })])(
    "keeps versions, times and statuses consistent through any sequence of moves",
    (statuses) => {
      let alert = alertIn("OPEN");
      for (const [at, status] of statuses.entries()) {
        const moved = move(alert, status, 1000 + at);
        if (!("alert" in moved)) continue;
        if (alert.status === status) {
          expect(moved.alert).toBe(alert);
          continue;
        }
        expect(moved.alert.version).toBe(alert.version + 1);
        alert = moved.alert;
        expect(alert.resolvedAt !== null).toBe(
          alert.status === "RESOLVED" || (alert.status === "CLOSED" && alert.resolvedAt !== null),
        );
        expect(alert.closedAt !== null).toBe(alert.status === "CLOSED");
        if (alert.status === "OPEN") expect(alert.acknowledgedAt).toBeNull();
        if (alert.status === "ACKNOWLEDGED") expect(alert.acknowledgedAt).toBe(1000 + at);
      }
    },
  );
});
