import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { unsafeStatements } from "../../scripts/migration-safety.ts";
import { readMigrations } from "../../scripts/migrations.ts";

const FIRST = `
CREATE TYPE "severity" AS ENUM('HIGH', 'LOW');--> statement-breakpoint
CREATE TABLE "alerts" ("id" uuid PRIMARY KEY NOT NULL, "title" text NOT NULL, CONSTRAINT "alerts_title_check" CHECK (title <> ''));
CREATE INDEX "alerts_title_idx" ON "alerts" ("title");
CREATE UNIQUE INDEX "alerts_title_key" ON "alerts" ("title");`;

const after = (sql: string) =>
  unsafeStatements([
    { name: "0000_first", sql: FIRST },
    { name: "0001_next", sql },
  ]);
const harms = async (sql: string) => (await after(sql)).map(({ harm }) => harm);

const HARMLESS = [
  `CREATE TABLE "notes" ("id" uuid PRIMARY KEY NOT NULL, "alert_id" uuid NOT NULL REFERENCES "alerts"("id"))`,
  `CREATE TABLE own (id int); CREATE UNIQUE INDEX own_key ON own (id); ALTER TABLE own ADD COLUMN b text NOT NULL; UPDATE own SET b = 'x'; DROP TABLE own`,
  `ALTER TABLE "alerts" ADD COLUMN "note" text`,
  `ALTER TABLE "alerts" ADD COLUMN "seen_at" timestamp with time zone DEFAULT now() NOT NULL`,
  `ALTER TABLE "alerts" ADD COLUMN "shards" integer DEFAULT 1 NOT NULL`,
  `ALTER TABLE alerts ADD CONSTRAINT c CHECK (title <> 'x') NOT VALID`,
  `ALTER TABLE alerts VALIDATE CONSTRAINT alerts_title_check`,
  `ALTER TABLE alerts DROP CONSTRAINT alerts_title_check`,
  `ALTER TABLE alerts ALTER COLUMN title DROP NOT NULL`,
  `ALTER TABLE alerts ALTER COLUMN title SET DEFAULT 'x'`,
  `ALTER TYPE severity ADD VALUE 'MEDIUM'`,
  `CREATE INDEX IF NOT EXISTS i ON alerts (title)`,
  `DROP INDEX "alerts_title_idx"`,
  `INSERT INTO alerts (id, title) VALUES (gen_random_uuid(), 'DROP TABLE alerts; -- it says')`,
  `COMMENT ON TABLE alerts IS 'drop column'`,
  `CREATE TYPE word AS ENUM ('a')`,
];

const BREAKING = [
  `DROP TABLE "alerts"`,
  `drop table if exists public.alerts cascade`,
  `DROP TYPE severity`,
  `DROP INDEX alerts_title_key`,
  `DROP EXTENSION pg_trgm`,
  `ALTER TABLE "alerts" DROP COLUMN "title"`,
  `ALTER TABLE alerts RENAME COLUMN title TO heading`,
  `ALTER TABLE alerts RENAME TO incidents`,
  `ALTER TABLE alerts RENAME title TO heading`,
  `ALTER TYPE severity RENAME TO weight`,
  `ALTER TYPE severity RENAME VALUE 'HIGH' TO 'GRAVE'`,
  `ALTER TABLE alerts ADD COLUMN b text NOT NULL`,
  `ALTER TABLE alerts ADD COLUMN b text UNIQUE`,
  `ALTER TABLE alerts ALTER COLUMN title SET NOT NULL`,
  `ALTER TABLE "alerts" ALTER COLUMN "title" SET DATA TYPE varchar(20)`,
  `ALTER TABLE alerts ALTER title DROP DEFAULT`,
  `ALTER TABLE alerts ADD CONSTRAINT k UNIQUE (title)`,
  `ALTER TABLE alerts DROP CONSTRAINT alerts_pkey`,
  `CREATE UNIQUE INDEX k ON alerts (title)`,
  `ALTER TABLE alerts ENABLE ROW LEVEL SECURITY`,
  `TRUNCATE alerts`,
  `DO $$ BEGIN DROP TABLE alerts; END $$`,
];

const LOCKING = [
  `CREATE INDEX i ON alerts (title)`,
  `ALTER TABLE alerts ADD COLUMN b uuid DEFAULT gen_random_uuid() NOT NULL`,
  `ALTER TABLE alerts ADD COLUMN b text DEFAULT coalesce(md5(random()::text), '')`,
  `ALTER TABLE alerts ADD COLUMN n bigserial`,
  `ALTER TABLE alerts ADD COLUMN n integer GENERATED ALWAYS AS (length(title)) STORED`,
  `ALTER TABLE alerts ADD CONSTRAINT c CHECK (title <> 'x')`,
  `ALTER TABLE alerts ADD CONSTRAINT f FOREIGN KEY (id) REFERENCES alerts(id)`,
  `UPDATE alerts SET title = 'x'`,
  `DELETE FROM alerts`,
];

describe("A migration", () => {
  it.each(HARMLESS)("may add what an older version need not know: %s", async (sql) => {
    expect(await after(sql)).toEqual([]);
  });

  it.each(BREAKING)("is refused where an older version may fail on it: %s", async (sql) => {
    expect(await harms(sql)).toEqual(["breaks"]);
    expect(await harms(`-- contract: 0.2.0\n${sql}`)).toEqual([]);
    expect(await harms(`-- locks: it is small\n${sql}`)).toEqual(["breaks"]);
  });

  it.each(LOCKING)("is refused where it holds up a table for as long as that is large: %s", async (sql) => {
    expect(await harms(sql)).toEqual(["locks"]);
    expect(await harms(`-- locks: it is small\n${sql}`)).toEqual([]);
    expect(await harms(`-- contract: 0.2.0\n${sql}`)).toEqual(["locks"]);
  });

  it("cannot build an index concurrently, whatever a comment says", async () => {
    const sql = "-- locks: no\n-- contract: 0.2.0\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON alerts (title)";
    expect(await harms(sql)).toEqual(["fails"]);
  });

  it("is judged a part at a time, and told in which line, after text of any length", async () => {
    const sql = `-- é\nALTER TABLE alerts\n  ADD COLUMN b text NOT NULL, DROP COLUMN title;\n\n-- ✓\nDROP TABLE alerts`;
    expect((await after(sql)).map(({ migration, line, harm }) => [migration, line, harm])).toEqual([
      ["0001_next", 2, "breaks"],
      ["0001_next", 2, "breaks"],
      ["0001_next", 6, "breaks"],
    ]);
  });

  it("requireScope the version and the reason in its marks", async () => {
    for (const mark of ["-- contract:", "-- contract: soon", "-- contract: 0.2", "/* -- contract */"]) {
      expect(await harms(`${mark}\nDROP TABLE alerts`)).toEqual(["breaks"]);
    }
    expect(await harms("-- locks:\nDELETE FROM alerts")).toEqual(["locks"]);
    expect(await harms("-- contract: 0.2.0\nSELECT 1; DROP TABLE alerts")).toEqual(["breaks"]);
  });

  it("knows the indexes of every migration before it", async () => {
    const earlier = [
      { name: "0000", sql: FIRST },
      { name: "0001", sql: "CREATE INDEX IF NOT EXISTS later_idx ON alerts (id)" },
    ];
    expect(await unsafeStatements([...earlier, { name: "0002", sql: "DROP INDEX later_idx" }])).toEqual([]);
  });

  it("of this project does nothing of the kind", async () => {
    expect(await unsafeStatements(readMigrations())).toEqual([]);
    expect(await unsafeStatements([{ name: "0000", sql: FIRST }])).toEqual([]);
  });

  const statement = fc.oneof(
    fc.constantFrom(...HARMLESS).map((sql) => ({ sql, harm: null })),
    fc.constantFrom(...BREAKING).map((sql) => ({ sql, harm: "breaks" })),
    fc.constantFrom(...LOCKING).map((sql) => ({ sql, harm: "locks" })),
  );
  const breakpoint = fc.constantFrom(";", ";--> statement-breakpoint\n", " ;\n-- why: \u{1F512} it's so\n");

  property.prop([
    fc.uniqueArray(statement, { selector: ({ sql }) => sql, maxLength: 8 }),
    fc.array(breakpoint, { minLength: 8, maxLength: 8 }),
  ])(
    "is as harmful as its statements, in their order and whatever stands between them",
    async (statements, between) => {
      const sql = statements.map((each, index) => each.sql + between[index]!).join("");
      expect(await harms(sql)).toEqual(statements.flatMap(({ harm }) => harm ?? []));
    },
  );
});
