/** Keyset pagination: the conditions and orders that list queries share. How a cursor is encoded is in src/api/pagination.ts. */
import { and, asc, desc, eq, inArray, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { isOneIntegration, type VisibleTeams } from "../lib/principal.ts";

/** The position of a row in a list. */
export interface Position {
  /** The value that the list is sorted by: a time in Unix ms, or a number. */
  sortedBy: number;
  /** Orders rows with equal values. */
  id: string;
  /** What the list is sorted by before `sortedBy`, if anything. */
  rank?: string;
}

/** The position of the row with this id. No row comes after an unknown id. */
export interface RowPosition {
  rowId: string;
}

/** The order of a list by time; rows with equal times are ordered by id in the same direction. */
export type Order = "newest first" | "oldest first";

/** The rows after a position; undefined: all rows. */
export function isAfter(
  order: Order,
  time: PgColumn,
  id: PgColumn,
  position: Position | RowPosition | null,
): SQL | undefined {
  if (position === null) return undefined;
  const start =
    "rowId" in position
      ? sql`(select ${time}, ${id} from ${id.table} where ${id} = ${position.rowId}::uuid)`
      : sql`(${new Date(position.sortedBy).toISOString()}::timestamptz, ${position.id}::uuid)`;
  return sql`(${time}, ${id}) ${sql.raw(order === "newest first" ? "<" : ">")} ${start}`;
}

/** The rows after a position in a list that shows the newest first. */
export const isOlder = (time: PgColumn, id: PgColumn, position: Position | null): SQL | undefined =>
  isAfter("newest first", time, id, position);

/** The ORDER BY expressions of an order. */
export const orderBy = (order: Order, time: PgColumn | SQL, id: PgColumn | SQL): SQL[] =>
  [time, id].map((column) => directed(order, column));

/** The ORDER BY expression of one column. */
export const directed = (order: Order, column: PgColumn | SQL): SQL =>
  order === "newest first" ? desc(column) : asc(column);

export const reverseOf = (order: Order): Order => (order === "newest first" ? "oldest first" : "newest first");

/** The rows that belong to a visible team and to no integration; undefined: all rows. */
export function inTeams(teamId: PgColumn, visibleTeams: VisibleTeams): SQL | undefined {
  if (visibleTeams === "all") return undefined;
  return isOneOf(teamId, isOneIntegration(visibleTeams) ? [] : visibleTeams);
}

/** The visible rows of integrations; undefined: all rows. */
export const isVisible = (
  { teamId, integrationId }: { teamId: PgColumn; integrationId: PgColumn },
  visibleTeams: VisibleTeams,
): SQL | undefined =>
  isOneIntegration(visibleTeams)
    ? and(eq(integrationId, visibleTeams.integrationId), inTeams(teamId, visibleTeams.teams))
    : inTeams(teamId, visibleTeams);

/** The rows with one of these values; undefined: all rows. */
export const isOneOf = (column: PgColumn | SQL, values: readonly string[] | undefined): SQL | undefined =>
  values && (values.length === 0 ? sql`false` : inArray(sql`${column}`, [...values]));
