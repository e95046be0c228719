/**
 * The system that a benchmark measures: the deployable bundle under bare workerd, a real PostgreSQL with fsync, and the endpoint between
 * them, which counts requests. All on loopback.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type pg from "pg";
import { startPostgres, type TestPostgres } from "../lib/postgres.ts";
import { migratePostgres, withPostgres } from "../database.ts";
import { type Backend, postgresBackend, serveNeonEndpoint } from "../neon-endpoint.ts";
import { buildBundle } from "../workerd.ts";
import { type Service, startTocsin } from "./tocsin.ts";

export interface System {
  /** A folder for files of the benchmark. */
  directory: string;
  postgres: TestPostgres;
  service: Service;
  endpoint: Endpoint;
  /** Runs SQL as the owner of the database. */
  sql<Row extends pg.QueryResultRow>(query: string, params?: unknown[]): Promise<Row[]>;
}

export interface Endpoint {
  /** The HTTP requests so far. A batch is one request. */
  requests(): number;
  /** While the database is away, each request fails at once. */
  setAway(isAway: boolean): void;
}

export interface SystemOptions {
  /** Runs the bundle behind harness.js, with a clock that can be set. */
  hasHarness?: boolean;
  /** Keeps the names of functions, and opens the inspector at this address. */
  inspector?: string;
}

/** Starts the system, runs `work`, and stops everything. */
export async function withSystem(work: (system: System) => Promise<void>, options: SystemOptions = {}): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), "tocsin-bench-"));
  const started: (() => Promise<unknown>)[] = [async () => rmSync(directory, { recursive: true, force: true })];
  try {
    console.log("Building the bundle, starting PostgreSQL …");
    const bundle = buildBundle(path.join(directory, "bundle"), undefined, {
      isReadable: options.inspector !== undefined,
    });
    // The times of commits show when a delivery became visible.
    const postgres = await startPostgres({ isDurable: true, settings: ["track_commit_timestamp=on"] });
    started.push(() => postgres.stop());
    await migratePostgres(postgres.url);
    const databaseUrl = "postgresql://tocsin:bench@db.localtest.me/tocsin";
    const backend = countingBackend(postgresBackend(postgres.url));
    started.push(() => backend.close());
    const endpoint = await serveNeonEndpoint(backend, databaseUrl);
    started.push(() => endpoint.close());
    const service = await startTocsin(
      path.join(directory, "tocsin"),
      bundle,
      { DATABASE_URL: databaseUrl, NEON_ENDPOINT: endpoint.url },
      {
        ...(options.hasHarness && { harness: path.join(import.meta.dirname, "harness.js") }),
        ...(options.inspector !== undefined && { inspector: options.inspector }),
      },
    );
    started.push(() => service.workerd.kill());
    await work({
      directory,
      postgres,
      service,
      endpoint: backend,
      sql: <Row extends pg.QueryResultRow>(query: string, params: unknown[] = []) =>
        withPostgres(postgres.url, async (client) => (await client.query<Row>(query, params)).rows),
    });
  } finally {
    for (const stop of started.toReversed()) await stop();
  }
}

function countingBackend(backend: Backend): Backend & Endpoint {
  let requests = 0;
  let isAway = false;
  const pass = <T>(run: () => Promise<T>): Promise<T> => {
    requests++;
    return isAway ? Promise.reject(new Error("the database is away")) : run();
  };
  return {
    query: (query) => pass(() => backend.query(query)),
    transaction: (queries, options) => pass(() => backend.transaction(queries, options)),
    close: () => backend.close(),
    requests: () => requests,
    setAway: (next) => (isAway = next),
  };
}
