import { type ChildProcess, execFile, type ExecFileException } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { migratePostgres } from "../../../scripts/database.ts";
import { inspectDatabase } from "../../../scripts/deploy/database.ts";
import { MAKEABLE, planDeployment } from "../../../scripts/deploy/plan.ts";
import { tellObjects } from "../../../scripts/deploy/steps.ts";
import { readMigrations } from "../../../scripts/migrations.ts";
import { postgresBackend, serveNeonEndpoint } from "../../../scripts/neon-endpoint.ts";
import { type Cloudflare, startCloudflare } from "../../support/cloudflare.ts";
import { type Deployed, startDeployed } from "../../support/deployed.ts";
import { freePort, startPostgres, type TestPostgres } from "../../support/postgres.ts";
import { COMPLETE } from "./facts.ts";

const ROOT = path.join(import.meta.dirname, "..", "..");
const WRANGLER = path.join("node_modules", "wrangler", "bin", "wrangler.js");
const PASSWORD = "database-password-that-nobody-may-print";
const EVERY_MIGRATION = readMigrations().map(({ name }) => name);

let postgres: TestPostgres;
let databases = 0;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** A database, a Cloudflare and an operator's machine of their own. */
interface World {
  databaseUrl: string;
  cloudflare: Cloudflare;
  deployed: Deployed;
  /** The project's own wrangler.toml, with changes. */
  config(change?: (toml: string) => string): string;
  /** Called with a deployment's process as soon as a Worker is uploaded; none: nothing. */
  onUpload: ((deployment: ChildProcess) => void) | undefined;
  deploy(args?: readonly string[], env?: Record<string, string>, config?: string): Promise<Outcome>;
  wrangler(args: readonly string[], input?: string): Promise<Outcome>;
  /** The secrets of the version that runs. */
  secrets(): Record<string, string | undefined>;
  get(route: string, rootApiKey?: string): Promise<{ status: number; body: Record<string, unknown> }>;
  close(): Promise<void>;
}

interface Outcome {
  code: number;
  output: string;
  /** Every process of Node's that was started for it: its id and its arguments, a line each. */
  processes: string;
}

async function newDatabase(): Promise<string> {
  const name = `deploy_${++databases}`;
  await query(postgres.url, `create database ${name}`);
  return postgres.url.replace("postgres@", `postgres:${PASSWORD}@`).replace(/\/postgres$/, `/${name}`);
}

async function newWorld(): Promise<World> {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-deploy-test-"));
  const databaseUrl = await newDatabase();
  const backend = postgresBackend(databaseUrl);
  const endpoint = await serveNeonEndpoint(backend, databaseUrl);
  const deployed = await startDeployed();
  let running: ChildProcess | undefined;
  const cloudflare = await startCloudflare({
    async onDeployment(_, version) {
      if (running) world.onUpload?.(running);
      await deployed.run(version);
    },
  });

  const config: World["config"] = (change = (toml) => toml) => {
    // Paths in it are from the file that names them.
    const toml = readFileSync(path.join(ROOT, "wrangler.toml"), "utf8")
      .replaceAll(
        /^(main|directory) = "(.*)"$/gm,
        (_, key, from) => `${key} = ${JSON.stringify(path.join(ROOT, from))}`,
      )
      .replaceAll(/ = "(\.\/src\/bundle\/.*)"$/gm, (_, from) => ` = ${JSON.stringify(path.join(ROOT, from))}`)
      .replaceAll('NEON_ENDPOINT = ""', `NEON_ENDPOINT = ${JSON.stringify(endpoint.url)}`);
    const file = path.join(directory, "wrangler.toml");
    writeFileSync(file, change(toml));
    return file;
  };
  const world: World = {
    databaseUrl,
    cloudflare,
    deployed,
    config,
    onUpload: undefined,
    deploy: (args = [], env = {}, file = config()) =>
      execute(
        directory,
        ["scripts/deploy.ts", `--config=${file}`, `--url=${deployed.url}`, ...args],
        { ...cloudflare.env, DATABASE_URL: databaseUrl, ...env },
        { onStart: (child) => (running = child) },
      ),
    wrangler: (args, input) =>
      execute(directory, [WRANGLER, ...args, `--config=${config()}`, "--env="], cloudflare.env, {
        ...(input !== undefined && { input }),
      }),
    secrets: () =>
      Object.fromEntries(
        (cloudflare.current("tocsin")?.bindings ?? [])
          .filter(({ type }) => type === "secret_text")
          .map(({ name, text }) => [name, text]),
      ),
    async get(route, rootApiKey = "") {
      const response = await fetch(deployed.url + route, { headers: { authorization: `Bearer ${rootApiKey}` } });
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async close() {
      await Promise.all([deployed.stop(), cloudflare.close()]);
      await endpoint.close();
      await backend.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
  return world;
}

/** Runs a program of Node's in this project, with nothing of this machine's own settings. */
function execute(
  directory: string,
  args: readonly string[],
  env: Record<string, string>,
  { input = "", onStart = () => {} }: { input?: string; onStart?: (child: ChildProcess) => void } = {},
): Promise<Outcome> {
  const recorder = path.join(directory, "record.mjs");
  const record = path.join(directory, `processes-${crypto.randomUUID()}`);
  writeFileSync(
    recorder,
    `import { appendFileSync } from "node:fs"; appendFileSync(process.env.PROCESS_RECORD, [process.pid, ...process.argv].join(" ") + "\\n");`,
  );
  const home = path.join(directory, "home");
  mkdirSync(home, { recursive: true });
  const options = {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env.PATH,
      HOME: home,
      XDG_CONFIG_HOME: home,
      WRANGLER_CACHE_DIR: path.join(directory, "cache"),
      NODE_OPTIONS: `--import=${recorder}`,
      PROCESS_RECORD: record,
      ...env,
    },
  };
  return new Promise((resolve) => {
    const done = (error: ExecFileException | null, stdout: string, stderr: string) =>
      resolve({
        code: typeof error?.code === "number" ? error.code : error ? 1 : 0,
        output: stdout + stderr,
        processes: readFileSync(record, "utf8"),
      });
    const child = execFile(process.execPath, [...args], options, done);
    onStart(child);
    child.stdin?.end(input);
  });
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const result = await client.query<Record<string, unknown>>(text);
  await client.end();
  return result.rows;
}

function isRunning(id: number): boolean {
  try {
    return process.kill(id, 0);
  } catch {
    return false;
  }
}

/** Tables, indexes and sequences that are not Postgres's own. */
const relations = (url: string) =>
  query(
    url,
    `select relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')`,
  );

describe("A deployment of nothing", () => {
  let world: World;
  beforeAll(async () => {
    world = await newWorld();
  });
  afterAll(() => world.close());

  it("tells everything that is missing at once, and how to come by it", async () => {
    const { code, output } = await world.deploy(["--dry-run"], { CLOUDFLARE_API_TOKEN: "", DATABASE_URL: "" });
    expect(code).toBe(1);
    for (const part of ["wrangler login", "DATABASE_URL is not set", ...MAKEABLE, "--create-secrets"]) {
      expect(output).toContain(part);
    }
    expect(output).toContain("5 things are missing; nothing was changed.");
    expect(world.cloudflare.writes()).toEqual([]);
  });

  it("finds what is wrong in the configuration, the database and the secrets in one run", async () => {
    const config = world.config((toml) =>
      toml
        .replace('OBJECTS_JURISDICTION = ""', 'OBJECTS_JURISDICTION = "europe"')
        .replace('API_LIMIT_PER_MINUTE = "1200"', 'API_LIMIT_PER_MINUTE = "60"')
        .replace("# routes = [", "routes = ["),
    );
    const env = {
      DATABASE_URL: world.databaseUrl.replace(/:\d+\//, `:${await freePort()}/`),
      ENCRYPTION_KEYS: "not-a-key-of-any-kind",
      AUTH_SECRET: "short-secret",
    };
    const { code, output } = await world.deploy([], env, config);
    expect(code).toBe(1);
    expect(output.split("\n").filter((line) => line.startsWith("- "))).toEqual([
      expect.stringContaining('OBJECTS_JURISDICTION is "europe"'),
      expect.stringContaining("API_LIMIT_PER_MINUTE says 60, and API_LIMITER allows 1200"),
      expect.stringContaining("tocsin.example.com is still the example"),
      expect.stringContaining("the secret ROOT_API_KEY"),
      expect.stringContaining("ENCRYPTION_KEYS in the environment is not `id:base64`"),
      expect.stringContaining("AUTH_SECRET in the environment is shorter"),
      expect.stringContaining("cannot connect to 127.0.0.1"),
    ]);
    for (const secret of [PASSWORD, "not-a-key", "short-secret"]) expect(output).not.toContain(secret);
    expect(world.cloudflare.writes()).toEqual([]);
  });

  it("is tried by a dry run, which tells what it would do and changes nothing", async () => {
    const { code, output } = await world.deploy(["--dry-run", "--create-secrets"]);
    expect([code, output]).toEqual([0, expect.stringContaining("Nothing was changed.")]);
    expect(output).toContain(EVERY_MIGRATION.join(", "));
    expect(output).toMatch(/make the Worker tocsin: [\d.]+ KiB \/ gzip: [\d.]+ KiB/);
    expect(output).toContain("DATABASE_URL, ROOT_API_KEY (made), ENCRYPTION_KEYS (made), AUTH_SECRET (made)");
    expect(world.cloudflare.writes()).toEqual([]);
    expect(await relations(world.databaseUrl)).toEqual([]);
  });

  it("is for a Worker of its own in staging, and for none in an environment that there is not", async () => {
    const { code, output } = await world.deploy(["--dry-run", "--create-secrets", "--env=staging"]);
    expect([code, output]).toEqual([0, expect.stringContaining("make the Worker tocsin-staging")]);
    const unknown = await world.deploy(["--dry-run", "--env=stagging"]);
    expect([unknown.code, unknown.output]).toEqual([1, expect.stringContaining("stagging")]);
  });
});

describe("The first deployment", () => {
  let world: World;
  beforeEach(async () => {
    world = await newWorld();
  });
  afterEach(() => world.close());

  it("makes a Worker that answers; the second does nothing twice; and a rollback goes back", async () => {
    const first = await world.deploy(["--create-secrets"]);
    expect([first.code, first.output]).toEqual([0, expect.stringContaining("/welcome")]);
    const made = world.secrets();
    expect(Object.keys(made).toSorted()).toEqual(["AUTH_SECRET", "DATABASE_URL", "ENCRYPTION_KEYS", "ROOT_API_KEY"]);
    const rootApiKey = made.ROOT_API_KEY!;
    // What was uploaded runs: with its secrets, on the database that was migrated.
    const version = world.cloudflare.current("tocsin")!.id;
    expect((await world.get("/healthz")).body).toEqual({ status: "ok", version });
    expect((await world.get("/v1/integrations", rootApiKey)).status).toBe(200);
    // The root key is shown once; nothing else is, and no process has a secret among its arguments.
    expect(first.output.split(rootApiKey)).toHaveLength(2);
    expect(first.processes).not.toContain(rootApiKey);
    expect(first.processes).toContain("--secrets-file=");
    for (const secret of [
      PASSWORD,
      made.ENCRYPTION_KEYS!,
      made.AUTH_SECRET!,
      world.cloudflare.env.CLOUDFLARE_API_TOKEN!,
    ]) {
      expect(first.output + first.processes).not.toContain(secret);
    }

    const late = { ROOT_API_KEY: "another-root-key-that-comes-too-late" };
    const second = await world.deploy(["--create-secrets"], late);
    expect([second.code, second.output]).toEqual([0, expect.stringContaining("every migration is there already")]);
    expect(second.output).not.toContain("Secrets that go with it");
    expect(world.secrets()).toEqual(made);
    expect(world.cloudflare.current("tocsin")!.id).not.toBe(version);

    expect(await world.wrangler(["rollback", version, "--yes"])).toMatchObject({ code: 0 });
    expect((await world.get("/healthz")).body).toMatchObject({ version });
    expect((await world.get("/v1/integrations", rootApiKey)).status).toBe(200);
  });

  it("leaves no secret on the disk and no process, though it be ended in the middle", async () => {
    const temporary = mkdtempSync(path.join(tmpdir(), "tocsin-deploy-test-"));
    const modes: string[] = [];
    world.onUpload = (deployment) => {
      for (const name of readdirSync(temporary).filter((entry) => entry.startsWith("tocsin-deploy-"))) {
        const folder = path.join(temporary, name);
        for (const file of [folder, path.join(folder, "secrets.json")])
          modes.push((statSync(file).mode & 0o777).toString(8));
      }
      deployment.kill();
    };
    const { code, processes } = await world.deploy(["--create-secrets"], { TMPDIR: temporary });
    expect([code, modes]).toEqual([1, ["700", "600"]]);
    const ids = processes
      .trim()
      .split("\n")
      .map((line) => Number.parseInt(line, 10));
    expect(ids.length).toBeGreaterThan(2);
    while (ids.some(isRunning)) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(readdirSync(temporary).filter((entry) => entry.startsWith("tocsin-deploy-"))).toEqual([]);
    rmSync(temporary, { recursive: true });
  });

  it("deploys nothing when a migration fails, and leaves none of them behind", async () => {
    await query(world.databaseUrl, "create type delivery_status as enum ('SOMETHING_ELSE')");
    const { code, output } = await world.deploy(["--create-secrets"]);
    expect([code, output]).toEqual([1, expect.stringContaining('type "delivery_status" already exists')]);
    expect(output).not.toContain(PASSWORD);
    expect(world.cloudflare.writes()).toEqual([]);
    expect(await query(world.databaseUrl, "select tablename from pg_tables where schemaname = 'public'")).toEqual([]);
    expect(await query(world.databaseUrl, "select * from drizzle.__drizzle_migrations")).toEqual([]);
  });
});

describe("A Worker that is deployed", () => {
  const given = {
    ROOT_API_KEY: "root-key-of-the-operator-0123456789",
    ENCRYPTION_KEYS: `own:${Buffer.alloc(32, 7).toString("base64")}`,
    AUTH_SECRET: "auth-secret-of-the-operator-0123456789",
  };
  let world: World;
  let outcome: Outcome;
  beforeAll(async () => {
    world = await newWorld();
    outcome = await world.deploy([], given);
  });
  afterAll(() => world.close());

  it("has the secrets that its operator had in the environment", () => {
    expect(outcome.code).toBe(0);
    expect(world.secrets()).toMatchObject({ ...given, DATABASE_URL: world.databaseUrl });
    for (const secret of Object.values(given)) expect(outcome.output + outcome.processes).not.toContain(secret);
  });

  it("leaves no objects behind unless that is meant", async () => {
    const moved = world.config((toml) => toml.replaceAll('OBJECTS_JURISDICTION = ""', 'OBJECTS_JURISDICTION = "eu"'));
    const writes = world.cloudflare.writes().length;
    const refused = await world.deploy([], {}, moved);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('changes from "" to "eu"')]);
    expect(world.cloudflare.writes()).toHaveLength(writes);
    const meant = await world.deploy(["--dry-run", "--force"], { ROOT_API_KEY: given.ROOT_API_KEY }, moved);
    expect([meant.code, meant.output]).toEqual([0, expect.stringContaining("its objects are left behind")]);
  });

  it("tells new objects of their integrations, or says that somebody must", async () => {
    await tellObjects(world.deployed.url, given.ROOT_API_KEY);
    await expect(tellObjects(world.deployed.url, "another-key")).rejects.toThrow("answers 401");
  });

  it("takes a version for a part of its requests, and a new secret, by the commands of the guides", async () => {
    const before = world.cloudflare.current("tocsin")!.id;
    expect(await world.wrangler(["versions", "upload", "--tag=next", "--preview-alias=next"])).toMatchObject({
      code: 0,
    });
    expect(world.cloudflare.current("tocsin")!.id).toBe(before);
    const next = world.cloudflare.workers.get("tocsin")!.versions.at(-1)!;
    expect(next.tag).toBe("next");
    expect(await world.wrangler(["versions", "deploy", `${before}@90`, `${next.id}@10`, "--yes"])).toMatchObject({
      code: 0,
    });
    expect(world.cloudflare.workers.get("tocsin")!.deployments[0]!.versions).toHaveLength(2);
    expect(await world.wrangler(["versions", "deploy", `${next.id}@100`, "--yes"])).toMatchObject({ code: 0 });
    expect((await world.get("/healthz")).body).toMatchObject({ version: next.id });
    const key = "a-new-root-key-0123456789-0123456789";
    expect(await world.wrangler(["secret", "put", "ROOT_API_KEY"], key)).toMatchObject({ code: 0 });
    expect((await world.get("/v1/integrations", key)).status).toBe(200);
  });

  it("takes another Durable Object class by a whole deployment alone", async () => {
    world.cloudflare.workers.get("tocsin")!.migrationTag = null;
    const { code, output } = await world.wrangler(["versions", "upload"]);
    // Cloudflare would answer 10211; wrangler does not let it come to that.
    expect([code, output]).toEqual([1, expect.stringContaining("pending Durable Object migration")]);
  });
});

describe("A database", () => {
  /** What a deployment of everything else would say of the database of this environment. */
  const judged = async (env: Record<string, string>) =>
    planDeployment({ ...COMPLETE, database: await inspectDatabase(env), migrations: readMigrations() });

  it("that is empty gets every migration", async () => {
    const DATABASE_URL = await newDatabase();
    expect(await judged({ DATABASE_URL })).toMatchObject({ complaints: [], migrations: EVERY_MIGRATION });
    expect(await relations(DATABASE_URL)).toEqual([]);
  });

  it("with tables from elsewhere is to be adopted first", async () => {
    const DATABASE_URL = await newDatabase();
    await query(DATABASE_URL, readMigrations()[0]!.sql);
    const { complaints, migrations } = await judged({ DATABASE_URL });
    expect([complaints, migrations]).toEqual([
      [{ problem: expect.anything(), remedy: expect.stringContaining("db:baseline") }],
      [],
    ]);
    const directory = mkdtempSync(path.join(tmpdir(), "tocsin-deploy-test-"));
    expect(await execute(directory, ["scripts/db-baseline.ts"], { DATABASE_URL })).toMatchObject({ code: 0 });
    rmSync(directory, { recursive: true });
    expect(await judged({ DATABASE_URL })).toMatchObject({ complaints: [], migrations: EVERY_MIGRATION.slice(1) });
  });

  it("is judged as the role of migrations sees it", async () => {
    const DATABASE_URL = await newDatabase();
    const reader = `reader${databases}`;
    await query(DATABASE_URL, `create role ${reader} login`);
    const MIGRATIONS_DATABASE_URL = DATABASE_URL.replace("//postgres:", `//${reader}:`);
    const { complaints } = await judged({ DATABASE_URL, MIGRATIONS_DATABASE_URL });
    expect(complaints).toEqual([
      { problem: expect.stringContaining("may not create tables"), remedy: expect.anything() },
    ]);
    await migratePostgres(DATABASE_URL);
    await query(
      DATABASE_URL,
      "delete from drizzle.__drizzle_migrations where id = (select max(id) from drizzle.__drizzle_migrations)",
    );
    await query(
      DATABASE_URL,
      `grant usage on schema drizzle to ${reader}; grant select on drizzle.__drizzle_migrations to ${reader}`,
    );
    expect((await judged({ MIGRATIONS_DATABASE_URL })).complaints.map(({ problem }) => problem)).toEqual([
      expect.stringContaining("may not create tables"),
      expect.stringContaining("does not own alert_timeline, alerts, integrations, webhook_deliveries"),
    ]);
  });

  it.each([
    [{ DATABASE_URL: "mysql://x:y@nowhere/z" }, "must begin with postgres://"],
    [{ MIGRATIONS_DATABASE_URL: "postgresql://x:y@ep-cool-name-pooler.eu-central-1.aws.neon.tech/z" }, "pooled host"],
    [{ DATABASE_URL: "" }, "DATABASE_URL is not set"],
  ])("must be one that can be migrated: %o", async (env, reason) => {
    expect((await judged(env)).complaints).toEqual([
      { problem: expect.stringContaining(reason), remedy: expect.anything() },
    ]);
  });
});
