/**
 * Queries for lists that are sorted by time and filtered by fields with few values (status, severity), on tables with
 * millions of rows. Each scope has an index on (scope, field …, time, id). The query reads the first rows of one index range
 * for each combination of values and merges the ranges, so that no filter reads more than one page from each.
 */
import { and, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import { isOneIntegration, type Teams, type VisibleTeams } from "../lib/principal.ts";
import { directed, inTeams, isOneOf, type Order, orderBy, reverseOf } from "./keyset.ts";
import { integrations } from "./schema.ts";

/** A table with such indexes, and the columns that they share. */
export interface IndexedTable {
  table: PgTable;
  id: PgColumn;
  time: PgColumn;
  /** The column that the indexes have in place of the time, which rises with it: the hour. */
  hour?: PgColumn;
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

/** The rows of teams, or of some integrations if they belong to one of them. */
export interface Scope {
  visibleTeams: Teams;
  /** Undefined: all integrations. */
  integrationIds: readonly string[] | undefined;
}

/** Whether a scope has the rows of all teams and integrations. */
export const isEverything = ({ visibleTeams, integrationIds }: Scope): boolean =>
  visibleTeams === "all" && integrationIds === undefined;

/** The visible rows, of some integrations if they are given. */
export function scopeOf(visibleTeams: VisibleTeams, integrationIds: readonly string[] | undefined): Scope {
  if (!isOneIntegration(visibleTeams)) return { visibleTeams, integrationIds };
  const { integrationId, teams } = visibleTeams;
  const isNamed = integrationIds?.some((id) => id.toLowerCase() === integrationId) ?? true;
  return { visibleTeams: isNamed ? teams : [], integrationIds: [integrationId] };
}

/**
 * Selects `id` and `at` of the first rows that match.
 * @param conditions on columns of the table, besides scope and fields
 * @param ranked the number of the field that the list is sorted by before the time: its first value first, in the order "newest first"
 */
export function selectFirst(
  order: Order,
  indexed: IndexedTable,
  scope: Scope,
  fields: readonly Field[],
  conditions: SQL | undefined,
  limit: number,
  ranked?: number,
): SQL {
  const { id, time, hour } = indexed;
  const { sources, conditions: inRange } = indexRanges(indexed, scope, fields);
  const inner = [...(hour ? [directed(order, hour)] : []), ...orderBy(order, time, id)];
  const outer = [
    ...(ranked === undefined ? [] : [directed(reverseOf(order), valueOf(ranked))]),
    ...orderBy(order, sql`part.at`, sql`part.id`),
  ];
  return sql`select part.id, part.at from ${sql.join(sources, sql`, `)}, lateral (
    select ${id} as id, ${time} as at from ${indexed.table}
    where ${and(...inRange, conditions) ?? sql`true`}
    order by ${sql.join(inner, sql`, `)} limit ${limit}
  ) as part order by ${sql.join(outer, sql`, `)} limit ${limit}`;
}

/**
 * Selects the number of rows for each combination of field values that has any. The newest are counted: the order makes Postgres read the
 * range of the index, where a scan of the table would look long for rare combinations.
 * @param limit where counting stops in each index range
 * @param flag rows for which it is true are also counted apart. It stops no count, so that rare rows need not be searched
 */
export function selectCounts(
  indexed: IndexedTable,
  scope: Scope,
  fields: readonly Field[],
  conditions: SQL | undefined,
  limit: number,
  flag: SQL = sql`false`,
): SQL {
  const { sources, conditions: inRange } = indexRanges(indexed, scope, fields);
  const order = sql.join(orderBy("newest first", indexed.time, indexed.id), sql`, `);
  const names = sql.join(
    fields.map((_, at) => valueOf(at)),
    sql`, `,
  );
  return sql`select ${names}, sum(part.count)::int as count, sum(part.flagged)::int as flagged
    from ${sql.join(sources, sql`, `)}, lateral (
    select count(*) as count, count(*) filter (where counted.flag) as flagged from (select ${flag} as flag from ${indexed.table}
    where ${and(...inRange, conditions) ?? sql`true`} order by ${order} limit ${limit}) as counted
  ) as part where part.count > 0 group by ${names}`;
}

/** The sources whose cross product has one row for each index range, and the conditions that select one range. */
function indexRanges({ teamId, integrationId }: IndexedTable, scope: Scope, fields: readonly Field[]) {
  const sources = fields.map(
    ({ type, values }, at) =>
      sql`${unnest(values ?? type.enumValues, type.enumName)} as ${sql.raw(`field_${at}(value)`)}`,
  );
  const conditions: (SQL | undefined)[] = fields.map(({ column }, at) => sql`${column} = ${valueOf(at)}`);
  const [integration, ...others] = scope.integrationIds ?? [];
  if (integration !== undefined && others.length === 0) {
    conditions.push(
      sql`${integrationId} = ${integration}::uuid`,
      isIntegrationVisible(integration, scope.visibleTeams),
    );
  } else if (scope.integrationIds) {
    sources.push(sql`(${selectVisible(scope.integrationIds, scope.visibleTeams)}) as integration(id)`);
    conditions.push(sql`${integrationId} = integration.id`);
  } else if (scope.visibleTeams !== "all") {
    sources.push(sql`${unnest(scope.visibleTeams, "uuid")} as team(id)`);
    conditions.push(sql`${teamId} = team.id`);
  }
  return { sources: sources.length === 0 ? [sql`(select) as one`] : sources, conditions };
}

/** The value of a field in the index range. */
export const valueOf = (field: number): SQL => sql.raw(`field_${field}.value`);

/**
 * Whether an integration belongs to a visible team; undefined: it does. All rows of an integration have its team. A
 * condition on the rows instead would cost a check of each row and mislead the planner's estimates.
 */
const isIntegrationVisible = (integrationId: string, visibleTeams: Teams): SQL | undefined =>
  visibleTeams === "all"
    ? undefined
    : sql`exists (select 1 from ${integrations} where ${integrations.id} = ${integrationId}::uuid and ${inTeams(integrations.teamId, visibleTeams)})`;

/** Selects the ids of those integrations that belong to a visible team. */
const selectVisible = (integrationIds: readonly string[], visibleTeams: Teams): SQL =>
  sql`select ${integrations.id} from ${integrations}
    where ${and(isOneOf(integrations.id, integrationIds), inTeams(integrations.teamId, visibleTeams))}`;

const unnest = (values: readonly string[], type: string): SQL =>
  sql`unnest(array[${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )}]::${sql.raw(type)}[])`;

/** The conditions of scope and fields for a query that does not merge index ranges. */
export function scopeConditions(indexed: IndexedTable, scope: Scope, fields: readonly Field[]): (SQL | undefined)[] {
  const [integration, ...others] = scope.integrationIds ?? [];
  return [
    ...(integration !== undefined && others.length === 0
      ? [sql`${indexed.integrationId} = ${integration}::uuid`, isIntegrationVisible(integration, scope.visibleTeams)]
      : [isOneOf(indexed.integrationId, scope.integrationIds), inTeams(indexed.teamId, scope.visibleTeams)]),
    ...fields.map(({ column, values }) => isOneOf(column, values)),
  ];
}
