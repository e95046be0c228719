/**
 * Lists that are sorted by time and filtered by fields of few values (a status, a severity), over tables of millions of
 * rows. An index of each scope holds (scope, field …, time, id); a list takes the first rows of each combination of values,
 * one short stretch of the index, and merges these streams. So no filter makes it read more than a page for each.
 */
import { and, inArray, type SQL, sql } from "drizzle-orm";
import type { PgColumn, PgTable } from "drizzle-orm/pg-core";
import type { VisibleTeams } from "../lib/principal.ts";
import { inTeams, type Order, ordered } from "./keyset.ts";
import { integrations } from "./schema.ts";

/** Of a table, what its streams are made of. */
export interface Streams {
  table: PgTable;
  id: PgColumn;
  time: PgColumn;
  teamId: PgColumn;
  integrationId: PgColumn;
}

/** A field of few values and those that a filter asks for; none: all of them. */
export interface Field {
  column: PgColumn;
  type: { enumName: string; enumValues: readonly string[] };
  values: readonly string[] | undefined;
}

/** Whose rows: the teams within visibleTeams, and of one integration if one is named. */
export interface Scope {
  visibleTeams: VisibleTeams;
  integrationId: string | undefined;
}

/**
 * Selects `id` and `at` of the first rows, in an order, that hold the conditions.
 * @param conditions beside scope and fields, on the table's columns
 */
export function first(
  order: Order,
  streams: Streams,
  scope: Scope,
  fields: readonly Field[],
  conditions: SQL | undefined,
  limit: number,
): SQL {
  const { id, time } = streams;
  const { sources, conditions: own } = streamSources(streams, scope, fields);
  return sql`select stream.id, stream.at from ${sql.join(sources, sql`, `)}, lateral (
    select ${id} as id, ${time} as at from ${streams.table}
    where ${and(...own, conditions) ?? sql`true`}
    order by ${sql.join(ordered(order, time, id), sql`, `)} limit ${limit}
  ) as stream order by ${sql.join(ordered(order, sql`stream.at`, sql`stream.id`), sql`, `)} limit ${limit}`;
}

/** Selects the values of the fields and, for each combination that has any, how many rows it has, up to a limit. */
export function counts(
  streams: Streams,
  scope: Scope,
  fields: readonly Field[],
  conditions: SQL | undefined,
  limit: number,
): SQL {
  const { sources, conditions: own } = streamSources(streams, scope, fields);
  const names = fields.map((_, at) => sql.raw(`field_${at}.value`));
  return sql`select ${sql.join(names, sql`, `)}, sum(stream.count)::int as count
    from ${sql.join(sources, sql`, `)}, lateral (
    select count(*) as count from (select 1 from ${streams.table}
    where ${and(...own, conditions) ?? sql`true`} limit ${limit}) as counted
  ) as stream where stream.count > 0 group by ${sql.join(names, sql`, `)}`;
}

/** What a stream is made for: each combination of these; and the conditions that make it one stretch of an index. */
function streamSources({ teamId, integrationId }: Streams, scope: Scope, fields: readonly Field[]) {
  const sources = fields.map(
    ({ type, values }, at) =>
      sql`${list(values ?? type.enumValues, type.enumName)} as ${sql.raw(`field_${at}(value)`)}`,
  );
  const conditions: (SQL | undefined)[] = fields.map(
    ({ column }, at) => sql`${column} = ${sql.raw(`field_${at}.value`)}`,
  );
  if (scope.integrationId !== undefined) {
    conditions.push(
      sql`${integrationId} = ${scope.integrationId}::uuid`,
      isOwned(scope.integrationId, scope.visibleTeams),
    );
  } else if (scope.visibleTeams !== "all") {
    sources.push(sql`${list(scope.visibleTeams, "uuid")} as team(id)`);
    conditions.push(sql`${teamId} = team.id`);
  }
  return { sources: sources.length === 0 ? [sql`(select) as one`] : sources, conditions };
}

/** All rows of an integration are one team's. Asked of the integration, it costs one look, and misleads no estimate. */
export const isOwned = (integrationId: string, visibleTeams: VisibleTeams): SQL | undefined =>
  visibleTeams === "all"
    ? undefined
    : sql`exists (select 1 from ${integrations} where ${integrations.id} = ${integrationId}::uuid and ${inTeams(integrations.teamId, visibleTeams)})`;

const list = (values: readonly string[], type: string): SQL =>
  sql`unnest(array[${sql.join(
    values.map((value) => sql`${value}`),
    sql`, `,
  )}]::${sql.raw(type)}[])`;

/** The same conditions for a query without streams. */
export function within(streams: Streams, scope: Scope, fields: readonly Field[]): (SQL | undefined)[] {
  return [
    ...(scope.integrationId === undefined
      ? [inTeams(streams.teamId, scope.visibleTeams)]
      : [
          sql`${streams.integrationId} = ${scope.integrationId}::uuid`,
          isOwned(scope.integrationId, scope.visibleTeams),
        ]),
    ...fields.map(({ column, values }) => values && inArray(column, [...values])),
  ];
}
