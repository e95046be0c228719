/** The database of a script: the one of DATABASE_URL, otherwise the embedded one in the state directory. */
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

/** The table of drizzle's migrator with the applied migrations. */
export const HISTORY = "drizzle.__drizzle_migrations";

/** Runs SQL and returns the rows. Without parameters, the text may have several statements. */
export type Sql = (query: string, params?: unknown[]) => Promise<Record<string, unknown>[]>;

/** Whether Neon serves the database; any other Postgres needs our endpoint in front of it. */
export const isNeon = (connectionString: string): boolean => new URL(connectionString).hostname.endsWith(".neon.tech");

/** The name of a pooled host is that of the direct host with a suffix. https://neon.com/docs/connect/connection-pooling */
const POOLED = /^([^.]+)-pooler(?=\.)/;

/** Whether a connection string names Neon's pooler, which shares sessions: advisory locks do not work there. */
export const isPooled = (connectionString: string): boolean =>
  isNeon(connectionString) && POOLED.test(new URL(connectionString).hostname);

/** The connection string without Neon's pooler; any other one unchanged. */
export function directUrl(connectionString: string): string {
  if (!isPooled(connectionString)) return connectionString;
  const url = new URL(connectionString);
  url.hostname = url.hostname.replace(POOLED, "$1");
  return url.href;
}

/** The directory of the embedded database in the state directory. */
export function embeddedDirectory(stateDirectory: string): string {
  mkdirSync(stateDirectory, { recursive: true });
  return path.join(stateDirectory, "pgdata");
}

/**
 * Applies the missing migrations to a Postgres or Neon database. Concurrent calls wait for each other.
 * @param migrationsFolder of another release
 */
export const migratePostgres = (connectionString: string, migrationsFolder = MIGRATIONS): Promise<void> =>
  withPostgres(directUrl(connectionString), async (client) => {
    // Of two concurrent deploys, the second waits and then finds nothing to do.
    await client.query("select pg_advisory_lock(hashtext('tocsin migrations'))");
    // A migration that waits for a table lock blocks every later query on the table, so it must not wait long.
    await client.query("set lock_timeout = '30s'");
    await migratePg(drizzlePg(client), { migrationsFolder });
  });

/** Applies the missing migrations to a PGlite database, which has a single user and needs no lock. */
export const migrateEmbedded = (pglite: PGlite): Promise<void> =>
  migratePglite(drizzlePglite(pglite), { migrationsFolder: MIGRATIONS });

/** Runs `work` with a connection. @throws Failure when it cannot connect */
export async function withPostgres<T>(connectionString: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  try {
    await client.connect();
  } catch (error) {
    throw new Failure(`DATABASE_URL: cannot connect to ${targetOf(connectionString)}: ${reasonOf(error)}`);
  }
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Runs `work` on the database of DATABASE_URL, otherwise on the embedded one. */
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

export const pgliteSql =
  (pglite: PGlite): Sql =>
  async (query, params) => {
    if (params) return (await pglite.query<Record<string, unknown>>(query, params)).rows;
    return (await pglite.exec(query)).at(-1)?.rows ?? [];
  };

/** Opens and migrates a database for the Neon endpoint. */
export async function openDatabase(connectionString: string | undefined, stateDirectory: string): Promise<Backend> {
  if (connectionString) {
    await migratePostgres(connectionString);
    return postgresBackend(connectionString);
  }
  const backend = await pgliteBackend(embeddedDirectory(stateDirectory));
  await migrateEmbedded(backend.pglite);
  return backend;
}

/** Host and database of a connection string, without the password. */
function targetOf(connectionString: string): string {
  const { hostname, port, pathname } = new URL(connectionString);
  return `${hostname}:${port || "5432"}${pathname}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
