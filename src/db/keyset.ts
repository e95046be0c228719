/** The parts that list queries share: where a page goes on, and whose rows it shows. */
import { inArray, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Reach } from "../lib/principal.ts";

/** Where a list goes on: behind this time (Unix ms) or number, and among equals behind this id. */
export interface After {
  sortedBy: number;
  id: string;
}

/** Rows of a descending list that come after a place in it. */
export const before = (time: PgColumn | SQL, id: PgColumn | SQL, after: After | null): SQL | undefined =>
  after
    ? sql`(${time}, ${id}) < (${new Date(after.sortedBy).toISOString()}::timestamptz, ${after.id}::uuid)`
    : undefined;

/** Rows that belong to a team within reach. */
export const inTeams = (teamId: PgColumn, reach: Reach): SQL | undefined =>
  reach === "everywhere" ? undefined : reach.length === 0 ? sql`false` : inArray(teamId, [...reach]);
