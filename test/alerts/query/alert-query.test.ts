import { describe, expect, it } from "vitest";
import { parseAlertQuery } from "../../../src/alerts/query/alert-query.ts";
import { QueryError } from "../../../src/alerts/query/syntax.ts";

const NOW = Date.UTC(2026, 9, 2);

const faultOf = (query: string): QueryError => {
  try {
    parseAlertQuery(query, NOW);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error("no fault");
};

describe("parseAlertQuery", () => {
  it("reads all fields", () => {
    const query =
      'status:open severity:critical,HIGH label.env:prod -label.zone:a* integration:"Prod EU" -team:core key:job-* disk by:Ada muted:true';
    expect(parseAlertQuery(query, NOW)).toEqual({
      status: ["OPEN"],
      severity: ["CRITICAL", "HIGH"],
      muted: true,
      conditions: [
        { field: "label", label: "env", patterns: [{ text: "prod", isPrefix: false }], isNegated: false },
        { field: "label", label: "zone", patterns: [{ text: "a", isPrefix: true }], isNegated: true },
        { field: "alertKey", patterns: [{ text: "job-", isPrefix: true }], isNegated: false },
        { field: "text", patterns: [{ text: "disk", isPrefix: false }], isNegated: false },
        { field: "acknowledgedBy", patterns: [{ text: "Ada", isPrefix: false }], isNegated: false },
      ],
      integrations: [{ patterns: [{ text: "Prod EU", isPrefix: false }], isNegated: false }],
      teams: [{ patterns: [{ text: "core", isPrefix: false }], isNegated: true }],
    });
  });

  it.each([
    ["-status:resolved,closed", { status: ["OPEN", "ACKNOWLEDGED"] }],
    ["status:ack*", { status: ["ACKNOWLEDGED"] }],
    ["status:open,closed -status:open", { status: ["CLOSED"] }],
    ["status:open status:closed", { status: [] }],
    ["-muted:true", { muted: false }],
    ["since:2h", { since: new Date(NOW - 2 * 3_600_000) }],
    [
      "since:2026-10-01 until:2026-10-01T12:00:00+02:00",
      { since: new Date("2026-10-01"), until: new Date("2026-10-01T10:00:00Z") },
    ],
    ["since:1d since:3d", { since: new Date(NOW - 86_400_000) }],
  ])("reads %j", (query, expected) => {
    expect(parseAlertQuery(query, NOW)).toMatchObject(expected);
  });

  it.each([
    ["status:opne", 7, "unknown value `opne`"],
    ["disk servce:x", 5, "unknown field `servce`; use status, severity,"],
    ["-constructor:x", 1, "unknown field"],
    ["http://x", 0, "quote a text with a colon"],
    ["key.a:x", 0, "unknown field `key.a`"],
    ["label:x", 0, "write `label.name:value`"],
    ["since:yesterday", 6, "not a time"],
    ["since:2026-13-01", 6, "not a time"],
    ["-since:1h", 0, "a time is one value"],
    ["muted:maybe", 6, "use true, false"],
    ["muted:true muted:false", 11, "either true or false"],
  ])("rejects %j with its position", (query, offset, message) => {
    const fault = faultOf(query);
    expect(fault.message).toContain(message);
    expect(fault.offset).toBe(offset);
  });
});
