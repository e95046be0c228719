/** The database that a script works on: the one of `DATABASE_URL`, else the embedded one in the state folder. */
import { mkdirSync } from "node:fs";
import path from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { drizzle as drizzlePg } from "drizzle-orm/node-postgres";
import { migrate as migratePg } from "drizzle-orm/node-postgres/migrator";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { migrate as migratePglite } from "drizzle-orm/pglite/migrator";
import pg from "pg";
import { type Backend, pgliteBackend, postgresBackend } from "./neon-endpoint.ts";
import { Failure } from "./run.ts";

const MIGRATIONS = path.join(import.meta.dirname, "..", "drizzle");

/** Where drizzle records the migrations that it has applied. */
export const HISTORY = "drizzle.__drizzle_migrations";

/** Runs SQL and gives the rows; several statements are allowed where there are no parameters. */
export type Sql = (query: string, params?: unknown[]) => Promise<Record<string, unknown>[]>;

/** Neon itself handles its protocol; everything else requireScope our endpoint before it. */
export const isNeon = (connectionString: string): boolean => new URL(connectionString).hostname.endsWith(".neon.tech");

/** Neon's pooled hosts are named after the direct ones. https://neon.com/docs/connect/connection-pooling */
const POOLED = /^([^.]+)-pooler(?=\.)/;

/** Whether a connection string names Neon's pooler, where a session is not one's own: nothing that locks can go there. */
export const isPooled = (connectionString: string): boolean =>
  isNeon(connectionString) && POOLED.test(new URL(connectionString).hostname);

/** The same database without Neon's pooler between; anything else as it is. */
export function directUrl(connectionString: string): string {
  if (!isPooled(connectionString)) return connectionString;
  const url = new URL(connectionString);
  url.hostname = url.hostname.replace(POOLED, "$1");
  return url.href;
}

/** The embedded database's folder within the state folder. */
export function embeddedDirectory(stateDirectory: string): string {
  mkdirSync(stateDirectory, { recursive: true });
  return path.join(stateDirectory, "pgdata");
}

/**
 * Applies what is missing of `drizzle/` to a Postgres or Neon, one process at a time.
 * @param migrationsFolder that of another release
 */
export const migratePostgres = (connectionString: string, migrationsFolder = MIGRATIONS): Promise<void> =>
  withPostgres(directUrl(connectionString), async (client) => {
    // Two deploys at once: the second waits, then finds nothing to do.
    await client.query("select pg_advisory_lock(hashtext('tocsin migrations'))");
    // A migration that waits for a table makes everybody else wait behind it: rather none, and again.
    await client.query("set lock_timeout = '30s'");
    await migratePg(drizzlePg(client), { migrationsFolder });
  });

/** Applies what is missing of `drizzle/` to a PGlite; it has one user, so there is nothing to lock. */
export const migrateEmbedded = (pglite: PGlite): Promise<void> =>
  migratePglite(drizzlePglite(pglite), { migrationsFolder: MIGRATIONS });

/** Connects to a Postgres, and says in one line why when it cannot. */
export async function withPostgres<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new Failure(`DATABASE_URL: cannot connect to ${placeOf(connectionString)}: ${reasonOf(error)}`);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Works on the database of `DATABASE_URL` or the embedded one, through plain SQL. */
export async function withSql<T>(
  connectionString: string | undefined,
  stateDirectory: string,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  if (connectionString) {
    return withPostgres(connectionString, (client) =>
      work(async (query, params) => (await client.query<Record<string, unknown>>(query, params)).rows),
    );
  }
  const { pglite, close } = await pgliteBackend(embeddedDirectory(stateDirectory));
  try {
    return await work(pgliteSql(pglite));
  } finally {
    await close();
  }
}

/** Plain SQL on a PGlite. */
export const pgliteSql =
  (pglite: PGlite): Sql =>
  async (query, params) => {
    if (params) return (await pglite.query<Record<string, unknown>>(query, params)).rows;
    return (await pglite.exec(query)).at(-1)?.rows ?? [];
  };

/** A migrated database ready to be served to the Worker. */
export async function openDatabase(connectionString: string | undefined, stateDirectory: string): Promise<Backend> {
  if (connectionString) {
    await migratePostgres(connectionString);
    return postgresBackend(connectionString);
  }
  const backend = await pgliteBackend(embeddedDirectory(stateDirectory));
  await migrateEmbedded(backend.pglite);
  return backend;
}

/** Host and database, without the password. */
function placeOf(connectionString: string): string {
  const { hostname, port, pathname } = new URL(connectionString);
  return `${hostname}:${port || "5432"}${pathname}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
