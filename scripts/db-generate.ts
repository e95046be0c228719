/**
 * `npm run db:generate -- [arguments of drizzle-kit generate]`: drizzle writes a migration for what changed in `src/db/schema.ts`. The first
 * one, whose name is `init` without `--name`, also gets what drizzle does not describe.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AFTER_TABLES, BEFORE_TABLES } from "./lib/undescribed-schema.ts";
import { readMigrations } from "./migrations.ts";
import { Failure, run } from "./run.ts";

const ROOT = path.join(import.meta.dirname, "..");
const FOLDER = path.join(ROOT, "drizzle");
const BREAKPOINT = "--> statement-breakpoint\n";

const firstName = (): string | undefined =>
  existsSync(path.join(FOLDER, "meta", "_journal.json")) ? readMigrations()[0]?.name : undefined;

await run(async () => {
  const given = process.argv.slice(2);
  const isFirst = firstName() === undefined;
  const isNamed = given.some((argument) => /^--name(=|$)/.test(argument));
  generate(isFirst && !isNamed ? ["--name", "init", ...given] : given);
  const first = firstName();
  if (!isFirst || first === undefined) return;
  const file = path.join(FOLDER, `${first}.sql`);
  const tables = readFileSync(file, "utf8").trimEnd();
  writeFileSync(file, `${[...BEFORE_TABLES, tables, ...AFTER_TABLES].join(BREAKPOINT)}\n`);
});

function generate(given: readonly string[]): void {
  const program = path.join(ROOT, "node_modules", ".bin", "drizzle-kit");
  const { status, signal, error } = spawnSync(program, ["generate", ...given], { cwd: ROOT, stdio: "inherit" });
  if (error) throw new Failure(`Cannot start ${program}: ${error.message}. Install it: npm ci`);
  if (status === 0) return;
  throw new Failure(
    `drizzle-kit generate ended with ${signal ?? `status ${status}`}. Correct what it says above, in src/db/schema.ts or the arguments, and try again.`,
  );
}
