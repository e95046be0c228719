/**
 * The rows that a batch writes, and the column lists of its SQL. Names and SQL types come from the schema, so that a
 * misspelled column does not compile. The queries are in write-batch.ts.
 */
import { type Column, getTableColumns, type Table } from "drizzle-orm";
import type { AlertContent } from "../alerts/event.ts";
import { alerts, type alertTimeline, type webhookDeliveries } from "./schema.ts";

type Columns<T extends Table> = T["_"]["columns"];

export type ColumnName<T extends Table> = Columns<T>[keyof Columns<T>]["_"]["name"];

/** Instants are ISO 8601 in JSON, bytes are Postgres literals. */
type JsonValue<C extends Column> =
  | (C["_"]["data"] extends Date | Uint8Array ? string : C["_"]["data"])
  | (C["_"]["notNull"] extends true ? never : null);

/** Columns of a table as a JSON object, by their names in SQL. */
export type RowJson<T extends Table, N extends ColumnName<T>> = {
  [C in Columns<T>[keyof Columns<T>] as C["_"]["name"] & N]: JsonValue<C>;
};

/** The columns of a delivery that the edge fills. */
export const REQUEST_COLUMNS = [
  "headers",
  "content_type",
  "source_ip",
  "body_bytes",
  "is_body_cut",
  "received_at",
] as const satisfies readonly ColumnName<typeof webhookDeliveries>[];

export type RequestColumns = RowJson<typeof webhookDeliveries, (typeof REQUEST_COLUMNS)[number]>;

/** The columns of a delivery that the integration's object fills once it has decided. */
export const DECISION_COLUMNS = [
  "id",
  "integration_id",
  "sequence",
  "status",
  "status_code",
  "alert_id",
  "events",
  "reason",
  "decision",
  "error",
  "idempotency_key",
  "content_fingerprint",
  "duplicate_of",
  "replay_of",
] as const satisfies readonly ColumnName<typeof webhookDeliveries>[];

export type DecisionColumns = RowJson<typeof webhookDeliveries, (typeof DECISION_COLUMNS)[number]>;

/** The columns of a delivery that hold its body: one of them, or none for an empty body. */
export const BODY_COLUMNS = ["raw_payload", "raw_body"] as const satisfies readonly ColumnName<
  typeof webhookDeliveries
>[];

/** The columns of an alert that are sent one by one. */
export const ALERT_COLUMNS = [
  "id",
  "integration_id",
  "alert_key",
  "severity",
  "status",
  "occurrences",
  "triggered_at",
  "last_seen_at",
  "acknowledged_at",
  "acknowledged_by",
  "acknowledged_by_name",
  "resolved_at",
  "closed_at",
  "snoozed_until",
  "version",
] as const satisfies readonly ColumnName<typeof alerts>[];

/** An alert without its content, which is sent beside it as AlertContent. */
export type AlertRowJson = RowJson<typeof alerts, (typeof ALERT_COLUMNS)[number]>;

/** The columns of an alert that a duplicate delivery changes. */
export const SEEN_COLUMNS = ["id", "last_seen_at"] as const satisfies readonly ColumnName<typeof alerts>[];

export type SeenRowJson = RowJson<typeof alerts, (typeof SEEN_COLUMNS)[number]>;

/** The columns of an alert that are read from its content, by their names there. */
const CONTENT_FIELDS = {
  externalId: true,
  title: true,
  description: true,
  source: true,
  url: true,
  metadata: true,
} satisfies Record<keyof AlertContent, true>;

export const CONTENT_COLUMNS = Object.keys(CONTENT_FIELDS).map((key) => {
  const field = key as keyof AlertContent;
  const column = alerts[field];
  const isJson = column.getSQLType() === "jsonb";
  return { name: column.name, value: isJson ? `(content -> '${field}')::jsonb` : `content ->> '${field}'` };
});

/** The columns of an alert that keep the value they were inserted with. */
export const FIXED_ALERT_COLUMNS: ReadonlySet<string> = new Set([
  "id",
  "integration_id",
  "alert_key",
] as const satisfies readonly ColumnName<typeof alerts>[]);

export const TIMELINE_COLUMNS = [
  "id",
  "alert_id",
  "delivery_id",
  "type",
  "actor",
  "actor_name",
  "version",
  "status",
  "severity",
  "changes",
  "note",
  "occurred_at",
  "recorded_at",
] as const satisfies readonly ColumnName<typeof alertTimeline>[];

export type TimelineRowJson = RowJson<typeof alertTimeline, (typeof TIMELINE_COLUMNS)[number]>;

/** The lists of an `insert into … (insert) select (select) from json_to_recordset(…) as row(record)`. */
export interface ColumnLists {
  insert: string;
  select: string;
  record: string;
}

/**
 * The column lists that insert these columns of a table from JSON.
 * @param overrides columns whose JSON has another type, with the expression for their value
 */
export function columnLists<T extends Table, const N extends ColumnName<T>>(
  table: T,
  names: readonly N[],
  overrides: { [K in N]?: { type: string; value: string } } = {},
): ColumnLists {
  const types = new Map(Object.values(getTableColumns(table)).map((column) => [column.name, column.getSQLType()]));
  return {
    insert: names.join(", "),
    select: names.map((name) => overrides[name]?.value ?? `row.${name}`).join(", "),
    record: names.map((name) => `${name} ${overrides[name]?.type ?? types.get(name)}`).join(", "),
  };
}
