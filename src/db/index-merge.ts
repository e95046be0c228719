/**
 * Queries for lists that are sorted by time and filtered by fields with few values (status, severity), on tables with
 * millions of rows. Each scope has an index on (scope, field …, time, id). The query reads the first rows of one index range
 * for each combination of values and merges the ranges, so that no filter reads more than one page from each.
 */
import { and, inArray, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { isOneIntegration, type Teams, type VisibleTeams } from "../lib/principal.ts";
import { inTeams, type Order, orderBy } from "./keyset.ts";
import { integrations } from "./schema.ts";

/** A table with such indexes, and the columns that they share. */
export interface IndexedTable {
  table: PgTable;
  id: PgColumn;
  time: PgColumn;
  teamId: PgColumn;
  integrationId: PgColumn;
}

/** A field with few values. */
export interface Field {
  column: PgColumn;
  type: { enumName: string; enumValues: readonly string[] };
  /** The values that the filter names; undefined: all values. */
  values: readonly string[] | undefined;
}

/** The rows of teams, or of one integration if it belongs to one of them. */
export interface Scope {
  visibleTeams: Teams;
  integrationId: string | undefined;
}

/** The visible rows, of one integration if it is given. */
export function scopeOf(visibleTeams: VisibleTeams, integrationId: string | undefined): Scope {
  if (!isOneIntegration(visibleTeams)) return { visibleTeams, integrationId };
  const isOther = integrationId !== undefined && integrationId.toLowerCase() !== visibleTeams.integrationId;
  return { visibleTeams: isOther ? [] : visibleTeams.teams, integrationId: visibleTeams.integrationId };
}

/**
 * Selects `id` and `at` of the first rows that match.
 * @param conditions on columns of the table, besides scope and fields
 */
export function selectFirst(
  order: Order,
  indexed: IndexedTable,
  scope: Scope,
  fields: readonly Field[],
  conditions: SQL | undefined,
  limit: number,
): SQL {
  const { id, time } = indexed;
  const { sources, conditions: inRange } = indexRanges(indexed, scope, fields);
  return sql`select part.id, part.at from ${sql.join(sources, sql`, `)}, lateral (
    select ${id} as id, ${time} as at from ${indexed.table}
    where ${and(...inRange, conditions) ?? sql`true`}
    order by ${sql.join(orderBy(order, time, id), sql`, `)} limit ${limit}
  ) as part order by ${sql.join(orderBy(order, sql`part.at`, sql`part.id`), sql`, `)} limit ${limit}`;
}

/**
 * Selects the number of rows for each combination of field values that has any.
 * @param limit where counting stops in each index range
 */
export function selectCounts(
  indexed: IndexedTable,
  scope: Scope,
  fields: readonly Field[],
  conditions: SQL | undefined,
  limit: number,
): SQL {
  const { sources, conditions: inRange } = indexRanges(indexed, scope, fields);
  const names = sql.join(
    fields.map((_, at) => valueOf(at)),
    sql`, `,
  );
  return sql`select ${names}, sum(part.count)::int as count
    from ${sql.join(sources, sql`, `)}, lateral (
    select count(*) as count from (select 1 from ${indexed.table}
    where ${and(...inRange, conditions) ?? sql`true`} limit ${limit}) as counted
  ) as part where part.count > 0 group by ${names}`;
}

/** The sources whose cross product has one row for each index range, and the conditions that select one range. */
function indexRanges({ teamId, integrationId }: IndexedTable, scope: Scope, fields: readonly Field[]) {
  const sources = fields.map(
    ({ type, values }, at) =>
      sql`${unnest(values ?? type.enumValues, type.enumName)} as ${sql.raw(`field_${at}(value)`)}`,
  );
  const conditions: (SQL | undefined)[] = fields.map(({ column }, at) => sql`${column} = ${valueOf(at)}`);
  if (scope.integrationId !== undefined) {
    conditions.push(
      sql`${integrationId} = ${scope.integrationId}::uuid`,
      isIntegrationVisible(scope.integrationId, scope.visibleTeams),
    );
  } else if (scope.visibleTeams !== "all") {
    sources.push(sql`${unnest(scope.visibleTeams, "uuid")} as team(id)`);
    conditions.push(sql`${teamId} = team.id`);
  }
  return { sources: sources.length === 0 ? [sql`(select) as one`] : sources, conditions };
}

const valueOf = (field: number): SQL => sql.raw(`field_${field}.value`);

/**
 * Whether an integration belongs to a visible team; undefined: it does. All rows of an integration have its team. A
 * condition on the rows instead would cost a check of each row and mislead the planner's estimates.
 */
export const isIntegrationVisible = (integrationId: string, visibleTeams: Teams): SQL | undefined =>
  visibleTeams === "all"
    ? undefined
    : sql`exists (select 1 from ${integrations} where ${integrations.id} = ${integrationId}::uuid and ${inTeams(integrations.teamId, visibleTeams)})`;

const unnest = (values: readonly string[], type: string): SQL =>
  sql`unnest(array[${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )}]::${sql.raw(type)}[])`;

/** The conditions of scope and fields for a query that does not merge index ranges. */
export function scopeConditions(indexed: IndexedTable, scope: Scope, fields: readonly Field[]): (SQL | undefined)[] {
  return [
    ...(scope.integrationId === undefined
      ? [inTeams(indexed.teamId, scope.visibleTeams)]
      : [
          sql`${indexed.integrationId} = ${scope.integrationId}::uuid`,
          isIntegrationVisible(scope.integrationId, scope.visibleTeams),
        ]),
    ...fields.map(({ column, values }) => values && inArray(column, [...values])),
  ];
}
