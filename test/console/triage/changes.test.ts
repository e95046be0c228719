import { describe, expect, it } from "vitest";
import { moveOf } from "../../../src/alerts/status.ts";
import { STATUSES } from "../../../src/console/parts/badges.tsx";
import {
  beforeOf,
  describeChange,
  describeUndo,
  type Outcome,
  pathOf,
  planUndo,
} from "../../../src/console/triage/changes.ts";
import { countEntry, sumOf } from "../../../src/console/triage/counts.ts";

const NOW = Date.parse("2026-10-01T09:00:00.000Z");
const EARLIER = "2026-10-01T08:00:00.000Z";
const LATER = "2026-10-01T12:00:00.000Z";

const outcomeOf = (outcome: Outcome["outcome"]): Outcome => ({ id: "1", outcome, status: null, version: null });

describe("an undo", () => {
  it("leads by legal moves from every status to every other that can come before it", () => {
    for (const from of STATUSES) {
      for (const to of STATUSES.filter((status) => status === from || moveOf(status, from) !== null)) {
        const path = [from, ...pathOf(from, to)];
        expect(path.at(-1)).toBe(to);
        for (const [index, status] of path.slice(1).entries()) expect(moveOf(path[index]!, status)).not.toBeNull();
      }
    }
  });

  const OPEN = { status: "OPEN", snoozedUntil: null } as const;

  it("knows from the outcomes what the changed alerts were", () => {
    const previous = { status: "ACKNOWLEDGED", snoozedUntil: LATER } as const;
    const changed: Outcome = { id: "2", outcome: "changed", status: "RESOLVED", version: 3, previous };
    expect(beforeOf([outcomeOf("conflict"), changed])).toEqual([{ id: "2", ...previous }]);
  });

  it("acknowledges again what was acknowledged before it was resolved, each step only after the one before", () => {
    const before = [
      { ...OPEN, id: "1" },
      { ...OPEN, id: "2", status: "ACKNOWLEDGED" },
    ] as const;
    expect(planUndo(before, { status: "RESOLVED" }, NOW)).toEqual([
      { ids: ["1"], steps: [{ onlyIf: { status: "RESOLVED", statusSetBy: "caller" }, update: { status: "OPEN" } }] },
      {
        ids: ["2"],
        steps: [
          { onlyIf: { status: "RESOLVED", statusSetBy: "caller" }, update: { status: "OPEN" } },
          { onlyIf: { status: "OPEN", statusSetBy: "caller" }, update: { status: "ACKNOWLEDGED" } },
        ],
      },
    ]);
  });

  it("restores snoozes, and cannot take back a note", () => {
    expect(planUndo([{ ...OPEN, id: "1" }], { snoozedUntil: LATER }, NOW)).toEqual([
      { ids: ["1"], steps: [{ onlyIf: { snoozedUntil: LATER }, update: { snoozedUntil: null } }] },
    ]);
    expect(planUndo([{ ...OPEN, id: "1", snoozedUntil: LATER }], { snoozedUntil: null }, NOW)).toEqual([
      { ids: ["1"], steps: [{ onlyIf: { snoozedUntil: null }, update: { snoozedUntil: LATER } }] },
    ]);
    expect(planUndo([{ ...OPEN, id: "1" }], { note: "n" }, NOW)).toEqual([]);
  });

  it.each(["RESOLVED", "CLOSED"] as const)("restores the snooze that %s ended", (status) => {
    const before = [{ id: "1", status: "ACKNOWLEDGED", snoozedUntil: LATER }] as const;
    expect(planUndo(before, { status }, NOW)[0]?.steps).toEqual([
      { onlyIf: { status, statusSetBy: "caller" }, update: { status: "OPEN" } },
      { onlyIf: { status: "OPEN", statusSetBy: "caller" }, update: { status: "ACKNOWLEDGED", snoozedUntil: LATER } },
    ]);
  });

  it("leaves out a snooze that is over, which the API would reject", () => {
    const before = [{ ...OPEN, id: "1", snoozedUntil: EARLIER }];
    expect(planUndo(before, { snoozedUntil: LATER }, NOW)[0]?.steps[0]?.update).toEqual({ snoozedUntil: null });
    expect(planUndo(before, { status: "RESOLVED" }, NOW)[0]?.steps[0]?.update).toEqual({ status: "OPEN" });
  });

  it.each([
    [["changed"], "Undone."],
    [["changed", "unchanged"], "Undone."],
    [["conflict"], "Not undone: 1 alert has changed since."],
    [["conflict", "not-found"], "Not undone: 1 alert has changed since, 1 alert was not found."],
    [["changed", "changed", "conflict"], "Undone for 2 of 3 alerts. 1 alert has changed since."],
    [["conflict", "unavailable"], "Not undone: 1 alert has changed since, 1 alert could not be reached."],
  ] as const)("says of %j: %s", (outcomes, text) => {
    expect(describeUndo(outcomes.map(outcomeOf))).toBe(text);
  });
});

describe("the text about a change", () => {
  const outcomes = (...all: Outcome["outcome"][]) => all.map(outcomeOf);

  it("counts the changed alerts, and those that had already changed", () => {
    expect(describeChange({ status: "RESOLVED" }, Array(147).fill(outcomeOf("changed")))).toBe("147 alerts resolved.");
    expect(describeChange({ status: "ACKNOWLEDGED" }, outcomes("changed", "conflict", "unchanged"), 1)).toBe(
      "1 alert acknowledged. 3 had already changed.",
    );
    expect(describeChange({ note: "Looking." }, outcomes("noted", "noted"))).toBe("Note added to 2 alerts.");
  });

  it.each([
    [["noted"], "0 alerts acknowledged. 1 had already changed; only the note was added."],
    [["noted", "noted"], "0 alerts acknowledged. 2 had already changed; only the note was added."],
    [
      ["changed", "noted", "conflict", "noted"],
      "1 alert acknowledged. 3 had already changed; the note was added to 2 of them.",
    ],
  ] as const)("does not count alerts that got only the note: %j", (all, text) => {
    expect(describeChange({ status: "ACKNOWLEDGED", note: "Looking." }, outcomes(...all))).toBe(text);
  });

  it("says the same of a snooze with a note", () => {
    expect(describeChange({ snoozedUntil: LATER, note: "Later." }, outcomes("changed", "noted"))).toBe(
      "1 alert snoozed. 1 had already changed; only the note was added.",
    );
  });

  it("says which alerts could not be reached or found", () => {
    expect(describeChange({ status: "CLOSED" }, outcomes("unavailable"))).toBe(
      "0 alerts closed. 1 alert could not be reached.",
    );
    expect(
      describeChange(
        { status: "CLOSED" },
        outcomes("changed", "conflict", "unavailable", "unavailable", "not-found", "not-found"),
      ),
    ).toBe("1 alert closed. 1 had already changed. 2 alerts could not be reached. 2 alerts were not found.");
    expect(describeChange({ note: "Looking." }, outcomes("noted", "not-found"))).toBe(
      "Note added to 1 alert. 1 alert was not found.",
    );
  });
});

describe("the counts", () => {
  const all = { statuses: undefined, query: {} };

  it("follow entries", () => {
    const created = countEntry(
      [],
      { status: "OPEN", severity: "HIGH", changes: { status: { from: null, to: "OPEN" } } },
      all,
    );
    expect(sumOf(created, ["OPEN"])).toEqual({ count: 1, isAtLeast: false });
    const entry = {
      status: "RESOLVED",
      severity: "HIGH",
      changes: { status: { from: "OPEN", to: "RESOLVED" } },
    } as const;
    const resolved = countEntry(created, entry, all);
    expect(sumOf(resolved, ["OPEN"]).count).toBe(0);
    expect(sumOf(resolved, ["RESOLVED"]).count).toBe(1);
  });

  it("stay when they are lower bounds", () => {
    const counts = [{ status: "OPEN", severity: "HIGH", count: 1000, isAtLeast: true }] as const;
    const entry = { status: "OPEN", severity: "HIGH", changes: { status: { from: null, to: "OPEN" } } } as const;
    expect(countEntry([...counts], entry, all)).toEqual(counts);
  });
});
