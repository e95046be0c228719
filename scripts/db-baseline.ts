/**
 * `npm run db:baseline`: adopts a database that has the tables of the first migration but no history of migrations:
 * marks that migration as applied, once it is certain that the tables are the same. Refuses with the difference otherwise.
 */
import { type Sql, HISTORY, pgliteSql, withSql } from "./database.ts";
import { describeSchema, difference } from "./describe-schema.ts";
import { lockStateDirectory } from "./lock.ts";
import { type Migration, readMigrations } from "./migrations.ts";
import { pgliteBackend } from "./neon-endpoint.ts";
import { Failure, run, settings } from "./run.ts";

await run(async () => {
  const { databaseUrl, stateDirectory } = settings();
  const [first] = readMigrations();
  if (!first) throw new Failure("drizzle/ has no migration");
  const unlock = databaseUrl ? undefined : await lockStateDirectory(stateDirectory);
  try {
    await withSql(databaseUrl, stateDirectory, (sql) => baseline(sql, first));
  } finally {
    await unlock?.();
  }
  console.log(`Marked ${first.name} as applied. Now run: npm run db:migrate`);
});

async function baseline(sql: Sql, first: Migration): Promise<void> {
  const [history] = await sql("select to_regclass($1) as name", [HISTORY]);
  if (history?.name && (await sql(`select 1 from ${HISTORY} limit 1`)).length > 0) {
    throw new Failure("This database has a history of migrations: run npm run db:migrate.");
  }
  const differences = difference(await schemaAfter(first), await describeSchema(sql));
  if (differences.length > 0) {
    throw new Failure(
      ["The tables are not those of the first migration (- missing, + not expected):", ...differences].join("\n"),
    );
  }
  // One text, so one transaction; the form is that of drizzle's migrator.
  await sql(`
    create schema if not exists drizzle;
    create table if not exists ${HISTORY} (id serial primary key, hash text not null, created_at bigint);
    insert into ${HISTORY} (hash, created_at) values ('${first.hash}', ${first.createdAt});
  `);
}

/** What a database looks like that has had this migration and nothing else. */
async function schemaAfter(migration: Migration): Promise<string[]> {
  const { pglite, close } = await pgliteBackend();
  const sql = pgliteSql(pglite);
  await sql(migration.sql);
  const lines = await describeSchema(sql);
  await close();
  return lines;
}
