import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { COMPARE, type ListFilter, type Row } from "../../../src/console/triage/rows.ts";
import {
  applyPage,
  applyRow,
  begin,
  end,
  extend,
  moveCursor,
  newState,
  selectAll,
  selectRange,
  selectShown,
  showWaiting,
  shownRows,
  type State,
  targetsOf,
  toggle,
} from "../../../src/console/triage/state.ts";

const NOW = Date.parse("2026-10-01T12:00:00Z");
const UNRESOLVED: ListFilter = { statuses: ["OPEN", "ACKNOWLEDGED"], query: {} };

const newRow = (id: string, fields: Partial<Row> = {}): Row => ({
  id,
  integrationId: "i",
  teamId: null,
  title: id,
  severity: "HIGH",
  status: "OPEN",
  acknowledgedBy: null,
  occurrences: 1,
  triggeredAt: "2026-10-01T11:00:00.000Z",
  lastSeenAt: "2026-10-01T11:00:00.000Z",
  snoozedUntil: null,
  isSilenced: false,
  labels: {},
  version: 1,
  ...fields,
});

const abc = () =>
  newState(
    ["c", "b", "a"].map((id) => newRow(id)),
    UNRESOLVED,
    "severity",
    false,
  );
const idsOf = (state: State) => shownRows(state, NOW).map(({ id }) => id);

describe("the order", () => {
  it("has the most severe first, then the last seen", () => {
    const rows = [
      newRow("old", { severity: "CRITICAL", lastSeenAt: "2026-10-01T09:00:00.000Z" }),
      newRow("low", { severity: "LOW" }),
      newRow("new", { severity: "CRITICAL" }),
    ];
    expect(idsOf(newState(rows, UNRESOLVED, "severity", false))).toEqual(["new", "old", "low"]);
  });

  it("keeps rows in their place when they are seen again, and moves them when their severity changes", () => {
    const seen = applyRow(abc(), newRow("a", { version: 2, lastSeenAt: "2026-10-01T12:00:00.000Z" }), NOW);
    expect(idsOf(seen)).toEqual(["c", "b", "a"]);
    expect(idsOf(applyRow(seen, newRow("a", { version: 3, severity: "CRITICAL" }), NOW))).toEqual(["a", "c", "b"]);
  });
});

describe("the selection", () => {
  it("survives updates, and new rows wait until it ends", () => {
    const selected = toggle(abc(), "b", NOW);
    const updated = applyRow(selected, newRow("d", { severity: "CRITICAL" }), NOW);
    expect(idsOf(updated)).toEqual(["c", "b", "a"]);
    expect([...updated.waiting]).toEqual(["d"]);
    expect([...updated.selected]).toEqual(["b"]);
    expect(idsOf(showWaiting(updated))).toEqual(["d", "c", "b", "a"]);
    expect(idsOf(toggle(updated, "b", NOW))).toEqual(["d", "c", "b", "a"]);
  });

  it("of all matching alerts survives new alerts and a fresh page", () => {
    const all = selectAll(selectShown(abc(), true, NOW));
    const updated = applyRow(all, newRow("d"), NOW);
    const fresh = applyPage(
      updated,
      ["d", "c", "b", "a"].map((id) => newRow(id)),
      false,
      NOW,
    );
    expect(fresh.isAllSelected).toBe(true);
    expect(idsOf(fresh)).toEqual(["c", "b", "a"]);
  });

  it("loses rows that leave the list", () => {
    const selected = selectShown(abc(), true, NOW);
    const updated = applyRow(selected, newRow("b", { version: 2, status: "RESOLVED" }), NOW);
    expect([...updated.selected].toSorted()).toEqual(["a", "c"]);
  });

  it("survives a storm of more severe alerts, which the browser keeps within bounds", () => {
    const calm = newState(
      Array.from({ length: 100 }, (_, index) => newRow(`calm ${index}`, { severity: "LOW" })),
      UNRESOLVED,
      "severity",
      true,
    );
    const shown = idsOf(calm);
    const selected = [shown[3] ?? "", shown[99] ?? ""];
    const start = selected.reduce((state, id) => toggle(state, id, NOW), calm);
    const storm = Array.from({ length: 5000 }, (_, index) => newRow(`storm ${index}`, { severity: "CRITICAL" }));
    const during = storm.reduce((state, row) => applyRow(state, row, NOW), start);
    expect(idsOf(during)).toEqual(shown);
    expect([...during.selected].toSorted()).toEqual(selected.toSorted());
    expect(during.waiting.size).toBe(5000);
    expect(during.rows.size).toBeLessThanOrEqual(1000);
    // Alerts that are over do not wait any more, also those that the browser no longer keeps.
    const over = applyRow(during, newRow("storm 0", { version: 2, status: "RESOLVED" }), NOW);
    expect(over.waiting.size).toBe(4999);
    const released = showWaiting(over);
    expect([...released.selected].toSorted()).toEqual(selected.toSorted());
    expect(idsOf(released).filter((id) => id.startsWith("storm"))).toHaveLength(200);
    expect(idsOf(released)).toEqual(expect.arrayContaining(selected));
    expect(idsOf(released).length).toBeLessThanOrEqual(202);
  });

  it("keeps the alert under the cursor in the list during a storm", () => {
    const atA: State = { ...abc(), cursor: "a" };
    const storm = Array.from({ length: 300 }, (_, index) => newRow(`storm ${index}`, { severity: "CRITICAL" }));
    const during = storm.reduce((state, row) => applyRow(state, row, NOW), atA);
    expect(during.cursor).toBe("a");
    expect(idsOf(during).at(-1)).toBe("a");
    expect(idsOf(during)).toHaveLength(201);
  });

  it("extends with the cursor, and selects ranges", () => {
    expect([...extend(extend(abc(), 1, NOW), 1, NOW).selected].toSorted()).toEqual(["a", "b", "c"]);
    expect([...selectRange(abc(), "c", "b", NOW).selected].toSorted()).toEqual(["b", "c"]);
  });
});

describe("the cursor", () => {
  it("stops at the ends", () => {
    const first = moveCursor(abc(), 1, NOW);
    expect(first.cursor).toBe("c");
    expect(moveCursor(first, -1, NOW).cursor).toBe("c");
  });

  it("goes to the next row when its row leaves, and to the one before at the end", () => {
    const atB = { ...abc(), cursor: "b" };
    expect(applyRow(atB, newRow("b", { version: 2, status: "RESOLVED" }), NOW).cursor).toBe("a");
    const atA = { ...abc(), cursor: "a" };
    expect(applyRow(atA, newRow("a", { version: 2, status: "RESOLVED" }), NOW).cursor).toBe("b");
  });
});

describe("a pending change", () => {
  const resolve = (state: State, id: string) => begin(state, new Map([[id, { status: "RESOLVED" as const }]]), NOW);

  it("shows at once, and moves the cursor to the next row", () => {
    const changed = resolve({ ...abc(), cursor: "c" }, "c");
    expect(idsOf(changed)).toEqual(["b", "a"]);
    expect(targetsOf(changed, NOW).map(({ id }) => id)).toEqual(["b"]);
  });

  it("comes back in its place when the server rejects it, and when it is undone", () => {
    expect(idsOf(end(resolve(abc(), "b"), ["b"], [], NOW))).toEqual(["c", "b", "a"]);
    const done = end(resolve(abc(), "b"), ["b"], [newRow("b", { version: 2, status: "RESOLVED" })], NOW);
    expect(idsOf(done)).toEqual(["c", "a"]);
    expect(idsOf(applyRow(done, newRow("b", { version: 3 }), NOW))).toEqual(["c", "b", "a"]);
  });

  it("is not lost to an older page", () => {
    const done = end(resolve(abc(), "b"), ["b"], [newRow("b", { version: 2, status: "RESOLVED" })], NOW);
    expect(
      idsOf(
        applyPage(
          done,
          ["c", "b", "a"].map((id) => newRow(id)),
          false,
          NOW,
        ),
      ),
    ).toEqual(["c", "a"]);
  });
});

const rowArbitrary = fc.record({
  id: fc.constantFrom(..."abcdefgh".split("")),
  version: fc.nat(5),
  status: fc.constantFrom("OPEN", "ACKNOWLEDGED", "RESOLVED"),
  severity: fc.constantFrom("CRITICAL", "HIGH", "LOW"),
} as const);

describe("after any entries", () => {
  test.prop([fc.array(rowArbitrary), fc.boolean()])(
    "shows the newest version of each matching alert once",
    (entries, selects) => {
      const start = selects ? toggle(abc(), "a", NOW) : abc();
      const state = entries.reduce((before, fields) => applyRow(before, newRow(fields.id, fields), NOW), start);
      const ids = idsOf(showWaiting(state));
      expect(new Set(ids).size).toBe(ids.length);
      const newest = new Map(["a", "b", "c"].map((id) => [id, newRow(id)]));
      for (const fields of entries) {
        const known = newest.get(fields.id);
        if (!known || known.version < fields.version) newest.set(fields.id, newRow(fields.id, fields));
      }
      const expected = [...newest.values()].filter(({ status }) => status !== "RESOLVED").map(({ id }) => id);
      expect(ids.toSorted()).toEqual(expected.toSorted());
      if (!selects) {
        const rows = shownRows(state, NOW);
        expect(rows.map(({ severity }) => severity)).toEqual(
          rows.toSorted(COMPARE.severity).map(({ severity }) => severity),
        );
      }
    },
  );
});
