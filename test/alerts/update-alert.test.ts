import type { AlertState } from "../../src/alerts/alert.ts";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type AlertStatus, STATUSES } from "../../src/alerts/model.ts";
import { type AlertUpdate, updateAlert } from "../../src/alerts/update-alert.ts";

const alertIn = (status: AlertStatus): AlertState => ({
  id: "alert",
  alertKey: "k",
  version: 7,
  status,
  statusSetBy: "source",
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

const BY_JANE = { actor: "user:1", actorName: "Jane" };

const update = (alert: AlertState, fields: Partial<AlertUpdate>, now = 100, rival: AlertState | null = null) => {
  let ids = 0;
  return updateAlert(alert, rival, null, { note: null, ...BY_JANE, ...fields }, now, () => `entry-${++ids}`);
};

const move = (alert: AlertState, status: AlertStatus, now = 100, rival: AlertState | null = null) =>
  update(alert, { status, note: "why" }, now, rival);

/** The legal moves according to the documentation. */
const ALLOWED: Record<AlertStatus, readonly AlertStatus[]> = {
  OPEN: ["ACKNOWLEDGED", "RESOLVED", "CLOSED"],
  ACKNOWLEDGED: ["OPEN", "RESOLVED", "CLOSED"],
  RESOLVED: ["OPEN", "CLOSED"],
  CLOSED: ["OPEN"],
};

describe("updateAlert", () => {
  it.each(STATUSES.flatMap((from) => STATUSES.map((to) => [from, to] as const)))(
    "allows or rejects the move from %s to %s",
    (from, to) => {
      const alert = alertIn(from);
      const moved = move(alert, to);
      expect("alert" in moved).toBe(from === to || ALLOWED[from].includes(to));
      if (from === to) expect(moved).toMatchObject({ alert, entries: [{ type: "NOTED", version: 7, changes: {} }] });
      else if ("alert" in moved) expect(moved.alert).toMatchObject({ status: to, version: 8, changedAt: 100 });
      else expect(moved).toEqual({ conflict: "illegal-move", detail: expect.stringContaining(from) });
      expect(alert).toEqual(alertIn(from));
    },
  );

  it.each([{}, { status: "ACKNOWLEDGED" as const }, { snoozedUntil: null }])(
    "changes nothing and records nothing if the alert has the values already and there is no note: %o",
    (fields) => {
      const alert = alertIn("ACKNOWLEDGED");
      expect(update(alert, fields)).toEqual({ alert, entries: [] });
    },
  );

  it("rejects an update that is based on another version, before any other check", () => {
    const updated = updateAlert(alertIn("CLOSED"), null, 6, { status: "OPEN", note: null, ...BY_JANE }, 100, () => "e");
    expect(updated).toEqual({ conflict: "version-mismatch", detail: "The current version is 7." });
  });

  it.each<[Partial<AlertState>, AlertUpdate["onlyIf"], boolean]>([
    [{ status: "ACKNOWLEDGED" }, { status: "ACKNOWLEDGED" }, true],
    [{ status: "RESOLVED" }, { status: "ACKNOWLEDGED" }, false],
    [{ statusSetBy: BY_JANE.actor }, { statusSetBy: "caller" }, true],
    [{ statusSetBy: "source" }, { statusSetBy: "caller" }, false],
    [{ statusSetBy: "user:2" }, { statusSetBy: "caller" }, false],
    [{ statusSetBy: null }, { statusSetBy: "caller" }, false],
    [{ snoozedUntil: 5000 }, { snoozedUntil: 5000 }, true],
    [{ snoozedUntil: 5000 }, { snoozedUntil: null }, false],
    [{ snoozedUntil: null }, { snoozedUntil: 5000 }, false],
    [{ status: "ACKNOWLEDGED", snoozedUntil: 5000 }, { status: "ACKNOWLEDGED", snoozedUntil: 5000 }, true],
    [{ status: "ACKNOWLEDGED", snoozedUntil: 5000 }, { status: "ACKNOWLEDGED", snoozedUntil: 6000 }, false],
  ])("changes an alert with %o only if it has %o: %s", (fields, onlyIf, isChanged) => {
    const alert = { ...alertIn("OPEN"), ...fields };
    const updated = update(alert, { onlyIf, status: "CLOSED", note: "why" });
    expect("alert" in updated).toBe(isChanged);
    if (!isChanged) expect(updated).toMatchObject({ conflict: "state-mismatch" });
  });

  it("says what an alert is instead of what the update expects", () => {
    expect(update(alertIn("RESOLVED"), { onlyIf: { status: "ACKNOWLEDGED" }, status: "OPEN" })).toEqual({
      conflict: "state-mismatch",
      detail: "The alert is RESOLVED, not ACKNOWLEDGED.",
    });
    expect(update(alertIn("RESOLVED"), { onlyIf: { statusSetBy: "caller" }, status: "OPEN" })).toEqual({
      conflict: "state-mismatch",
      detail: "The status was last set or confirmed by the source, not by the caller.",
    });
    expect(update({ ...alertIn("OPEN"), snoozedUntil: 0 }, { onlyIf: { snoozedUntil: null }, note: "n" })).toEqual({
      conflict: "state-mismatch",
      detail: "The alert has the `snoozedUntil` 1970-01-01T00:00:00.000Z.",
    });
  });

  it("rejects reopening an alert if another alert has its key", () => {
    const rival = { ...alertIn("RESOLVED"), id: "newer" };
    expect(move(alertIn("RESOLVED"), "OPEN", 100, rival)).toMatchObject({ conflict: "illegal-move" });
    expect(move(alertIn("RESOLVED"), "CLOSED", 100, rival)).toMatchObject({ alert: { status: "CLOSED" } });
  });

  it("records the change, its actor and the note", () => {
    expect(move(alertIn("OPEN"), "ACKNOWLEDGED")).toMatchObject({
      entries: [
        {
          id: "entry-1",
          type: "ACKNOWLEDGED",
          ...BY_JANE,
          note: "why",
          version: 8,
          recordedAt: 100,
          changes: { status: { from: "OPEN", to: "ACKNOWLEDGED" } },
        },
      ],
    });
  });

  it.each(STATUSES)("adds a note to an alert that is %s, and leaves the alert as it is", (status) => {
    const alert = alertIn(status);
    const entry = { type: "NOTED", ...BY_JANE, note: "disk ordered", version: 7, changes: {} };
    expect(update(alert, { note: "disk ordered" })).toMatchObject({ alert, entries: [entry] });
  });

  it("names who set the status, and leaves the name with a note or a snooze", () => {
    const alert = alertIn("OPEN");
    expect(move(alert, "RESOLVED")).toMatchObject({ alert: { statusSetBy: BY_JANE.actor } });
    expect(update(alert, { snoozedUntil: 5000, note: "n" })).toMatchObject({ alert: { statusSetBy: "source" } });
  });

  it("names who acknowledged until the alert is open again", () => {
    let alert = alertIn("OPEN");
    const owners = (["ACKNOWLEDGED", "OPEN", "ACKNOWLEDGED", "RESOLVED", "CLOSED", "OPEN"] as const).map((status) => {
      const moved = move(alert, status);
      if ("alert" in moved) ({ alert } = moved);
      return [alert.acknowledgedBy, alert.acknowledgedByName];
    });
    const jane = ["user:1", "Jane"];
    const nobody = [null, null];
    expect(owners).toEqual([jane, nobody, jane, jane, jane, nobody]);
  });

  it("snoozes and unsnoozes an unresolved alert, and records until when", () => {
    const snoozed = update(alertIn("OPEN"), { snoozedUntil: 5000, note: "until the disk is here" });
    expect(snoozed).toMatchObject({
      alert: { status: "OPEN", snoozedUntil: 5000, version: 8, changedAt: 100, latestArrivalAt: 1, eventCount: 3 },
      entries: [
        {
          type: "SNOOZED",
          ...BY_JANE,
          version: 8,
          note: "until the disk is here",
          changes: { snoozedUntil: { from: null, to: "1970-01-01T00:00:05.000Z" } },
        },
      ],
    });
    const { alert } = snoozed as { alert: AlertState };
    expect(update(alert, { snoozedUntil: 5000 })).toEqual({ alert, entries: [] });
    expect(update(alert, { snoozedUntil: 6000 })).toMatchObject({ entries: [{ type: "SNOOZED" }] });
    expect(update(alert, { snoozedUntil: null })).toMatchObject({
      alert: { snoozedUntil: null, version: 9 },
      entries: [{ type: "UNSNOOZED", changes: { snoozedUntil: { from: "1970-01-01T00:00:05.000Z", to: null } } }],
    });
  });

  it.each(["RESOLVED", "CLOSED"] as const)("does not snooze an alert that is %s", (status) => {
    expect(update(alertIn(status), { snoozedUntil: 5000 })).toEqual({
      conflict: "illegal-snooze",
      detail: `The alert is ${status}. Only OPEN and ACKNOWLEDGED alerts can be snoozed.`,
    });
    expect(update(alertIn("OPEN"), { status, snoozedUntil: 5000 })).toMatchObject({ conflict: "illegal-snooze" });
  });

  it.each(["RESOLVED", "CLOSED"] as const)(
    "ends the snooze of an alert that becomes %s, in the same entry",
    (status) => {
      const alert = { ...alertIn("OPEN"), snoozedUntil: 5000 };
      expect(update(alert, { status, snoozedUntil: null })).toMatchObject({
        alert: { status, snoozedUntil: null, version: 8 },
        entries: [
          {
            type: status,
            changes: { status: { to: status }, snoozedUntil: { from: "1970-01-01T00:00:05.000Z", to: null } },
          },
        ],
      });
    },
  );

  it("keeps the snooze of an alert that is acknowledged or unacknowledged", () => {
    const open = { ...alertIn("OPEN"), snoozedUntil: 5000 };
    expect(update(open, { status: "ACKNOWLEDGED" })).toMatchObject({ alert: { snoozedUntil: 5000 } });
    const acknowledged = { ...alertIn("ACKNOWLEDGED"), snoozedUntil: 5000 };
    expect(update(acknowledged, { status: "OPEN" })).toMatchObject({ alert: { snoozedUntil: 5000 } });
  });

  it("changes status and snooze together, with the note on the first of two entries", () => {
    const updated = update(alertIn("OPEN"), { status: "ACKNOWLEDGED", snoozedUntil: 5000, note: "mine" });
    expect(updated).toMatchObject({
      alert: { status: "ACKNOWLEDGED", snoozedUntil: 5000, version: 9 },
      entries: [
        { id: "entry-1", type: "ACKNOWLEDGED", version: 8, note: "mine" },
        { id: "entry-2", type: "SNOOZED", version: 9, note: null, status: "ACKNOWLEDGED" },
      ],
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
