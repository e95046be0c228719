import { execFile, type ExecFileException } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readMigrations } from "../../scripts/migrations.ts";
import { type NeonEndpoint, postgresBackend, serveNeonEndpoint } from "../../scripts/neon-endpoint.ts";
import { type Cloudflare, startCloudflare } from "../support/cloudflare.ts";
import { type Deployed, startDeployed } from "../support/deployed.ts";
import { freePort, startPostgres, type TestPostgres } from "../support/postgres.ts";

const ROOT = path.join(import.meta.dirname, "..", "..");
const PASSWORD = "database-password-that-nobody-may-print";
const EVERY_MIGRATION = readMigrations().map(({ name }) => name);
const SECRETS = ["AUTH_SECRET", "DATABASE_URL", "ENCRYPTION_KEYS", "ROOT_API_KEY"];

let postgres: TestPostgres;
let databases = 0;
let directory = "";
let DATABASE_URL = "";
let endpoint: NeonEndpoint;
let cloudflare: Cloudflare;
let deployed: Deployed;

beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

beforeEach(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "tocsin-deploy-test-"));
  const name = `deploy_${++databases}`;
  await query(postgres.url, `create database ${name}`);
  DATABASE_URL = postgres.url.replace("postgres@", `postgres:${PASSWORD}@`).replace(/\/postgres$/, `/${name}`);
  const backend = postgresBackend(DATABASE_URL);
  endpoint = await serveNeonEndpoint(backend, DATABASE_URL);
  deployed = await startDeployed();
  cloudflare = await startCloudflare({ onDeployment: (_, version) => deployed.run(version) });
  return async () => {
    await Promise.all([deployed.stop(), cloudflare.close()]);
    await endpoint.close();
    await backend.close();
  };
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const result = await client.query<Record<string, unknown>>(text);
  await client.end();
  return result.rows;
}

/** The project's own configuration, with changes, where a test may have it: paths in it are from the file that names them. */
function configFile(change: (toml: string) => string = (toml) => toml): string {
  const toml = readFileSync(path.join(ROOT, "wrangler.toml"), "utf8")
    .replaceAll(/^(main|directory) = "(.*)"$/gm, (_, key, from) => `${key} = ${JSON.stringify(path.join(ROOT, from))}`)
    .replaceAll(/ = "(\.\/src\/bundle\/.*)"$/gm, (_, from) => ` = ${JSON.stringify(path.join(ROOT, from))}`)
    .replaceAll('NEON_ENDPOINT = ""', `NEON_ENDPOINT = ${JSON.stringify(endpoint.url)}`);
  const file = path.join(directory, "wrangler.toml");
  writeFileSync(file, change(toml));
  return file;
}

interface Outcome {
  code: number;
  output: string;
  /** The arguments of every process that was started for it. */
  processes: string;
}

/** Runs a program with wrangler's world: the stand-in, and folders of its own. */
function execute(args: readonly string[], env: Record<string, string>, input = ""): Promise<Outcome> {
  const recorder = path.join(directory, "record.mjs");
  const record = path.join(directory, `processes-${crypto.randomUUID()}`);
  writeFileSync(
    recorder,
    `import { appendFileSync } from "node:fs"; appendFileSync(process.env.PROCESS_RECORD, process.argv.join(" ") + "\\n");`,
  );
  mkdirSync(path.join(directory, "home"), { recursive: true });
  const options = {
    cwd: ROOT,
    maxBuffer: 64 * 1024 * 1024,
    env: {
      PATH: process.env.PATH,
      HOME: path.join(directory, "home"),
      XDG_CONFIG_HOME: path.join(directory, "home"),
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
    execFile(process.execPath, [...args], options, done).stdin?.end(input);
  });
}

const deploy = (args: readonly string[] = [], env: Record<string, string> = {}, config = configFile()) =>
  execute([path.join("scripts", "deploy.ts"), `--config=${config}`, `--url=${deployed.url}`, ...args], {
    ...cloudflare.env,
    DATABASE_URL,
    ...env,
  });

const wrangler = (args: readonly string[], input = "") =>
  execute(
    [path.join("node_modules", "wrangler", "bin", "wrangler.js"), ...args, `--config=${configFile()}`, "--env="],
    cloudflare.env,
    input,
  );

const relations = () =>
  query(
    DATABASE_URL,
    "select oid from pg_class where relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)",
  );

const get = async (route: string, rootApiKey = "") => {
  const response = await fetch(deployed.url + route, { headers: { authorization: `Bearer ${rootApiKey}` } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

const secretsOf = (worker: string): Record<string, string | undefined> =>
  Object.fromEntries(
    (cloudflare.current(worker)?.bindings ?? [])
      .filter(({ type }) => type === "secret_text")
      .map(({ name, text }) => [name, text]),
  );

describe("A deployment of nothing", () => {
  it("tells everything that is missing at once, and how to come by it", async () => {
    const { code, output } = await execute([path.join("scripts", "deploy.ts"), "--dry-run"], {
      CLOUDFLARE_API_BASE_URL: cloudflare.env.CLOUDFLARE_API_BASE_URL!,
    });
    expect(code).toBe(1);
    for (const part of [
      "wrangler login",
      "DATABASE_URL is not set",
      "ROOT_API_KEY",
      "ENCRYPTION_KEYS",
      "AUTH_SECRET",
      "--create-secrets",
    ]) {
      expect(output).toContain(part);
    }
    expect(output).toContain("5 things are missing; nothing was changed.");
    expect(cloudflare.writes()).toEqual([]);
  });

  it("finds what is wrong in the configuration, the database and the secrets in one run", async () => {
    const config = configFile((toml) =>
      toml
        .replace('OBJECTS_JURISDICTION = ""', 'OBJECTS_JURISDICTION = "europe"')
        .replace('API_LIMIT_PER_MINUTE = "1200"', 'API_LIMIT_PER_MINUTE = "60"')
        .replace("# routes = [", "routes = ["),
    );
    const env = {
      DATABASE_URL: DATABASE_URL.replace(/:\d+\//, `:${await freePort()}/`),
      ENCRYPTION_KEYS: "not-a-key-of-any-kind",
      AUTH_SECRET: "short-secret",
    };
    const { code, output } = await deploy([], env, config);
    expect(code).toBe(1);
    const problems = output.split("\n").filter((line) => line.startsWith("- "));
    expect(problems).toEqual([
      expect.stringContaining('OBJECTS_JURISDICTION is "europe"'),
      expect.stringContaining("API_LIMIT_PER_MINUTE says 60, and API_LIMITER allows 1200"),
      expect.stringContaining("tocsin.example.com is still the example"),
      expect.stringContaining("the secret ROOT_API_KEY"),
      expect.stringContaining("ENCRYPTION_KEYS in the environment is not `id:base64`"),
      expect.stringContaining("AUTH_SECRET in the environment is shorter"),
      expect.stringContaining("cannot connect to 127.0.0.1"),
    ]);
    for (const secret of [PASSWORD, "not-a-key", "short-secret"]) expect(output).not.toContain(secret);
    expect(cloudflare.writes()).toEqual([]);
  });

  it("asks which account, where there are several", async () => {
    const several = await startCloudflare({ accounts: 2 });
    const { code, output } = await deploy(["--dry-run", "--create-secrets"], several.env);
    await several.close();
    expect([code, output]).toEqual([1, expect.stringContaining("CLOUDFLARE_ACCOUNT_ID")]);
  });
});

describe("A dry run", () => {
  it("passes with everything there, tells what it would do, and changes nothing", async () => {
    const { code, output } = await deploy(["--dry-run", "--create-secrets"]);
    expect([code, output]).toEqual([0, expect.stringContaining("Nothing was changed.")]);
    expect(output).toContain(EVERY_MIGRATION.join(", "));
    expect(output).toMatch(/make the Worker tocsin: [\d.]+ KiB \/ gzip: [\d.]+ KiB/);
    expect(output).toContain("DATABASE_URL, ROOT_API_KEY (made), ENCRYPTION_KEYS (made), AUTH_SECRET (made)");
    expect(cloudflare.writes()).toEqual([]);
    expect(await relations()).toEqual([]);
  });

  it("is for a Worker of its own in staging", async () => {
    const { code, output } = await deploy(["--dry-run", "--create-secrets", "--env=staging"]);
    expect([code, output]).toEqual([0, expect.stringContaining("make the Worker tocsin-staging")]);
    const unknown = await deploy(["--dry-run", "--env=stagging"]);
    expect([unknown.code, unknown.output]).toEqual([1, expect.stringContaining("stagging")]);
  });
});

describe("Deployments", () => {
  it("begin with a Worker that answers, go on without doing anything twice, and go back", async () => {
    const first = await deploy(["--create-secrets"]);
    expect([first.code, first.output]).toEqual([0, expect.stringContaining("/welcome")]);
    expect(Object.keys(secretsOf("tocsin")).toSorted()).toEqual(SECRETS);
    const made = secretsOf("tocsin");
    const rootApiKey = made.ROOT_API_KEY!;
    // What was uploaded runs: with its secrets, on the database that was migrated.
    expect((await get("/healthz")).body).toEqual({ status: "ok", version: cloudflare.current("tocsin")!.id });
    expect((await get("/v1/integrations", rootApiKey)).status).toBe(200);
    // The root key is shown once; nothing else is, and no process has a secret among its arguments.
    expect(first.output.split(rootApiKey)).toHaveLength(2);
    for (const secret of [PASSWORD, made.ENCRYPTION_KEYS!, made.AUTH_SECRET!, cloudflare.env.CLOUDFLARE_API_TOKEN!]) {
      expect(first.output + first.processes).not.toContain(secret);
    }
    expect(first.processes).not.toContain(rootApiKey);
    expect(first.processes).toContain("--secrets-file=");

    const version = cloudflare.current("tocsin")!.id;
    const second = await deploy(["--create-secrets"], { ROOT_API_KEY: "another-root-key-that-comes-too-late" });
    expect([second.code, second.output]).toEqual([0, expect.stringContaining("every migration is there already")]);
    expect(second.output).not.toContain("Secrets that go with it");
    expect(secretsOf("tocsin")).toEqual(made);
    expect(cloudflare.current("tocsin")!.id).not.toBe(version);
    expect((await get("/v1/integrations", rootApiKey)).status).toBe(200);

    expect(await wrangler(["rollback", version, "--yes"])).toMatchObject({ code: 0 });
    expect((await get("/healthz")).body).toMatchObject({ version });
    expect((await get("/v1/integrations", rootApiKey)).status).toBe(200);
  });

  it("take the secrets that the Worker lacks from the environment", async () => {
    const given = {
      ROOT_API_KEY: "root-key-of-the-operator-0123456789",
      ENCRYPTION_KEYS: `own:${Buffer.alloc(32, 7).toString("base64")}`,
      AUTH_SECRET: "auth-secret-of-the-operator-0123456789",
    };
    const { code, output, processes } = await deploy([], given);
    expect(code).toBe(0);
    expect(secretsOf("tocsin")).toEqual({ ...given, DATABASE_URL });
    for (const secret of Object.values(given)) expect(output + processes).not.toContain(secret);
  });

  it("leave no objects behind unless that is meant", async () => {
    await deploy(["--create-secrets"]);
    const moved = configFile((toml) => toml.replaceAll('OBJECTS_JURISDICTION = ""', 'OBJECTS_JURISDICTION = "eu"'));
    const writes = cloudflare.writes().length;
    const refused = await deploy([], {}, moved);
    expect([refused.code, refused.output]).toEqual([1, expect.stringContaining('changes from "" to "eu"')]);
    expect(cloudflare.writes()).toHaveLength(writes);
    const meant = await deploy(["--dry-run", "--force"], {}, moved);
    expect([meant.code, meant.output]).toEqual([0, expect.stringContaining("its objects are left behind")]);
  });

  it("may be gradual, and secrets may be changed, by the commands of the guides", async () => {
    await deploy(["--create-secrets"]);
    const before = cloudflare.current("tocsin")!.id;
    expect(await wrangler(["versions", "upload", "--tag=next", "--preview-alias=next"])).toMatchObject({ code: 0 });
    expect(cloudflare.current("tocsin")!.id).toBe(before);
    const next = cloudflare.workers.get("tocsin")!.versions.at(-1)!;
    expect(next.tag).toBe("next");
    expect(await wrangler(["versions", "deploy", `${before}@90`, `${next.id}@10`, "--yes"])).toMatchObject({ code: 0 });
    expect(cloudflare.workers.get("tocsin")!.deployments[0]!.versions).toHaveLength(2);
    expect(await wrangler(["versions", "deploy", `${next.id}@100`, "--yes"])).toMatchObject({ code: 0 });
    expect((await get("/healthz")).body).toMatchObject({ version: next.id });
    const key = "a-new-root-key-0123456789-0123456789";
    expect(await wrangler(["secret", "put", "ROOT_API_KEY"], key)).toMatchObject({ code: 0 });
    expect((await get("/v1/integrations", key)).status).toBe(200);
  });

  it("change a Durable Object class by a whole deployment alone", async () => {
    await deploy(["--create-secrets"]);
    cloudflare.workers.get("tocsin")!.migrationTag = null;
    const { code, output } = await wrangler(["versions", "upload"]);
    expect([code, output]).toEqual([1, expect.stringContaining("10211")]);
  });
});

describe("A database", () => {
  const refused = async (env: Record<string, string>, reason: string) => {
    const { code, output } = await deploy(["--create-secrets"], env);
    expect([code, output]).toEqual([1, expect.stringContaining(reason)]);
    expect(output).not.toContain(PASSWORD);
    expect(cloudflare.writes()).toEqual([]);
  };

  it("that a migration fails on gets none of them, and nothing is deployed", async () => {
    await query(DATABASE_URL, "create type delivery_status as enum ('SOMETHING_ELSE')");
    await refused({}, 'type "delivery_status" already exists');
    expect(await relations()).toEqual([]);
  });

  it("with tables from elsewhere is to be adopted first", async () => {
    await query(DATABASE_URL, readMigrations()[0]!.sql);
    await refused({}, "npm run db:baseline");
    const baseline = await execute([path.join("scripts", "db-baseline.ts")], { DATABASE_URL });
    expect(baseline).toMatchObject({ code: 0 });
    const { code, output } = await deploy(["--create-secrets"]);
    expect([code, output]).toEqual([0, expect.stringContaining(`applied ${EVERY_MIGRATION.slice(1).join(", ")}`)]);
  });

  it("whose role may not create tables is told, beside the role of migrations that may", async () => {
    const database = new URL(DATABASE_URL).pathname.slice(1);
    await query(DATABASE_URL, `create role reader_${database} login; revoke create on schema public from public`);
    const reader = DATABASE_URL.replace("postgres:", `reader_${database}:`).replace(/^reader_\w+/, "postgresql");
    await refused({ MIGRATIONS_DATABASE_URL: reader }, "may not create tables");
  });

  it("is named by a URL", () => refused({ DATABASE_URL: "mysql://nowhere" }, "must begin with postgres://"));

  it("is not migrated through Neon's pooler", () =>
    refused(
      { MIGRATIONS_DATABASE_URL: "postgresql://x:y@ep-cool-name-123-pooler.eu-central-1.aws.neon.tech/neondb" },
      "without `-pooler`",
    ));
});
