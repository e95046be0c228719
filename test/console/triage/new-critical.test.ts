import { expect, it } from "vitest";
import { isNewCritical } from "../../../src/console/triage/new-critical.ts";

const created = { status: { from: null, to: "OPEN" }, severity: { from: null, to: "CRITICAL" } };

it.each([
  ["a new critical alert", "OPEN", "CRITICAL", created, true],
  ["a new alert of less severity", "OPEN", "HIGH", created, false],
  ["a repeat", "OPEN", "CRITICAL", { occurrences: { from: 1, to: 2 } }, false],
  ["an alert that becomes critical", "OPEN", "CRITICAL", { severity: { from: "LOW", to: "CRITICAL" } }, true],
  ["an acknowledged one that does", "ACKNOWLEDGED", "CRITICAL", { severity: { from: "LOW", to: "CRITICAL" } }, false],
  ["an alert that is opened again", "OPEN", "CRITICAL", { status: { from: "RESOLVED", to: "OPEN" } }, true],
  ["an acknowledgement", "ACKNOWLEDGED", "CRITICAL", { status: { from: "OPEN", to: "ACKNOWLEDGED" } }, false],
  ["an acknowledgement taken back", "OPEN", "CRITICAL", { status: { from: "ACKNOWLEDGED", to: "OPEN" } }, false],
] as const)("%s", (_, status, severity, changes, isSignalled) => {
  expect(isNewCritical({ status, severity, changes })).toBe(isSignalled);
});
