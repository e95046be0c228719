/** The SQL of a batch names exactly the columns that its writers fill, with their types in the schema. */
import { getTableColumns, type SQL } from "drizzle-orm";
import { PgDialect, type PgTable } from "drizzle-orm/pg-core";
import { describe, expect, it } from "vitest";
import { ALERT_COLUMNS, columnLists, type RequestColumns, type TimelineRowJson } from "../../src/db/rows.ts";
import { alerts, alertTimeline, webhookDeliveries } from "../../src/db/schema.ts";
import { insertDeliveries, insertTimeline, upsertAlerts } from "../../src/db/write-batch.ts";

const ID = "00000000-0000-4000-8000-000000000001";

const textOf = (query: SQL): string => new PgDialect().sqlToQuery(query).sql.replaceAll(/\s+/g, " ");

/** The comma-separated parts between two texts of a query; commas inside parentheses do not separate. */
function listOf(query: string, before: RegExp, after: string): string[] {
  const start = query.search(before) + (before.exec(query)?.[0].length ?? 0);
  const list = query.slice(start, query.indexOf(after, start));
  return list.split(/,(?![^(]*\))/).map((part) => part.trim());
}

const QUERIES: readonly [string, PgTable, SQL, string[]][] = [
  ["webhook_deliveries", webhookDeliveries, insertDeliveries(ID, "[]"), ["created_at"]],
  ["alerts", alerts, upsertAlerts(ID, "[]"), ["created_at", "updated_at"]],
  ["alert_timeline", alertTimeline, insertTimeline("[]"), ["recorded_xid"]],
];

describe.each(QUERIES)("the insert into %s", (name, table, query, defaults) => {
  const text = textOf(query);
  const columns = Object.values(getTableColumns(table));
  const inserted = listOf(text, new RegExp(`insert into ${name} \\(`), ") select");

  it("fills every column but those that Postgres fills", () => {
    expect([...inserted, ...defaults].toSorted()).toEqual(columns.map((column) => column.name).toSorted());
  });

  it("leaves out only columns that have a default", () => {
    const omitted = columns.filter((column) => defaults.includes(column.name));
    expect(omitted.map((column) => column.hasDefault)).toEqual(defaults.map(() => true));
  });

  it("selects one value for each column, in the same order", () => {
    const selected = listOf(text, /select (?:distinct on \(row\.id\) )?(?=\(select|row)/, " from json_to_recordset");
    const named = selected.map((value) => {
      if (value.startsWith("(select team_id")) return "team_id";
      const field = /content ->>? '(\w+)'/.exec(value)?.[1];
      if (field === undefined) return /^row\.(\w+)/.exec(value)?.[1];
      return columns.find((column) => column === (alerts as unknown as Record<string, unknown>)[field])?.name;
    });
    expect(named).toEqual(inserted);
  });

  it("reads each column from JSON with its type in the schema", () => {
    const read = listOf(text, / as row\(/, ") o").map((part) => [
      part.slice(0, part.indexOf(" ")),
      part.slice(part.indexOf(" ") + 1),
    ]);
    const expected = inserted
      .filter((column) => column !== "team_id" && read.some(([readName]) => readName === column))
      .map((column) => [column, columns.find((candidate) => candidate.name === column)?.getSQLType()])
      .map(([column, type]) => (column === "raw_payload" ? [column, "text"] : [column, type]));
    expect(read.filter(([readName]) => readName !== "content")).toEqual(expected);
  });
});

describe("the upsert of alerts", () => {
  it("updates every inserted column but the identity, under the version guard", () => {
    const text = textOf(upsertAlerts(ID, "[]"));
    const updated = listOf(text, /do update set /, " where alerts.version < excluded.version");
    const fixed = new Set(["id", "team_id", "integration_id", "alert_key"]);
    const inserted = listOf(text, /insert into alerts \(/, ") select").filter((name) => !fixed.has(name));
    // A duplicate that arrived since may have moved the last-seen time forward.
    const valueOf = (name: string) =>
      name === "last_seen_at" ? "greatest(alerts.last_seen_at, excluded.last_seen_at)" : `excluded.${name}`;
    expect(updated).toEqual([...inserted.map((name) => `${name} = ${valueOf(name)}`), "updated_at = now()"]);
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
