/**
 * `npm run db:generate`: drizzle writes a migration for what changed in `src/db/schema.ts`. The first one also gets what drizzle
 * does not describe. Arguments go to `drizzle-kit generate`.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { AFTER_TABLES, BEFORE_TABLES } from "./lib/undescribed-schema.ts";
import { Failure, run } from "./run.ts";

const FIRST = path.join(import.meta.dirname, "..", "drizzle", "0000_init.sql");
const BREAKPOINT = "--> statement-breakpoint\n";

await run(async () => {
  const isFirst = !existsSync(FIRST);
  const name = isFirst ? ["--name", "init"] : process.argv.slice(2);
  const { status } = spawnSync("drizzle-kit", ["generate", ...name], { stdio: "inherit" });
  if (status !== 0) throw new Failure("drizzle-kit generate failed.");
  if (!isFirst) return;
  const tables = readFileSync(FIRST, "utf8").trimEnd();
  const statements = [...BEFORE_TABLES, tables, ...AFTER_TABLES];
  writeFileSync(FIRST, `${statements.join(BREAKPOINT)}\n`);
});
