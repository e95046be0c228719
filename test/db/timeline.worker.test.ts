import { env } from "cloudflare:workers";
import { fc, test as property } from "@fast-check/vitest";
import { beforeAll, describe, expect, it } from "vitest";
import { type FilteredEntry, matchesEntry, type TimelineFilter } from "../../src/alerts/alert-filter.ts";
import type { Condition } from "../../src/alerts/conditions.ts";
import { ENTRY_TYPES, SEVERITIES, STATUSES } from "../../src/alerts/model.ts";
import { connect } from "../../src/db/client.ts";
import { alerts, alertTimeline } from "../../src/db/schema.ts";
import { latestCursor, listTimeline, type TimelineCursor } from "../../src/db/timeline.ts";
import { newId } from "../../src/lib/ids.ts";
import {
  alertRows,
  conditions,
  contains,
  insertFixtures,
  instants,
  INTEGRATION_IDS,
  maybe,
  some,
  TEAM_IDS,
  visibleTeamsArbitrary,
} from "./list-fixtures.ts";

describe("listTimeline", () => {
  it("returns no entries of transactions that may still be in progress", async () => {
    const db = connect(env);
    const start = await latestCursor(db);
    const { entries, nextCursor } = await listTimeline(db, [], {}, start, 10);
    expect(entries).toEqual([]);
    expect(nextCursor.xid).toBeGreaterThanOrEqual(start.xid);
  });
});

const pick = <T>(values: readonly T[], at: number): T => values[at % values.length]!;

/** Titles in which ILIKE, `toLowerCase` and simple case mapping could differ. */
const TITLES = [
  "ΟΔΟΣ σς",
  "İstanbul ISTANBUL ı",
  "STRASSE straße ẞ",
  "Ünïcode ÜNÏCODE",
  "ДИСК",
  "𐐀𐐨",
  "ǅ",
  "K",
  "100%_\\",
];
const METADATA: Record<string, unknown>[] = [
  {},
  { service: "a", replicas: 3, ratio: 0.5, isOn: true, nothing: null },
  { labels: { service: "a", replicas: "3" }, tags: ["env:prod", "service:b"] },
  { labels: [{ service: "a" }], tags: { env: "prod", zero: 0, list: ["x"] } },
  { labels: "service", tags: "env:prod", service: { name: "a" } },
  { labels: { ["__proto__"]: "x", constructor: "y", "": "z" }, code: "007" },
];

const LABELS = [
  ["service", "a"],
  ["service", "b"],
  ["replicas", "3"],
  ["replicas", "3.0"],
  ["ratio", "0.5"],
  ["ratio", "0.50"],
  ["isOn", "true"],
  ["nothing", "null"],
  ["env", "prod"],
  ["zero", "0"],
  ["zero", "-0"],
  ["list", "x"],
  ["code", "007"],
  ["code", "7"],
  ["name", "a"],
  ["constructor", "y"],
  ["toString", "x"],
  ["length", "0"],
  ["0", "env:prod"],
] as const;

const entryOf = (at: number) => {
  const [status, severity] = [pick(STATUSES, at * 3), pick(SEVERITIES, at * 7)];
  const changes: Record<string, unknown> = {};
  if (at % 2 === 0) changes.status = { from: at % 6 === 0 ? null : pick(STATUSES, at), to: status };
  if (at % 3 === 0) changes.severity = { from: pick(SEVERITIES, at + 1), to: severity };
  return {
    id: newId(),
    alertId: newId(),
    type: pick(ENTRY_TYPES, at * 5),
    actor: "source",
    version: 1,
    status,
    severity,
    changes,
    recordedAt: new Date(),
  };
};

const alertEntries = Array.from({ length: 120 }, (_, at) => {
  const entry = entryOf(at);
  const template = alertRows[at]!;
  return {
    entry,
    alert: {
      ...template,
      id: entry.alertId,
      title: pick(TITLES, at * 5),
      description: at % 4 ? null : pick(TITLES, at),
      metadata: pick(METADATA, at * 7),
    },
  };
});

/** The starts of labels. */
const labelPrefixes: fc.Arbitrary<Condition> = fc
  .tuple(fc.constantFrom(...LABELS), fc.nat({ max: 3 }), fc.boolean())
  .map(([[label, value], length, isNegated]) => ({
    field: "label",
    label,
    patterns: [{ text: value.slice(0, length), isPrefix: true }],
    isNegated,
  }));

const filters: fc.Arbitrary<TimelineFilter> = fc
  .record({
    status: maybe(some(STATUSES)),
    severity: maybe(some(SEVERITIES)),
    type: maybe(some(ENTRY_TYPES)),
    integrationId: maybe(fc.constantFrom(...INTEGRATION_IDS)),
    integrationIds: maybe(fc.subarray(INTEGRATION_IDS)),
    conditions: maybe(fc.array(fc.oneof(conditions, labelPrefixes), { maxLength: 3 })),
    text: maybe(
      fc.oneof(
        fc.constantFrom(
          "σ",
          "Σ",
          "ς",
          "οδος",
          "i",
          "I",
          "İ",
          "ı",
          "istanbul",
          "strasse",
          "ß",
          "SS",
          "ẞ",
          "ünï",
          "диск",
          "𐐨",
          "ǆ",
          "ǅ",
          "k",
          "%",
          "_",
          "\\",
        ),
        fc.constantFrom(...TITLES).map((title) => `${title}\n${TITLES[0]}`),
        fc.constantFrom(...TITLES).map((title) => title.toUpperCase().normalize("NFC")),
      ),
    ),
    labels: maybe(fc.constantFrom<Record<string, string>>(...LABELS.map(([name, value]) => ({ [name]: value })))),
    since: maybe(instants),
    until: maybe(instants),
  })
  .map(({ text, conditions: others = [], ...filter }) => ({
    ...filter,
    conditions: [...others, ...(text === undefined ? [] : [contains(text)])],
  }));

describe("the filter of the Feed", () => {
  let start: TimelineCursor;
  let items: FilteredEntry[];

  beforeAll(async () => {
    await insertFixtures();
    const db = connect(env);
    start = await latestCursor(db);
    await db.batch([
      db.insert(alerts).values(alertEntries.map(({ alert }) => alert)),
      db.insert(alertTimeline).values(alertEntries.map(({ entry }) => entry)),
    ]);
    // As the Feed has them: read from Postgres.
    ({ entries: items } = await listTimeline(db, "all", {}, start, 1000));
    expect(items).toHaveLength(alertEntries.length);
  });

  property.prop([visibleTeamsArbitrary, filters], { numRuns: 300 })(
    "matches the entries that listTimeline returns",
    async (visibleTeams, filter) => {
      const { entries } = await listTimeline(connect(env), visibleTeams, filter, start, 1000);
      const matching = items.filter((item) => matchesEntry(item, visibleTeams, filter));
      expect(matching).toEqual(entries);
    },
  );

  it.each(LABELS)("agrees with listTimeline about the label %s=%s", async (name, value) => {
    const filter = { labels: { [name]: value } };
    const { entries } = await listTimeline(connect(env), TEAM_IDS, filter, start, 1000);
    expect(items.filter((item) => matchesEntry(item, TEAM_IDS, filter))).toEqual(entries);
  });
});
