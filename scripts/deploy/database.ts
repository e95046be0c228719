/** What a deployment requireScope to know of its database. It only reads. */
import type pg from "pg";
import { directUrl, HISTORY, isNeon, isPooled, withPostgres } from "../database.ts";
import { Failure } from "../run.ts";
import type { Database } from "./plan.ts";

/** Tables by which a database of Tocsin is known. */
const TABLES = ["alerts", "alert_timeline", "integrations", "webhook_deliveries"];

/**
 * Looks at the database that migrations are for: that of MIGRATIONS_DATABASE_URL, else that of DATABASE_URL, by its direct host
 * where Neon's pooled one is given.
 */
export async function inspectDatabase(env: NodeJS.ProcessEnv): Promise<Database> {
  const name = env.MIGRATIONS_DATABASE_URL ? "MIGRATIONS_DATABASE_URL" : "DATABASE_URL";
  const given = env[name];
  if (!given) return { kind: "not-given" };
  const problem = urlProblem(given);
  if (problem !== null) return unusable(`${name} ${problem}.`, "Take the connection string as Neon shows it.");
  if (name === "MIGRATIONS_DATABASE_URL" && isPooled(given)) {
    return unusable(
      "MIGRATIONS_DATABASE_URL names Neon's pooled host, and migrations need a session of their own.",
      "Take the direct one: the same host without `-pooler`.",
    );
  }
  try {
    return await withPostgres(directUrl(given), (client) => look(client, given));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return unusable(
      error.message.replace(/^DATABASE_URL/, name),
      "Look whether the database runs, and at role, password and host.",
    );
  }
}

const unusable = (problem: string, remedy: string): Database => ({ kind: "unusable", problem, remedy });

/** What is wrong with a connection string, if anything. */
export function urlProblem(text: string): string | null {
  if (!/^postgres(?:ql)?:\/\//.test(text)) return "must begin with postgres:// or postgresql://";
  return URL.canParse(text) ? null : "is not a URL";
}

/** What is wrong with a connection string for the Worker, which handles Neon's protocol over HTTP. */
export function workerUrlProblem(text: string, neonEndpoint: string): string | null {
  const problem = urlProblem(text);
  if (problem !== null || neonEndpoint !== "" || isNeon(text)) return problem;
  return "is not at Neon (*.neon.tech), and NEON_ENDPOINT in wrangler.toml names nothing else that handles its protocol";
}

async function look(client: pg.Client, url: string): Promise<Database> {
  const { hostname, pathname } = new URL(directUrl(url));
  const facts = await client.query<{
    may_create: boolean;
    is_read_only: boolean;
    trigram: "installed" | "available" | "missing";
    has_history: boolean;
  }>(
    `select has_database_privilege(current_database(), 'create') and has_schema_privilege('public', 'create') as may_create,
       pg_is_in_recovery() or current_setting('default_transaction_read_only')::boolean as is_read_only,
       case when exists (select 1 from pg_extension where extname = 'pg_trgm') then 'installed'
         when exists (select 1 from pg_available_extensions where name = 'pg_trgm') then 'available' else 'missing' end as trigram,
       to_regclass($1) is not null as has_history`,
    [HISTORY],
  );
  const [row] = facts.rows;
  const tables = await client.query<{ name: string; is_ours: boolean }>(
    `select c.relname as name, pg_has_role(c.relowner, 'usage') as is_ours from pg_class c
       where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname = any($1) order by 1`,
    [TABLES],
  );
  const history = row?.has_history
    ? (await client.query<{ created_at: string }>(`select created_at from ${HISTORY}`)).rows
    : [];
  return {
    kind: "reached",
    place: `${hostname}${pathname}`,
    applied: history.map(({ created_at: createdAt }) => Number(createdAt)),
    tables: tables.rows.map(({ name }) => name),
    foreignTables: tables.rows.filter((table) => !table.is_ours).map(({ name }) => name),
    isReadOnly: row?.is_read_only === true,
    mayCreate: row?.may_create === true,
    trigram: row?.trigram ?? "missing",
  };
}
