import { describe, expect, it } from "vitest";
import type { Severity } from "../../src/alerts/model.ts";
import { parseSeverity } from "../../src/alerts/severity.ts";

describe("parseSeverity", () => {
  it.each<[Severity, string[]]>([
    ["CRITICAL", ["critical", "CRIT", "fatal", "P1", "SEV1", "sev-1", "Severity 1", "page", "emergency", "Disaster"]],
    ["HIGH", ["high", "error", "ERR", "major", "P2", "SEV-2"]],
    ["MEDIUM", ["medium", "warning", "WARN", "p3", "average"]],
    ["LOW", ["low", "minor", "notice", "P4"]],
    ["INFO", ["info", "Informational", "debug", "P5", "ok", "none"]],
  ])("reads %s in %j", (severity, words) => {
    expect(words.map(parseSeverity)).toEqual(words.map(() => severity));
  });

  it.each(["", "purple", "constructor", "__proto__", "toString"])("returns null for %j", (word) => {
    expect(parseSeverity(word)).toBeNull();
  });
});
