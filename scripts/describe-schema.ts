import type { Sql } from "./database.ts";

/**
 * What a database's `public` schema consists of, one line a thing, sorted: enums, columns, constraints, indexes.
 * Two databases agree when their lines do, whatever version of Postgres wrote them and in whatever order.
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
      -- from version 18 on NOT NULL is a constraint too; the columns tell of it
      where c.relnamespace = 'public'::regnamespace and n.contype <> 'n'
    union all
    select 'index ' || indexdef from pg_indexes where schemaname = 'public'
  `);
  return rows.map((row) => String(row.line)).toSorted();
}

/** What stands in one list only, as lines marked `-` (expected, missing) and `+` (there, not expected). */
export function difference(expected: readonly string[], actual: readonly string[]): string[] {
  return [
    ...expected.filter((line) => !actual.includes(line)).map((line) => `- ${line}`),
    ...actual.filter((line) => !expected.includes(line)).map((line) => `+ ${line}`),
  ];
}
