import { describe, expect, it } from "vitest";
import { type FilteredEntry, matchesEntry } from "../../src/alerts/alert-filter.ts";

const entry = (
  changes: FilteredEntry["entry"]["changes"],
  alert: Partial<FilteredEntry["alert"]> = {},
): FilteredEntry => ({
  entry: { type: "ACKNOWLEDGED", status: "ACKNOWLEDGED", severity: "HIGH", changes },
  alert: {
    teamId: null,
    integrationId: "i",
    alertKey: null,
    externalId: null,
    source: null,
    acknowledgedBy: null,
    acknowledgedByName: null,
    title: "Disk full",
    description: null,
    metadata: {},
    triggeredAt: new Date(0),
    mute: null,
    ...alert,
  },
});

describe("matchesEntry", () => {
  it("matches the entry with which an alert leaves the filter, and not the next one", () => {
    const left = entry({ status: { from: "OPEN", to: "ACKNOWLEDGED" } });
    expect(matchesEntry(left, "all", { status: ["OPEN"] })).toBe(true);
    expect(matchesEntry(entry({}), "all", { status: ["OPEN"] })).toBe(false);
  });

  it("shows an alert without a team only to callers with access to all teams", () => {
    expect(matchesEntry(entry({}), "all", {})).toBe(true);
    expect(matchesEntry(entry({}), ["t"], {})).toBe(false);
    expect(matchesEntry(entry({}, { teamId: "t" }), ["t"], {})).toBe(true);
  });

  it("reads only own members of the metadata", () => {
    expect(matchesEntry(entry({}), "all", { labels: { constructor: "x" } })).toBe(false);
  });
});
