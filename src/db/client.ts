import { neon, neonConfig } from "@neondatabase/serverless";
import type { BatchItem } from "drizzle-orm/batch";
import { drizzle } from "drizzle-orm/neon-http";
import { SECOND } from "../lib/time.ts";
import { gather } from "./gather.ts";
import * as schema from "./schema.ts";

export interface DatabaseSettings {
  DATABASE_URL: string;
  /** The URL of the Neon HTTP endpoint; empty: Neon's own, derived from DATABASE_URL. */
  NEON_ENDPOINT: string;
}

/** The driver itself has no timeout. */
const TIMEOUT_MS = 30 * SECOND;

/**
 * Makes a client of Neon's HTTP driver. It holds no connection and is cheap to make.
 * @param signal aborts its requests; by default 30 s from now
 */
export function connect(env: DatabaseSettings, signal: AbortSignal = AbortSignal.timeout(TIMEOUT_MS)) {
  return drizzle(httpClient(env, signal), { schema });
}

/** Makes a client whose reads go to Postgres together when they start together; see gather.ts. Its requests have 30 s from now. */
export const connectGathering = (env: DatabaseSettings): Database =>
  drizzle({ client: gather(httpClient(env, AbortSignal.timeout(TIMEOUT_MS))), schema });

function httpClient(env: DatabaseSettings, signal: AbortSignal) {
  if (env.NEON_ENDPOINT) neonConfig.fetchEndpoint = env.NEON_ENDPOINT;
  return neon(env.DATABASE_URL, { fetchOptions: { signal } });
}

/** Connects for the length of `work`. No timer outlives it: a timer would keep a Durable Object in memory. */
export const withConnection = <T>(env: DatabaseSettings, work: (db: Database) => Promise<T>): Promise<T> =>
  withTimeout(TIMEOUT_MS, (signal) => work(connect(env, signal)));

/**
 * Runs one statement without Drizzle: its text is a constant, and its errors do not hold the parameters.
 * @param timeoutMs after this time it fails, and Postgres may have run it or not
 * @throws NeonDbError
 */
export function runStatement<Row>(
  env: DatabaseSettings,
  text: string,
  parameters: readonly string[],
  timeoutMs: number,
): Promise<Row[]> {
  return withTimeout(
    timeoutMs,
    async (signal) => (await httpClient(env, signal).query(text, [...parameters])) as Row[],
  );
}

async function withTimeout<T>(timeoutMs: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error("Postgres did not answer in time")), timeoutMs);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}

export type Database = ReturnType<typeof connect>;

/** A statement for a batch. */
export type Statement = BatchItem<"pg">;
