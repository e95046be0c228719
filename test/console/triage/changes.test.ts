import { describe, expect, it } from "vitest";
import { moveOf } from "../../../src/alerts/status.ts";
import { STATUSES } from "../../../src/console/parts/badges.tsx";
import { describeChange, pathOf, undoSteps } from "../../../src/console/triage/changes.ts";
import { countEntry, sumOf } from "../../../src/console/triage/counts.ts";

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

  it("acknowledges again what was acknowledged before it was resolved", () => {
    const before = [
      { id: "1", status: "OPEN", snoozedUntil: null },
      { id: "2", status: "ACKNOWLEDGED", snoozedUntil: null },
    ] as const;
    expect(undoSteps(before, { status: "RESOLVED" })).toEqual([
      { ids: ["1"], update: { status: "OPEN" } },
      { ids: ["2"], update: { status: "OPEN" } },
      { ids: ["2"], update: { status: "ACKNOWLEDGED" } },
    ]);
  });

  it("restores snoozes, and cannot take back a note", () => {
    const before = [{ id: "1", status: "OPEN", snoozedUntil: null }] as const;
    expect(undoSteps(before, { snoozedUntil: "2026-10-01T12:00:00.000Z" })).toEqual([
      { ids: ["1"], update: { snoozedUntil: null } },
    ]);
    expect(undoSteps(before, { note: "n" })).toEqual([]);
  });
});

it("describes a change with its count and what was skipped", () => {
  expect(describeChange({ status: "RESOLVED" }, 147, 0)).toBe("147 alerts resolved.");
  expect(describeChange({ status: "ACKNOWLEDGED" }, 1, 3)).toBe("1 alert acknowledged. 3 had already changed.");
  expect(describeChange({ note: "Looking." }, 2, 0)).toBe("Note added to 2 alerts.");
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
