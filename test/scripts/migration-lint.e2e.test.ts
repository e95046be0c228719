/** The rules of .squawk.toml, with the linter that `npm run db:check` runs. */
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const ROOT = path.join(import.meta.dirname, "..", "..");

/** The rules that a migration breaks, with the line (from 1) of each statement. */
function lint(sql: string): [rule: string, line: number][] {
  const squawk = path.join(ROOT, "node_modules", ".bin", "squawk");
  const { stdout, status } = spawnSync(squawk, ["--reporter", "json"], { cwd: ROOT, input: sql, encoding: "utf8" });
  const found = JSON.parse(stdout) as { rule_name: string; line: number }[];
  expect(status).toBe(found.length > 0 ? 1 : 0);
  return found.map(({ rule_name: rule, line }) => [rule, line + 1]);
}

const rulesOf = (sql: string): string[] => lint(sql).map(([rule]) => rule);

it.each([
  `CREATE TABLE "notes" ("id" uuid PRIMARY KEY NOT NULL, "alert_id" uuid NOT NULL REFERENCES "alerts"("id"));
   CREATE INDEX "notes_alert_id_idx" ON "notes" ("alert_id")`,
  `ALTER TABLE "alerts" ADD COLUMN "note" text`,
  `ALTER TABLE "alerts" ADD COLUMN "seen_at" timestamp with time zone DEFAULT now() NOT NULL`,
  `ALTER TABLE "alerts" ADD COLUMN "shards" integer DEFAULT 1 NOT NULL`,
  `ALTER TABLE alerts ADD CONSTRAINT c CHECK (title <> 'x') NOT VALID`,
  `ALTER TABLE alerts VALIDATE CONSTRAINT c`,
  `ALTER TABLE alerts DROP CONSTRAINT c`,
  `ALTER TABLE alerts ALTER COLUMN title DROP NOT NULL`,
  `ALTER TYPE severity ADD VALUE 'MEDIUM'`,
  `DROP INDEX "alerts_title_idx"`,
  `INSERT INTO alerts (id, title) VALUES (gen_random_uuid(), 'DROP TABLE alerts; -- it says')`,
])("the linter allows an expanding migration: %s", (sql) => {
  expect(lint(sql)).toEqual([]);
});

it.each([
  ["ban-drop-table", `DROP TABLE IF EXISTS public.alerts CASCADE`],
  ["ban-drop-column", `ALTER TABLE "alerts" DROP COLUMN "title"`],
  ["renaming-column", `ALTER TABLE alerts RENAME COLUMN title TO heading`],
  ["renaming-table", `ALTER TABLE alerts RENAME TO incidents`],
  ["adding-required-field", `ALTER TABLE alerts ADD COLUMN b text NOT NULL`],
  ["adding-not-nullable-field", `ALTER TABLE alerts ALTER COLUMN title SET NOT NULL`],
  ["changing-column-type", `ALTER TABLE "alerts" ALTER COLUMN "title" SET DATA TYPE text`],
  ["disallowed-unique-constraint", `ALTER TABLE alerts ADD COLUMN b text UNIQUE`],
  ["require-concurrent-index-creation", `CREATE INDEX i ON alerts (title)`],
  ["require-concurrent-index-creation", `CREATE UNIQUE INDEX k ON alerts (title)`],
  ["adding-field-with-default", `ALTER TABLE alerts ADD COLUMN b uuid DEFAULT gen_random_uuid() NOT NULL`],
  ["constraint-missing-not-valid", `ALTER TABLE alerts ADD CONSTRAINT c CHECK (title <> 'x')`],
  ["adding-foreign-key-constraint", `ALTER TABLE alerts ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES teams(id)`],
  [
    "ban-concurrent-index-creation-in-transaction",
    `ALTER TABLE alerts ADD COLUMN b text; CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON alerts (b)`,
  ],
])("the linter rejects %s: %s", (rule, sql) => {
  expect(rulesOf(sql)).toContain(rule);
  expect(rulesOf(`-- not used since 0.4.0\n-- squawk-ignore ${rule}\n${sql}`)).not.toContain(rule);
});

it("the linter reports the line of each statement, and ignores only the statement after the comment", () => {
  const sql = `-- é\n-- squawk-ignore ban-drop-column\nALTER TABLE alerts DROP COLUMN a;--> statement-breakpoint
ALTER TABLE alerts DROP COLUMN b;\n\nDROP TABLE alerts`;
  expect(lint(sql)).toEqual([
    ["ban-drop-column", 4],
    ["ban-drop-table", 6],
  ]);
});

it("the linter allows the migrations of this repository", () => {
  const migrations = readdirSync(path.join(ROOT, "drizzle")).filter((name) => name.endsWith(".sql"));
  expect(migrations).toContain("0000_init.sql");
  for (const name of migrations) expect(lint(readFileSync(path.join(ROOT, "drizzle", name), "utf8"))).toEqual([]);
});
