/**
 * Part of `npm run db:check`: the migrations in `drizzle/` build the schema of `src/db/schema.ts`. Both are built in scratch
 * databases and compared, which also finds migrations that were edited by hand. The other part lints the migrations.
 */
import { generateDrizzleJson, generateMigration } from "drizzle-kit/api";
import * as schema from "../src/db/schema.ts";
import { migrateEmbedded, pgliteSql } from "./database.ts";
import { describeScratch, difference } from "./describe-schema.ts";
import { AFTER_TABLES, BEFORE_TABLES } from "./lib/undescribed-schema.ts";
import { Failure, run } from "./run.ts";

await run(async () => {
  const statements = await generateMigration(generateDrizzleJson({}), generateDrizzleJson(schema));
  const declared = await describeScratch((pglite) =>
    pgliteSql(pglite)([...BEFORE_TABLES, ...statements, ...AFTER_TABLES].join("\n")),
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
