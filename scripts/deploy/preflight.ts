/** Checks before a deployment: configuration, environment, Cloudflare and database. Changes nothing. */
import { randomBytes } from "node:crypto";
import { SecretBox } from "../../src/lib/secret-box.ts";
import { directUrl, HISTORY, isNeon, isPooled, withPostgres } from "../database.ts";
import { readMigrations } from "../migrations.ts";
import { Failure } from "../run.ts";
import { configProblems, type Problem, type WorkerConfig } from "../worker-config.ts";
import { inspectAccount } from "./account.ts";
import { publicUrl } from "./public-url.ts";
import { jsonOf, type Wrangler } from "./wrangler.ts";

/** Secrets that are random, so that `--create-secrets` can create them. */
const CREATABLE = new Set(["ROOT_API_KEY", "ENCRYPTION_KEYS", "AUTH_SECRET", "INGEST_TAG_KEYS"]);

const MIN_SECRET_LENGTH = 32;

export interface Preflight {
  /** Everything that is missing or wrong. Empty: the deployment can continue. */
  problems: Problem[];
  /** What works, but could be better. */
  warnings: Problem[];
  /** Names of the migrations to apply. */
  migrations: string[];
  /** Values of the secrets that the Worker lacks. */
  secrets: Record<string, string>;
  /** Those of `secrets` that were created here. */
  created: string[];
  /** Whether the Worker is deployed already. */
  isDeployed: boolean;
  /** Whether every integration gets a new, empty object, which needs its config. */
  movesObjects: boolean;
  /** Origin of the console for links in messages; null: unknown. */
  publicUrl: string | null;
}

export interface PreflightOptions {
  createsSecrets: boolean;
  /** Accepts a new jurisdiction, in which the current objects are not used. */
  isForced: boolean;
}

/** The deployed Worker. */
type Live = { isKnown: boolean; secrets: string[]; vars: Record<string, string> | null; detail: string };

/** Checks everything at once. */
export async function preflight(
  config: WorkerConfig,
  wrangler: Wrangler,
  env: NodeJS.ProcessEnv,
  options: PreflightOptions,
): Promise<Preflight> {
  const [account, live, database] = await Promise.all([
    inspectAccount(config, wrangler, env),
    readLive(wrangler),
    inspectDatabase(env),
  ]);
  const secrets = await planSecrets(config, live, env, options);
  const jurisdiction = jurisdictionChange(config, live);
  const origin = publicUrl(config, account.subdomain);
  const problems = [
    ...configProblems(config),
    ...account.problems,
    ...(account.problems.length === 0 && !live.isKnown
      ? [{ problem: `Cannot read the Worker ${config.name}: ${live.detail}`, remedy: "Check the token's permissions." }]
      : []),
    ...secrets.problems,
    ...database.problems,
    ...(jurisdiction ? jurisdictionProblems(jurisdiction, config, env, options) : []),
  ];
  return {
    problems,
    warnings: [...directHostWarnings(secrets.values.DATABASE_URL), ...publicUrlWarnings(origin)],
    publicUrl: origin,
    migrations: database.migrations,
    secrets: secrets.values,
    created: secrets.created,
    isDeployed: live.vars !== null,
    movesObjects: jurisdiction !== null,
  };
}

async function readLive(wrangler: Wrangler): Promise<Live> {
  const [secrets, status] = await Promise.all([
    wrangler(["secret", "list"]),
    wrangler(["deployments", "status", "--json"]),
  ]);
  const none = { secrets: [], vars: null, detail: "" };
  // Error codes of the Workers API for a Worker that does not exist.
  if (secrets.code !== 0 && /Worker ".*" (?:\(env: .*\) )?not found|\b10007\b|\b10090\b/.test(secrets.output)) {
    return { ...none, isKnown: true };
  }
  const names = jsonOf<{ name: string }[]>(secrets);
  const deployment = jsonOf<{ versions: { version_id: string; percentage: number }[] }>(status);
  const version = deployment?.versions.toSorted((a, b) => b.percentage - a.percentage)[0]?.version_id;
  const view = version === undefined ? undefined : await wrangler(["versions", "view", version, "--json"]);
  const bindings = view && jsonOf<{ resources: { bindings: Binding[] } }>(view)?.resources.bindings;
  if (!names || !bindings) return { ...none, isKnown: false, detail: (view ?? secrets).output.slice(0, 300) };
  return {
    isKnown: true,
    secrets: names.map(({ name }) => name),
    vars: Object.fromEntries(bindings.map(({ name, text }) => [name, text ?? ""])),
    detail: "",
  };
}

interface Binding {
  name: string;
  text?: string;
}

async function planSecrets(
  { name: worker, requiredSecrets, vars }: WorkerConfig,
  live: Live,
  env: NodeJS.ProcessEnv,
  { createsSecrets }: PreflightOptions,
) {
  const problems: Problem[] = [];
  const values: Record<string, string> = {};
  const created: string[] = [];
  for (const name of requiredSecrets.filter((one) => !live.secrets.includes(one))) {
    const value = env[name];
    if (value) {
      const problem = await secretProblem(name, value, vars.NEON_ENDPOINT ?? "");
      if (problem === null) values[name] = value;
      else
        problems.push({ problem: `${name} in the environment ${problem}.`, remedy: `Set ${name} to ${howTo(name)}.` });
    } else if (createsSecrets && CREATABLE.has(name)) {
      values[name] = newSecret(name);
      created.push(name);
    } else if (name !== "DATABASE_URL" || env.MIGRATIONS_DATABASE_URL) {
      // Without any database URL, the database check reports it.
      problems.push({
        problem: `The Worker ${worker} lacks the secret ${name}.`,
        remedy: `${CREATABLE.has(name) ? "Pass --create-secrets, or set" : "Set"} ${name} to ${howTo(name)}.`,
      });
    }
  }
  return { problems, values, created };
}

async function secretProblem(name: string, value: string, neonEndpoint: string): Promise<string | null> {
  if (name === "DATABASE_URL") return workerUrlProblem(value, neonEndpoint);
  if (name !== "ENCRYPTION_KEYS") {
    const keys = name === "INGEST_TAG_KEYS" ? value.split(",") : [value];
    const isLong = keys.every((key) => key.trim().length >= MIN_SECRET_LENGTH);
    return isLong ? null : `has fewer than ${MIN_SECRET_LENGTH} characters${keys.length > 1 ? " in a key" : ""}`;
  }
  const isValid = await SecretBox.open(value).then(
    () => true,
    () => false,
  );
  return isValid ? null : "is not `id:base64` of 32 bytes, or several of them with commas between";
}

function howTo(name: string): string {
  if (name === "DATABASE_URL") return "the connection string of the Neon database";
  return name === "ENCRYPTION_KEYS" ? "`2026a:$(openssl rand -base64 32)`" : "`$(openssl rand -base64 32)`";
}

function newSecret(name: string): string {
  const bytes = randomBytes(32);
  return name === "ENCRYPTION_KEYS"
    ? `${new Date().getUTCFullYear()}a:${bytes.toString("base64")}`
    : bytes.toString("base64url");
}

function jurisdictionChange({ vars }: WorkerConfig, live: Live): { from: string; to: string } | null {
  const [from, to] = [live.vars?.OBJECTS_JURISDICTION ?? "", vars.OBJECTS_JURISDICTION ?? ""];
  return live.vars === null || from === to ? null : { from, to };
}

/** Objects of another jurisdiction are new and empty: outboxes and open alerts stay with the old objects. */
function jurisdictionProblems(
  { from, to }: { from: string; to: string },
  { name }: WorkerConfig,
  env: NodeJS.ProcessEnv,
  { isForced }: PreflightOptions,
): Problem[] {
  if (isForced && env.ROOT_API_KEY) return [];
  if (isForced) {
    return [
      {
        problem: "ROOT_API_KEY is not set. New objects need their configs right after the deployment.",
        remedy: "Set ROOT_API_KEY to the deployed root key.",
      },
    ];
  }
  return [
    {
      problem: `OBJECTS_JURISDICTION of ${name} changes from "${from}" to "${to}". Every integration would get a new, empty object.`,
      remedy: `Set it back to "${from}"; or read docs/deploy/location.md and pass --force.`,
    },
  ];
}

/**
 * A warning for a Worker that would use Neon's direct host.
 * @param url the value of the secret DATABASE_URL; undefined: the Worker has it already
 */
export function directHostWarnings(url: string | undefined): Problem[] {
  if (url === undefined || !isNeon(url) || isPooled(url)) return [];
  return [
    {
      problem: "DATABASE_URL names Neon's direct host. It accepts about 100 connections, and refuses more.",
      remedy: "Use the pooled host: the same name with `-pooler` before the first dot (docs/deploy/neon.md).",
    },
  ];
}

/** A warning for a Worker whose messages cannot link to the console. */
const publicUrlWarnings = (origin: string | null): Problem[] =>
  origin === null
    ? [
        {
          problem: "PUBLIC_URL is empty, and no route names a whole host. Messages will have no link to the console.",
          remedy: "Set PUBLIC_URL in wrangler.toml to the origin of the console (docs/deploy/domain.md).",
        },
      ]
    : [];

/** The problem of a connection string for the Worker, which needs Neon's HTTP protocol; null: none. */
export function workerUrlProblem(text: string, neonEndpoint: string): string | null {
  const problem = urlProblem(text);
  if (problem !== null || neonEndpoint !== "" || isNeon(text)) return problem;
  return "is not at Neon (*.neon.tech), and NEON_ENDPOINT in wrangler.toml is empty";
}

function urlProblem(text: string): string | null {
  if (!/^postgres(?:ql)?:\/\//.test(text)) return "must begin with postgres:// or postgresql://";
  return URL.canParse(text) ? null : "is not a URL";
}

const failed = (problem: string, remedy: string) => ({ problems: [{ problem, remedy }], migrations: [] });

/** Checks the database that the migrations are for, and lists those that it lacks. */
export async function inspectDatabase(env: NodeJS.ProcessEnv): Promise<{ problems: Problem[]; migrations: string[] }> {
  const name = env.MIGRATIONS_DATABASE_URL ? "MIGRATIONS_DATABASE_URL" : "DATABASE_URL";
  const url = env[name];
  if (!url) return failed("DATABASE_URL is not set.", "Set it in the environment: the migrations need it.");
  const problem = urlProblem(url);
  if (problem !== null) return failed(`${name} ${problem}.`, "Copy the connection string from Neon.");
  if (name === "MIGRATIONS_DATABASE_URL" && isPooled(url)) {
    return failed(`${name} names Neon's pooled host.`, "Use the direct host: the same name without `-pooler`.");
  }
  try {
    return await withPostgres(directUrl(url), async (client) => {
      const { rows } = await client.query<{ history: boolean; tables: boolean; writable: boolean }>(
        `select to_regclass($1) is not null as history,
           to_regclass('public.alerts') is not null or to_regclass('public.integrations') is not null as tables,
           not pg_is_in_recovery() and has_database_privilege(current_database(), 'create')
             and has_schema_privilege('public', 'create') as writable`,
        [HISTORY],
      );
      const [row] = rows;
      const applied = row?.history
        ? (await client.query<{ created_at: string }>(`select created_at from ${HISTORY}`)).rows
        : [];
      const last = Math.max(0, ...applied.map(({ created_at: createdAt }) => Number(createdAt)));
      const migrations = readMigrations().filter(({ createdAt }) => createdAt > last);
      if (applied.length === 0 && row?.tables) {
        return failed("The database has Tocsin's tables, but no history of migrations.", "Run `npm run db:baseline`.");
      }
      if (migrations.length > 0 && !row?.writable) {
        return failed(`The role of ${name} may not create tables.`, "Use the database's owner, on the primary.");
      }
      return { problems: [], migrations: migrations.map((migration) => migration.name) };
    });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return failed(error.message.replace(/^DATABASE_URL/, name), "Check host, role and password.");
  }
}
