import { expect, it } from "vitest";
import { DAY, HOUR } from "../../../src/lib/time.ts";
import { Reports } from "../../../src/objects/writer/reports.ts";
import { reportOf, requestOf } from "./requests.ts";

const NOW = Date.UTC(2026, 10, 26);

it("Reports keeps the last report of each object, with its time", () => {
  const reports = new Reports();
  reports.keep(reportOf("a", { rows: 5 }), NOW - 10);
  reports.keep(reportOf("a", { rows: 2 }), NOW);
  expect(reports.list(NOW)).toEqual([{ ...reportOf("a", { rows: 2 }), reportedAt: NOW }]);
});

it("Reports drops an object that should have reported since: it was deleted, or reports to another Writer", () => {
  const reports = new Reports();
  reports.keep(reportOf("waiting", { rows: 1 }), NOW);
  reports.keep(reportOf("quarantine", { quarantined: 1 }), NOW);
  reports.keep(reportOf("idle"), NOW);
  const objectsAt = (now: number) => reports.list(now).map(({ object }) => object).toSorted(); // prettier-ignore
  expect(objectsAt(NOW + HOUR / 6)).toEqual(["idle", "quarantine", "waiting"]);
  expect(objectsAt(NOW + HOUR)).toEqual(["idle"]);
  expect(objectsAt(NOW + 2 * DAY)).toEqual([]);
});

it("Reports says when a write ends a fault", () => {
  const reports = new Reports();
  const failing = requestOf("a", { report: reportOf("a", { rows: 1, lastError: "connection lost" }) });
  reports.keep(failing.report, NOW);
  expect([reports.onWritten(failing), reports.onWritten(failing)]).toEqual([true, false]);
});

it("Reports holds at most 20,000", () => {
  const reports = new Reports();
  for (let at = 0; at < 20_010; at++) reports.keep(reportOf(`o${at}`), NOW);
  expect(reports.list(NOW)).toHaveLength(20_000);
});

it("Reports says when the faults of an object change", () => {
  const reports = new Reports();
  const keep = (fields: Parameters<typeof reportOf>[1]) => reports.keep(reportOf("a", fields), NOW);
  expect([
    keep({ rows: 5 }),
    keep({ rows: 9, lastError: "connection lost" }),
    keep({ rows: 12, lastError: "connection lost" }),
    keep({}),
    keep({ quarantined: 1 }),
    keep({ quarantined: 1, isHeartbeatMissed: true }),
  ]).toEqual([false, true, false, true, true, true]);
});
