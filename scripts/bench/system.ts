/**
 * The system that a benchmark measures: the deployable bundle under bare workerd, a real PostgreSQL with fsync, and the endpoint between
 * them, which counts requests and has Neon's limits. All on loopback.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type pg from "pg";
import { startPostgres, type TestPostgres } from "../lib/postgres.ts";
import { migratePostgres, withPostgres } from "../database.ts";
import { type NeonEndpoint, postgresBackend, serveNeonEndpoint } from "../neon-endpoint.ts";
import { buildBundle } from "../workerd.ts";
import { type Service, startTocsin } from "./tocsin.ts";

/** Everything but the service. */
export interface Base {
  /** A folder for files of the benchmark. */
  directory: string;
  /** The file of the bundle. */
  bundle: string;
  postgres: TestPostgres;
  endpoint: NeonEndpoint;
  /** The settings DATABASE_URL and NEON_ENDPOINT. */
  database: Record<string, string>;
  /** Runs SQL as the owner of the database. */
  sql<Row extends pg.QueryResultRow>(query: string, params?: unknown[]): Promise<Row[]>;
}

export interface System extends Base {
  service: Service;
}

export interface SystemOptions {
  /** Runs the bundle behind harness.js, with a clock that can be set. */
  hasHarness?: boolean;
}

/**
 * The times of commits show when a delivery became visible. Checkpoints, after which PostgreSQL logs whole pages, come only where a
 * benchmark makes them.
 */
const SETTINGS = ["track_commit_timestamp=on", "checkpoint_timeout=1h", "max_wal_size=16GB"];

/** Builds the bundle, starts the database, runs `work`, and stops the database. */
export async function withDatabase(work: (base: Base) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-bench-"));
  const started: (() => Promise<unknown>)[] = [async () => rmSync(directory, { recursive: true, force: true })];
  try {
    console.log("Building the bundle, starting PostgreSQL …");
    const bundle = buildBundle(path.join(directory, "bundle"));
    const postgres = await startPostgres({ isDurable: true, settings: SETTINGS });
    started.push(() => postgres.stop());
    await migratePostgres(postgres.url);
    const databaseUrl = "postgresql://tocsin:bench@db.localtest.me/tocsin";
    const backend = postgresBackend(postgres.url);
    started.push(() => backend.close());
    const endpoint = await serveNeonEndpoint(backend, databaseUrl);
    started.push(() => endpoint.close());
    await work({
      directory,
      bundle,
      postgres,
      endpoint,
      database: { DATABASE_URL: databaseUrl, NEON_ENDPOINT: endpoint.url },
      sql: <Row extends pg.QueryResultRow>(query: string, params: unknown[] = []) =>
        withPostgres(postgres.url, async (client) => (await client.query<Row>(query, params)).rows),
    });
  } finally {
    for (const stop of started.toReversed()) await stop();
  }
}

/** Starts the system, runs `work`, and stops everything. */
export const withSystem = (
  work: (system: System) => Promise<void>,
  { hasHarness = false }: SystemOptions = {},
): Promise<void> =>
  withDatabase(async (base) => {
    const service = await startTocsin(
      path.join(base.directory, "tocsin"),
      base.bundle,
      { ...base.database, INSECURE_ENDPOINTS: "yes" },
      hasHarness ? { harness: path.join(import.meta.dirname, "harness.js") } : {},
    );
    try {
      await work({ ...base, service });
    } finally {
      await service.workerd.kill();
    }
  });
