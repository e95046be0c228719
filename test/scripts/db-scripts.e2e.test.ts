import { execFile, type ExecFileException } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { verifyPassword } from "better-auth/crypto";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMigrations } from "../../scripts/migrations.ts";
import { newId } from "../../src/lib/ids.ts";
import { startPostgres, type TestPostgres } from "../../scripts/lib/postgres.ts";

const root = path.join(import.meta.dirname, "..", "..");

/** Runs the program of an npm script with `input` on stdin. */
function script(
  name: string,
  env: Record<string, string>,
  args: readonly string[] = [],
  input = "",
): Promise<{ code: number; output: string }> {
  return new Promise((resolve) => {
    const options = { cwd: root, env: { ...process.env, DATABASE_URL: "", ...env } };
    const done = (error: ExecFileException | null, stdout: string, stderr: string) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error ? 1 : 0, output: stdout + stderr });
    execFile(process.execPath, [path.join("scripts", `${name}.ts`), ...args], options, done).stdin?.end(input);
  });
}

let postgres: TestPostgres;
let databases = 0;
let DATABASE_URL = "";

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  const name = `test_${++databases}`;
  await query(postgres.url, `create database ${name}`);
  DATABASE_URL = postgres.url.replace(/\/postgres$/, `/${name}`);
});

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const result = await client.query<Record<string, unknown>>(text);
  await client.end();
  return result.rows;
}

const tables = async () =>
  (await query(DATABASE_URL, "select tablename from pg_tables where schemaname = 'public' order by 1")).map(
    (row) => row.tablename,
  );

const EVERY_TABLE = [
  "accounts",
  "alert_timeline",
  "alerts",
  "api_keys",
  "audit_events",
  "idempotency_keys",
  "integrations",
  "sessions",
  "silences",
  "subscriptions",
  "team_members",
  "teams",
  "users",
  "verifications",
  "webhook_deliveries",
];

describe("db:migrate", () => {
  it("builds every table, and changes nothing the second time", async () => {
    for (const _ of [1, 2]) expect(await script("db-migrate", { DATABASE_URL })).toMatchObject({ code: 0 });
    expect(await tables()).toEqual(EVERY_TABLE);
  });

  it("can run several times at once", async () => {
    const runs = await Promise.all([1, 2, 3].map(() => script("db-migrate", { DATABASE_URL })));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0]);
  });

  it("builds the embedded database in the state directory", async () => {
    const TOCSIN_DIR = mkdtempSync(path.join(tmpdir(), "tocsin-state-"));
    for (const _ of [1, 2]) expect(await script("db-migrate", { TOCSIN_DIR })).toMatchObject({ code: 0 });
    rmSync(TOCSIN_DIR, { recursive: true });
  });

  it.each([
    ["postgresql://x:hunter2@127.0.0.1:1/x", "cannot connect to 127.0.0.1:1/x"],
    ["mysql://x", "must begin with postgres://"],
  ])("fails with one line for DATABASE_URL %s", async (url, reason) => {
    const { code, output } = await script("db-migrate", { DATABASE_URL: url });
    expect(code).toBe(1);
    expect(output.trim().split("\n")).toEqual([expect.stringContaining(reason)]);
    expect(output).not.toContain("hunter2");
  });
});

describe("admin:create", () => {
  it("creates a platform admin or promotes a user, and stores only the hash of the password token", async () => {
    await script("db-migrate", { DATABASE_URL });
    for (const email of ["Ada@example.com", "ada@example.com"]) {
      const { code, output } = await script("admin-create", { DATABASE_URL }, ["--email", email, "--name", "Ada"]);
      const token = /"token":"([\w-]{43})"/.exec(output)?.[1] ?? "";
      expect([code, token]).toEqual([0, expect.stringMatching(/./)]);
      expect(JSON.stringify(await query(DATABASE_URL, "select * from verifications"))).not.toContain(token);
    }
    expect(await query(DATABASE_URL, "select email, name, is_platform_admin from users")).toEqual([
      { email: "ada@example.com", name: "Ada", is_platform_admin: true },
    ]);
    expect(await query(DATABASE_URL, "select 1 from verifications")).toHaveLength(1);
    expect(await query(DATABASE_URL, "select actor from audit_events")).toHaveLength(2);
  });

  it("reads the password from stdin, and neither prints nor stores it", async () => {
    await script("db-migrate", { DATABASE_URL });
    const args = ["--email", "ada@example.com", "--password-stdin"];
    const { code, output } = await script("admin-create", { DATABASE_URL }, args, "correct horse battery staple\n");
    expect([code, output]).toEqual([0, expect.stringContaining("is a platform admin")]);
    const [account] = await query(DATABASE_URL, "select account_id = user_id::text as own, password from accounts");
    expect(account).toMatchObject({ own: true });
    expect(await verifyPassword({ hash: String(account?.password), password: "correct horse battery staple" })).toBe(
      true,
    );
    expect(await query(DATABASE_URL, "select 1 from verifications")).toEqual([]);
    expect(output + JSON.stringify(await query(DATABASE_URL, "select * from audit_events"))).not.toContain("battery");
    const short = await script("admin-create", { DATABASE_URL }, args, "too short\n");
    expect(short).toMatchObject({ code: 1, output: expect.stringContaining("12 to 128") });
  });

  it("deletes every access that a team admin may have created for the user", async () => {
    await script("db-migrate", { DATABASE_URL });
    const [id, other] = [newId(), newId()];
    await query(
      DATABASE_URL,
      `insert into users (id, email, email_verified, name) values ('${id}', 'ada@example.com', false, 'A'), ('${other}', 'b@example.com', false, 'B');
       insert into accounts (id, user_id, provider_id, account_id, password) select id, id, 'credential', id, 'x' from users;
       insert into sessions (id, user_id, token_hash, expires_at) select id, id, id, now() + interval '1 day' from users`,
    );
    expect(await script("admin-create", { DATABASE_URL }, ["--email", "ada@example.com"])).toMatchObject({ code: 0 });
    for (const table of ["accounts", "sessions"]) {
      expect(await query(DATABASE_URL, `select user_id from ${table}`)).toEqual([{ user_id: other }]);
    }
  });

  it("fails with one line for an invalid email address", async () => {
    const { code, output } = await script("admin-create", { DATABASE_URL }, ["--email", "ada"]);
    expect([code, output.trim().split("\n")]).toEqual([1, [expect.stringContaining("--email ada@example.com")]]);
  });
});

describe("db:baseline", () => {
  const firstMigration = readMigrations()[0]!.sql;

  it("adopts a database that has the tables and no history, so that db:migrate works", async () => {
    await query(DATABASE_URL, firstMigration);
    expect(await script("db-migrate", { DATABASE_URL })).toMatchObject({ code: 1 });
    expect(await script("db-baseline", { DATABASE_URL })).toMatchObject({ code: 0 });
    expect(await script("db-migrate", { DATABASE_URL })).toMatchObject({ code: 0 });
    expect(await tables()).toEqual(EVERY_TABLE);
  });

  it("fails with the differences, and records nothing, if the tables differ", async () => {
    await query(DATABASE_URL, firstMigration);
    await query(
      DATABASE_URL,
      `alter table alerts drop column url; alter table alerts alter column title drop not null; drop index alerts_triggered_at_id_idx;
       alter table integrations alter column deduplication_window_minutes set default 5; create table extra (id int)`,
    );
    const { code, output } = await script("db-baseline", { DATABASE_URL });
    expect(code).toBe(1);
    for (const line of [
      "- column alerts.url text",
      "- column alerts.title text not null",
      "+ column alerts.title text",
      "- index CREATE INDEX alerts_triggered_at_id_idx",
      "- column integrations.deduplication_window_minutes integer not null default 15",
      "+ column integrations.deduplication_window_minutes integer not null default 5",
      "+ column extra.id integer",
    ]) {
      expect(output).toContain(line);
    }
    expect(await query(DATABASE_URL, "select to_regclass('drizzle.__drizzle_migrations') as t")).toEqual([{ t: null }]);
  });

  it("fails for an empty database and for one with a history", async () => {
    expect((await script("db-baseline", { DATABASE_URL })).output).toContain("- column alerts.id uuid not null");
    await script("db-migrate", { DATABASE_URL });
    expect(await script("db-baseline", { DATABASE_URL })).toMatchObject({
      code: 1,
      output: expect.stringContaining("has a migration history"),
    });
  });
});
