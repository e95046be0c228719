/**
 * `npm run db:check`: the migrations of `drizzle/` build exactly what `src/db/schema.ts` says. Both are built in scratch
 * databases and compared, so a migration edited by hand is caught as well as a forgotten one. And no migration does to a
 * version that still runs what would break or stop it: see docs/deploy/upgrade.md.
 */
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import * as schema from "../src/db/schema.ts";
import { migrateEmbedded, pgliteSql } from "./database.ts";
import { describeSchema, difference } from "./describe-schema.ts";
import { unsafeStatements } from "./migration-safety.ts";
import { readMigrations } from "./migrations.ts";
import { pgliteBackend } from "./neon-endpoint.ts";
import { Failure, run } from "./run.ts";

await run(async () => {
  const migrated = await pgliteBackend();
  await migrateEmbedded(migrated.pglite);
  const declared = await pgliteBackend();
  const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson(schema));
  // Extensions are no part of what drizzle describes.
  await pgliteSql(declared.pglite)(["create extension pg_trgm;", ...statements].join("\n"));

  const differences = difference(
    await describeSchema(pgliteSql(declared.pglite)),
    await describeSchema(pgliteSql(migrated.pglite)),
  );
  await Promise.all([migrated.close(), declared.close()]);
  if (differences.length > 0) {
    throw new Failure(
      [
        "drizzle/ does not build what src/db/schema.ts says (- missing, + not in the schema). Run: npm run db:generate",
        ...differences,
      ].join("\n"),
    );
  }
  console.log("drizzle/ builds what src/db/schema.ts says.");

  const unsafe = await unsafeStatements(readMigrations());
  if (unsafe.length > 0) {
    throw new Failure(unsafe.map(({ migration, line, why }) => `drizzle/${migration}.sql:${line} ${why}`).join("\n"));
  }
  console.log("No migration breaks or stops a version that still runs.");
});
