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
  /** Keeps the names of functions, and opens the inspector at this address. */
  inspector?: string;
}

/** Builds the bundle, starts the database, runs `work`, and stops the database. */
export async function withDatabase(work: (base: Base) => Promise<void>, { isReadable = false } = {}): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-bench-"));
  const started: (() => Promise<unknown>)[] = [async () => rmSync(directory, { recursive: true, force: true })];
  try {
    console.log("Building the bundle, starting PostgreSQL …");
    const bundle = buildBundle(path.join(directory, "bundle"), undefined, { isReadable });
    // The times of commits show when a delivery became visible.
    const postgres = await startPostgres({ isDurable: true, settings: ["track_commit_timestamp=on"] });
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
export async function withSystem(work: (system: System) => Promise<void>, options: SystemOptions = {}): Promise<void> {
  const { hasHarness = false, inspector } = options;
  await withDatabase(
    async (base) => {
      const service = await startTocsin(
        path.join(base.directory, "tocsin"),
        base.bundle,
        { ...base.database, INSECURE_ENDPOINTS: "yes" },
        {
          ...(hasHarness && { harness: path.join(import.meta.dirname, "harness.js") }),
          ...(inspector !== undefined && { inspector }),
        },
      );
      try {
        await work({ ...base, service });
      } finally {
        await service.workerd.kill();
      }
    },
    { isReadable: inspector !== undefined },
  );
}
