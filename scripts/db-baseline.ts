/**
 * `npm run db:baseline`: adopts a database that has the tables of the first migration but no migration history. Records that
 * migration as applied if the tables are the same; otherwise prints the differences.
 */
import { HISTORY, pgliteSql, type Sql, withSql } from "./database.ts";
import { describeSchema, describeScratch, difference } from "./describe-schema.ts";
import { lockStateDirectory } from "./lock.ts";
import { type Migration, readMigrations } from "./migrations.ts";
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
  console.log(`Recorded ${first.name} as applied. Now run: npm run db:migrate`);
});

async function baseline(sql: Sql, first: Migration): Promise<void> {
  const [history] = await sql("select to_regclass($1) as name", [HISTORY]);
  if (history?.name && (await sql(`select 1 from ${HISTORY} limit 1`)).length > 0) {
    throw new Failure("This database has a migration history. Run: npm run db:migrate");
  }
  const expected = await describeScratch((pglite) => pgliteSql(pglite)(first.sql));
  const differences = difference(expected, await describeSchema(sql));
  if (differences.length > 0) {
    throw new Failure(
      ["The tables differ from those of the first migration (- missing, + not expected):", ...differences].join("\n"),
    );
  }
  // One text is one transaction. The table is that of drizzle's migrator.
  await sql(`
    create schema if not exists drizzle;
    create table if not exists ${HISTORY} (id serial primary key, hash text not null, created_at bigint);
    insert into ${HISTORY} (hash, created_at) values ('${first.hash}', ${first.createdAt});
  `);
}
