/** Compares the schemas of two databases. */
import type { PGlite } from "@electric-sql/pglite";
import { pgliteSql, type Sql } from "./database.ts";
import { pgliteBackend } from "./neon-endpoint.ts";

/**
 * Describes the `public` schema of a database, one line for each enum, column, constraint, index, function and table with
 * storage parameters, sorted. The lines of two databases with the same schema are equal, also with different versions of Postgres.
 */
export async function describeSchema(sql: Sql): Promise<string[]> {
  const rows = await sql(`
    select 'enum ' || t.typname || ' (' || string_agg(e.enumlabel, ', ' order by e.enumsortorder) || ')' as line
      from pg_type t join pg_enum e on e.enumtypid = t.oid
      where t.typnamespace = 'public'::regnamespace group by t.typname
    union all
    select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
        || case when a.attnotnull then ' not null' else '' end
        || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and a.attnum > 0 and not a.attisdropped
    union all
    select 'constraint ' || c.relname || '.' || n.conname || ' ' || pg_get_constraintdef(n.oid)
      from pg_constraint n join pg_class c on c.oid = n.conrelid
      -- NOT NULL is a constraint since version 18; the lines of columns have it
      where c.relnamespace = 'public'::regnamespace and n.contype <> 'n'
    union all
    select 'index ' || indexdef from pg_indexes where schemaname = 'public'
    union all
    select 'storage ' || relname || ' ' || array_to_string(reloptions, ', ') from pg_class
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and reloptions is not null
    union all
    select 'function ' || pg_get_functiondef(p.oid) from pg_proc p
      where p.pronamespace = 'public'::regnamespace
        and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
  `);
  return rows.map((row) => String(row.line)).toSorted();
}

/** Describes a scratch database after `build`. */
export async function describeScratch(build: (pglite: PGlite) => Promise<unknown>): Promise<string[]> {
  const { pglite, close } = await pgliteBackend();
  await build(pglite);
  const lines = await describeSchema(pgliteSql(pglite));
  await close();
  return lines;
}

/** The lines that are in one list only: `-` in `expected`, `+` in `actual`. */
export function difference(expected: readonly string[], actual: readonly string[]): string[] {
  return [
    ...expected.filter((line) => !actual.includes(line)).map((line) => `- ${line}`),
    ...actual.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
  ];
}
