/** The parts that list queries share: where a page goes on, and whose rows it shows. */
import { asc, desc, inArray, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { VisibleTeams } from "../lib/principal.ts";

/** Where a list goes on: behind this time (Unix ms) or number, and among equals behind this id. */
export interface After {
  sortedBy: number;
  id: string;
}

/** In which order a list goes through time; among equals, their ids go the same way. */
export type Order = "newest first" | "oldest first";

/** Rows of a list that come after a place in it. */
export const beyond = (order: Order, time: PgColumn | SQL, id: PgColumn | SQL, after: After | null): SQL | undefined =>
  after
    ? sql`(${time}, ${id}) ${sql.raw(order === "newest first" ? "<" : ">")} (${new Date(after.sortedBy).toISOString()}::timestamptz, ${after.id}::uuid)`
    : undefined;

/** As beyond, for lists that show the newest first. */
export const before = (time: PgColumn | SQL, id: PgColumn | SQL, after: After | null): SQL | undefined =>
  beyond("newest first", time, id, after);

/** By what a list is ordered. */
export const ordered = (order: Order, time: PgColumn | SQL, id: PgColumn | SQL): SQL[] =>
  [time, id].map((column) => (order === "newest first" ? desc(column) : asc(column)));

/** Rows that belong to a team within visibleTeams. */
export const inTeams = (teamId: PgColumn, visibleTeams: VisibleTeams): SQL | undefined =>
  visibleTeams === "all" ? undefined : visibleTeams.length === 0 ? sql`false` : inArray(teamId, [...visibleTeams]);
