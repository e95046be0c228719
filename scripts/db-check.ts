/**
 * Part of `npm run db:check`: the migrations in `drizzle/` build the schema of `src/db/schema.ts`. Both are built in scratch
 * databases and compared, which also finds migrations that were edited by hand. The other part lints the migrations.
 */
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import * as schema from "../src/db/schema.ts";
import { MUTING_FUNCTIONS } from "../src/db/schema/muting.ts";
import { migrateEmbedded, pgliteSql } from "./database.ts";
import { describeScratch, difference } from "./describe-schema.ts";
import { Failure, run } from "./run.ts";

/** What drizzle does not describe, so that migrations need it by hand. */
const EXTENSION = "create extension pg_trgm;";
/** Room for another version of each row, so that a repeated event need not write every index of `alerts` again. */
const STORAGE = "alter table alerts set (fillfactor = 90);";

await run(async () => {
  const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson(schema));
  const declared = await describeScratch((pglite) =>
    pgliteSql(pglite)([EXTENSION, ...statements, STORAGE, ...MUTING_FUNCTIONS].join("\n")),
  );
  const migrated = await describeScratch(migrateEmbedded);
  const differences = difference(declared, migrated);
  if (differences.length > 0) {
    throw new Failure(
      [
        "drizzle/ does not build the schema of src/db/schema.ts. Run: npm run db:generate. Functions are in src/db/schema/muting.ts.",
        "(- missing in drizzle/, + missing in the schema)",
        ...differences,
      ].join("\n"),
    );
  }
  console.log("drizzle/ builds the schema of src/db/schema.ts.");
});
