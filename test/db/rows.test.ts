/** The SQL of a batch names exactly the columns that its writers fill, with their types in the schema. */
import { getTableColumns } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import { ALERT_COLUMNS, columnLists, type RequestColumns, type TimelineRowJson } from "../../src/db/rows.ts";
import { alerts, alertTimeline, webhookDeliveries } from "../../src/db/schema.ts";
import { INSERT_DELIVERIES, INSERT_TIMELINE, NEWEST_ALERTS, UPSERT_ALERTS } from "../../src/db/write-statement.ts";

const oneLine = (query: string): string => query.trim().replaceAll(/\s+/g, " ");

/** The comma-separated parts between two texts of a query; commas inside parentheses do not separate. */
function listOf(query: string, before: RegExp, after: string): string[] {
  const start = query.search(before) + (before.exec(query)?.[0].length ?? 0);
  const list = query.slice(start, query.indexOf(after, start));
  return list.split(/,(?![^(]*\))/).map((part) => part.trim());
}

/** Table, insert, the query that reads its JSON, and the columns that Postgres fills. */
const QUERIES: readonly [string, PgTable, string, string, string[]][] = [
  ["webhook_deliveries", webhookDeliveries, INSERT_DELIVERIES, INSERT_DELIVERIES, ["created_at"]],
  ["alerts", alerts, UPSERT_ALERTS, NEWEST_ALERTS, ["created_at", "updated_at", "last_seen_hour"]],
  ["alert_timeline", alertTimeline, INSERT_TIMELINE, INSERT_TIMELINE, ["recorded_xid"]],
];

describe.each(QUERIES)("the insert into %s", (name, table, query, readingQuery, defaults) => {
  const text = oneLine(query);
  const columns = Object.values(getTableColumns(table));
  const inserted = listOf(text, new RegExp(`insert into ${name} \\(`), ") select");

  it("fills every column but those that Postgres fills", () => {
    expect([...inserted, ...defaults].toSorted()).toEqual(columns.map((column) => column.name).toSorted());
  });

  it("leaves out only columns that have a default or are generated", () => {
    const omitted = columns.filter((column) => defaults.includes(column.name));
    expect(omitted.map((column) => column.hasDefault || column.generated !== undefined)).toEqual(
      defaults.map(() => true),
    );
  });

  it("selects one value for each column, in the same order", () => {
    const named = listOf(text, / select /, " from ").map((value) => {
      if (value.startsWith("case when body.kind = 'json'")) return "raw_payload";
      if (value.startsWith("case when body.kind = 'bytes'")) return "raw_body";
      const field = /content ->>? '(\w+)'/.exec(value)?.[1];
      if (field === undefined) return /(?:row|entries)\.(\w+)/.exec(value)?.[1];
      return columns.find((column) => column === (alerts as unknown as Record<string, unknown>)[field])?.name;
    });
    expect(named).toEqual(inserted);
  });

  it("reads each column from JSON with its type in the schema", () => {
    const [, record = ""] = / as row\((.*?)\)(?:,| where)/.exec(oneLine(readingQuery)) ?? [];
    const read = record.split(", ").map((part) => part.split(/ (.*)/, 2));
    const types = new Map(columns.map((column) => [column.name, column.getSQLType()]));
    const ofContent = Object.keys(CONTENT).map((column) => (alerts as unknown as typeof CONTENT)[column]!.name);
    const notInRow = new Set(["team_id", "raw_payload", "raw_body", ...(name === "alerts" ? ofContent : [])]);
    const expected = inserted.filter((column) => !notInRow.has(column)).map((column) => [column, types.get(column)]);
    expect(read.filter(([column]) => column !== "content")).toEqual(expected);
  });
});

/** The fields of an alert's content. */
const CONTENT: Record<string, { name: string }> = {
  externalId: alerts.externalId,
  title: alerts.title,
  description: alerts.description,
  source: alerts.source,
  url: alerts.url,
  metadata: alerts.metadata,
};

describe("the upsert of alerts", () => {
  it("updates every inserted column but the identity, under the version guard", () => {
    const text = oneLine(UPSERT_ALERTS);
    const updated = listOf(text, /do update set /, " where alerts.version < excluded.version or");
    const fixed = new Set(["id", "team_id", "integration_id", "alert_key"]);
    const inserted = listOf(text, /insert into alerts \(/, ") select").filter((name) => !fixed.has(name));
    const guarded = (name: string, value = `excluded.${name}`) =>
      `${name} = case when alerts.version < excluded.version then ${value} else alerts.${name} end`;
    // A duplicate that arrived since may have moved the last-seen time forward.
    const lastSeen = "last_seen_at = greatest(alerts.last_seen_at, excluded.last_seen_at)";
    expect(updated).toEqual([
      ...inserted.map((name) => (name === "last_seen_at" ? lastSeen : guarded(name))),
      guarded("updated_at", "now()"),
    ]);
  });
});

describe("a misspelled column", () => {
  it("does not compile in a list of columns", () => {
    // @ts-expect-error alerts has no column "alertkey"
    expect(columnLists(alerts, [...ALERT_COLUMNS, "alertkey"]).insert).toContain("alertkey");
  });

  it("does not compile in a row", () => {
    const request = {
      headers: {},
      content_type: null,
      source_ip: null,
      body_bytes: 0,
      // @ts-expect-error the column is called is_body_cut
      is_body_cutt: false,
      received_at: "2026-01-01T00:00:00.000Z",
    } satisfies RequestColumns;
    // @ts-expect-error the column is NOT NULL
    const recordedAt: TimelineRowJson["recorded_at"] = null;
    expect([request.headers, recordedAt]).toEqual([{}, null]);
  });
});
