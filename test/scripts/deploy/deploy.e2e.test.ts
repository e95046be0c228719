/** `npm run deploy` with the real wrangler, a fake of Cloudflare's API and a real PostgreSQL. */
import { type ChildProcess, execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migratePostgres } from "../../../scripts/database.ts";
import { inspectDatabase } from "../../../scripts/deploy/preflight.ts";
import { startPostgres, type TestPostgres } from "../../../scripts/lib/postgres.ts";
import { readMigrations } from "../../../scripts/migrations.ts";
import { type Cloudflare, startCloudflare } from "../../support/cloudflare.ts";

const ROOT = path.join(import.meta.dirname, "..", "..", "..");
const PASSWORD = "database-password-that-is-never-printed";
const MIGRATIONS = readMigrations().map(({ name }) => name);

let postgres: TestPostgres;
let cloudflare: Cloudflare;
/** An operator's machine: home, temporary folder and configuration. */
let directory: string;
let onUpload: () => void = () => {};
let databases = 0;

beforeAll(async () => {
  [postgres, cloudflare] = await Promise.all([startPostgres(), startCloudflare(() => onUpload())]);
  directory = mkdtempSync(path.join(tmpdir(), "tocsin-deploy-test-"));
  mkdirSync(path.join(directory, "tmp"));
});
afterAll(async () => {
  await Promise.all([postgres.stop(), cloudflare.close()]);
  rmSync(directory, { recursive: true });
});

async function newDatabase(): Promise<string> {
  const name = `deploy_${++databases}`;
  await query(postgres.url, `create database ${name}`);
  return postgres.url.replace(":trust@", `:${PASSWORD}@`).replace(/\/postgres$/, `/${name}`);
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const result = await client.query<Record<string, unknown>>(text);
  await client.end();
  return result.rows;
}

const tables = (url: string) => query(url, "select tablename from pg_tables where schemaname = 'public'");

/** The project's wrangler.toml with changes, in the operator's folder. */
function writeConfig(change: (toml: string) => string = (toml) => toml): string {
  const toml = readFileSync(path.join(ROOT, "wrangler.toml"), "utf8")
    .replaceAll(/^(main|directory) = "(.*)"$/gm, (_, key, from) => `${key} = ${JSON.stringify(path.join(ROOT, from))}`)
    .replaceAll('NEON_ENDPOINT = ""', 'NEON_ENDPOINT = "https://sql.example.com/sql"');
  const file = path.join(directory, "wrangler.toml");
  writeFileSync(file, change(toml));
  return file;
}

interface Result {
  code: number;
  output: string;
  /** Process id and arguments of every Node process that was started. */
  processes: string;
}

/** Runs the script without the settings of this machine. */
function deploy(
  flags: readonly string[],
  env: Record<string, string>,
  { config = writeConfig(), onStart = () => {} }: { config?: string; onStart?: (child: ChildProcess) => void } = {},
): Promise<Result> {
  const [recorder, record] = [path.join(directory, "record.mjs"), path.join(directory, "processes")];
  writeFileSync(record, "");
  writeFileSync(
    recorder,
    `import { appendFileSync } from "node:fs"; appendFileSync(${JSON.stringify(record)}, [process.pid, ...process.argv].join(" ") + "\\n");`,
  );
  return new Promise((resolve) => {
    const args = ["scripts/deploy.ts", `--config=${config}`, `--url=${cloudflare.url}`, ...flags];
    const options = {
      cwd: ROOT,
      env: {
        PATH: process.env.PATH,
        HOME: directory,
        TMPDIR: path.join(directory, "tmp"),
        NODE_OPTIONS: `--import=${recorder}`,
        ...cloudflare.env,
        ...env,
      },
    };
    const child = execFile(process.execPath, args, options, (error, stdout, stderr) =>
      resolve({ code: error ? 1 : 0, output: stdout + stderr, processes: readFileSync(record, "utf8") }),
    );
    onStart(child);
  });
}

const deployedSecrets = (worker = "tocsin"): Record<string, string | undefined> =>
  Object.fromEntries(
    (cloudflare.workers.get(worker)?.at(-1)?.bindings ?? [])
      .filter(({ type }) => type === "secret_text")
      .map(({ name, text }) => [name, text]),
  );

const secretsFolders = () =>
  readdirSync(path.join(directory, "tmp")).filter((name) => name.startsWith("tocsin-deploy-"));

describe("before anything is deployed, npm run deploy", () => {
  it("reports all missing settings at once, with their remedies", async () => {
    const { code, output } = await deploy(["--dry-run"], { CLOUDFLARE_API_TOKEN: "", DATABASE_URL: "" });
    expect([code, output]).toEqual([1, expect.stringContaining("Problems: 6. Nothing was changed.")]);
    for (const part of [
      "wrangler login",
      "DATABASE_URL is not set",
      "ROOT_API_KEY",
      "ENCRYPTION_KEYS",
      "AUTH_SECRET",
      "INGEST_TAG_KEYS",
      "--create-secrets",
    ]) {
      expect(output).toContain(part);
    }
  });

  it("reports errors in the configuration, the secrets and the database", async () => {
    const config = writeConfig((toml) =>
      toml
        .replace('OBJECTS_JURISDICTION = ""', 'OBJECTS_JURISDICTION = "europe"')
        .replace('API_LIMIT_PER_MINUTE = "1200"', 'API_LIMIT_PER_MINUTE = "60"')
        .replace("# routes = [", "routes = ["),
    );
    const env = {
      DATABASE_URL: `postgresql://postgres:${PASSWORD}@127.0.0.1:1/x`,
      ENCRYPTION_KEYS: "not-a-key-of-any-kind",
      AUTH_SECRET: "short-secret",
      INGEST_TAG_KEYS: `${"long".repeat(8)},short-secret`,
    };
    const { code, output } = await deploy([], env, { config });
    expect(code).toBe(1);
    expect(output.split("\n").filter((line) => line.startsWith("- "))).toEqual([
      expect.stringContaining('OBJECTS_JURISDICTION is "europe"'),
      expect.stringContaining("API_LIMIT_PER_MINUTE is 60, but API_LIMITER allows 1200"),
      expect.stringContaining("tocsin.example.com is the example"),
      expect.stringContaining("the secret ROOT_API_KEY"),
      expect.stringContaining("ENCRYPTION_KEYS in the environment is not `id:base64`"),
      expect.stringContaining("AUTH_SECRET in the environment has fewer than 32 characters"),
      expect.stringContaining("INGEST_TAG_KEYS in the environment has fewer than 32 characters"),
      expect.stringContaining("cannot connect to 127.0.0.1"),
    ]);
    for (const secret of [PASSWORD, "not-a-key", "short-secret"]) expect(output).not.toContain(secret);
  });

  it("shows in a dry run the changes that it would make, for the Worker of the environment", async () => {
    const DATABASE_URL = await newDatabase();
    const { code, output } = await deploy(["--dry-run", "--create-secrets", "--env=staging"], { DATABASE_URL });
    expect([code, output]).toEqual([0, expect.stringContaining("Would create the Worker tocsin-staging.")]);
    expect(output).toContain(`Migrations to apply: ${MIGRATIONS.join(", ")}.`);
    expect(output).toContain(
      "Secrets to add: DATABASE_URL, ROOT_API_KEY, ENCRYPTION_KEYS, AUTH_SECRET, INGEST_TAG_KEYS.",
    );
    expect(await tables(DATABASE_URL)).toEqual([]);
  });

  it("deploys nothing when a migration fails, and leaves no migration applied", async () => {
    const DATABASE_URL = await newDatabase();
    await query(DATABASE_URL, "create type delivery_status as enum ('SOMETHING_ELSE')");
    const { code, output } = await deploy(["--create-secrets"], { DATABASE_URL });
    expect([code, output]).toEqual([1, expect.stringContaining('type "delivery_status" already exists')]);
    expect(output).not.toContain(PASSWORD);
    expect(await tables(DATABASE_URL)).toEqual([]);
  });

  it("changes nothing when the Worker does not build", async () => {
    const DATABASE_URL = await newDatabase();
    const config = writeConfig((toml) => toml.replace(/^main = .*$/m, 'main = "missing.ts"'));
    const { code, output } = await deploy(["--create-secrets"], { DATABASE_URL }, { config });
    expect([code, output]).toEqual([1, expect.stringContaining("does not build. Nothing was changed.")]);
    expect(await tables(DATABASE_URL)).toEqual([]);
  });

  it("requires an address: a workers.dev subdomain of the account, or a route", async () => {
    const DATABASE_URL = await newDatabase();
    cloudflare.settings.subdomain = null;
    const { code, output } = await deploy(["--create-secrets"], { DATABASE_URL });
    expect([code, output]).toEqual([1, expect.stringContaining("has no workers.dev subdomain")]);
    expect(output).toContain("/workers/onboarding");
    expect(await tables(DATABASE_URL)).toEqual([]);
    const config = writeConfig((toml) => toml.replace("# routes = [", "routes = [").replace("example.com", "mine.net"));
    const routed = await deploy(["--dry-run", "--create-secrets"], { DATABASE_URL }, { config });
    cloudflare.settings.subdomain = "example";
    expect([routed.code, routed.output]).toEqual([0, expect.stringContaining("Would create the Worker tocsin.")]);
  });

  it("writes nothing to Cloudflare in any of these cases", () => {
    expect(cloudflare.writes).toEqual([]);
  });
});

describe("npm run deploy", () => {
  let databaseUrl: string;
  beforeAll(async () => {
    databaseUrl = await newDatabase();
  });

  it("leaves no secret on the disk when it is killed during the upload", async () => {
    let running: ChildProcess | undefined;
    const modes: string[] = [];
    onUpload = () => {
      for (const name of secretsFolders()) {
        const folder = path.join(directory, "tmp", name);
        modes.push(
          ...[folder, path.join(folder, "secrets.json")].map((file) => (statSync(file).mode & 0o777).toString(8)),
        );
      }
      running?.kill();
    };
    const { code } = await deploy(
      ["--create-secrets"],
      { DATABASE_URL: databaseUrl },
      { onStart: (child) => (running = child) },
    );
    onUpload = () => {};
    expect([code, modes, secretsFolders()]).toEqual([1, ["700", "600"], []]);
    cloudflare.workers.clear();
  });

  it("migrates, deploys with the missing secrets, and shows the root key once", async () => {
    const { code, output, processes } = await deploy(["--create-secrets"], { DATABASE_URL: databaseUrl });
    expect([code, output]).toEqual([0, expect.stringContaining("/welcome")]);
    const secrets = deployedSecrets();
    expect(Object.keys(secrets).toSorted()).toEqual([
      "AUTH_SECRET",
      "DATABASE_URL",
      "ENCRYPTION_KEYS",
      "INGEST_TAG_KEYS",
      "ROOT_API_KEY",
    ]);
    expect(output).toContain(`version ${cloudflare.workers.get("tocsin")!.at(-1)!.id}`);
    expect(output.split(secrets.ROOT_API_KEY!)).toHaveLength(2);
    expect(processes).toContain("--secrets-file=");
    expect(cloudflare.workers.get("tocsin")?.at(-1)?.bindings).toContainEqual(
      expect.objectContaining({ name: "PUBLIC_URL", text: "https://tocsin.example.workers.dev" }),
    );
    expect(processes).not.toContain(secrets.ROOT_API_KEY);
    for (const secret of [PASSWORD, secrets.ENCRYPTION_KEYS!, secrets.AUTH_SECRET!]) {
      expect(output + processes).not.toContain(secret);
    }
  });

  it("fails when PUBLIC_URL does not lead to the new version", async () => {
    const config = writeConfig((toml) => toml.replace('PUBLIC_URL = ""', 'PUBLIC_URL = "https://127.0.0.1:1"'));
    const { code, output } = await deploy([], { DATABASE_URL: databaseUrl }, { config });
    expect([code, output]).toEqual([1, expect.stringContaining("PUBLIC_URL is https://127.0.0.1:1")]);
  });

  it("names the plan that is missing, and the deliveries that the zone blocks", async () => {
    cloudflare.settings.isFreePlan = true;
    const free = await deploy([], { DATABASE_URL: databaseUrl });
    cloudflare.settings.isFreePlan = false;
    expect([free.code, free.output]).toEqual([1, expect.stringContaining("Tocsin needs the Workers Paid plan")]);
    cloudflare.settings.blocks = (userAgent) => userAgent?.startsWith("python") ?? true;
    const blocked = await deploy([], { DATABASE_URL: databaseUrl });
    cloudflare.settings.blocks = () => false;
    expect([blocked.code, blocked.output]).toEqual([1, expect.stringContaining("docs/deploy/domain.md")]);
    expect(blocked.output.split("\n").filter((line) => line.startsWith("- "))).toEqual([
      "- a Python script: 403 application/json",
      "- a source without a User-Agent: 403 application/json",
    ]);
    cloudflare.workers.get("tocsin")!.splice(1);
  });

  it("changes no secret that the Worker has, and applies nothing twice", async () => {
    const before = deployedSecrets();
    const env = { DATABASE_URL: databaseUrl, ROOT_API_KEY: "another-root-key-that-comes-too-late" };
    const { code, output } = await deploy(["--create-secrets"], env);
    expect([code, output]).toEqual([0, expect.stringContaining("Migrations to apply: none.")]);
    expect(deployedSecrets()).toEqual(before);
    expect(cloudflare.workers.get("tocsin")).toHaveLength(2);
  });

  it("changes the jurisdiction of objects only with --force, and syncs the new objects", async () => {
    const config = writeConfig((toml) => toml.replaceAll('OBJECTS_JURISDICTION = ""', 'OBJECTS_JURISDICTION = "eu"'));
    const env = { DATABASE_URL: databaseUrl };
    const stopped = await deploy(["--dry-run"], env, { config });
    expect([stopped.code, stopped.output]).toEqual([1, expect.stringContaining('changes from "" to "eu"')]);
    expect(stopped.output).toContain("--force");
    const unsynced = await deploy(["--force"], env, { config });
    expect([unsynced.code, unsynced.output]).toEqual([1, expect.stringContaining("ROOT_API_KEY is not set")]);
    expect(cloudflare.syncs).toEqual([]);
    const ROOT_API_KEY = deployedSecrets().ROOT_API_KEY!;
    const moved = await deploy(["--force"], { ...env, ROOT_API_KEY }, { config });
    expect([moved.code, moved.output]).toEqual([0, expect.stringContaining("synced to new objects: 3")]);
    expect(cloudflare.syncs).toEqual([`Bearer ${ROOT_API_KEY}`]);
  });
});

describe("the database check", () => {
  it("requires a baseline if tables have no history", async () => {
    const DATABASE_URL = await newDatabase();
    await query(DATABASE_URL, readMigrations()[0]!.sql);
    const { problems } = await inspectDatabase({ DATABASE_URL });
    expect(problems).toMatchObject([{ remedy: expect.stringContaining("db:baseline") }]);
  });

  it("requires a role that may create tables if a table must be created", async () => {
    const DATABASE_URL = await newDatabase();
    await query(DATABASE_URL, "create role reader login");
    const MIGRATIONS_DATABASE_URL = DATABASE_URL.replace("//postgres:", "//reader:");
    const { problems } = await inspectDatabase({ DATABASE_URL, MIGRATIONS_DATABASE_URL });
    expect(problems).toMatchObject([{ problem: expect.stringContaining("may not create tables") }]);
    await migratePostgres(DATABASE_URL);
    await query(
      DATABASE_URL,
      "grant usage on schema drizzle to reader; grant select on drizzle.__drizzle_migrations to reader",
    );
    expect(await inspectDatabase({ MIGRATIONS_DATABASE_URL })).toEqual({ problems: [], migrations: [] });
  });

  it.each([
    [{ DATABASE_URL: "mysql://x:y@nowhere/z" }, "must begin with postgres://"],
    [{ MIGRATIONS_DATABASE_URL: "postgresql://x:y@ep-cool-name-pooler.eu.aws.neon.tech/z" }, "pooled host"],
    [{ DATABASE_URL: "" }, "DATABASE_URL is not set"],
  ])("rejects %o", async (env, problem) => {
    expect((await inspectDatabase(env)).problems).toMatchObject([{ problem: expect.stringContaining(problem) }]);
  });
});
