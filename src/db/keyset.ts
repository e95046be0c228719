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
  [time, id].map((column) => (order === "newest first" ? desc(column) : asc(column)));

/** The rows that belong to a visible team and to no integration; undefined: all rows. */
export function inTeams(teamId: PgColumn, visibleTeams: VisibleTeams): SQL | undefined {
  if (visibleTeams === "all") return undefined;
  return isOneIntegration(visibleTeams) || visibleTeams.length === 0 ? sql`false` : inArray(teamId, [...visibleTeams]);
}

/** The visible rows of integrations; undefined: all rows. */
export const isVisible = (
  { teamId, integrationId }: { teamId: PgColumn; integrationId: PgColumn },
  visibleTeams: VisibleTeams,
): SQL | undefined =>
  isOneIntegration(visibleTeams)
    ? and(eq(integrationId, visibleTeams.integrationId), inTeams(teamId, visibleTeams.teams))
    : inTeams(teamId, visibleTeams);
