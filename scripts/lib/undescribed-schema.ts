/** The part of the schema that drizzle does not describe, as SQL statements. */
import { MUTING_FUNCTIONS } from "../../src/db/schema/muting.ts";

export const BEFORE_TABLES: readonly string[] = ["CREATE EXTENSION IF NOT EXISTS pg_trgm;"];

export const AFTER_TABLES: readonly string[] = [
  // Room for another version of each row, so that a repeated event need not write every index of `alerts` again.
  'ALTER TABLE "alerts" SET (fillfactor = 90);',
  ...MUTING_FUNCTIONS,
];
