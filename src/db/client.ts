import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-http";
import { SECOND } from "../lib/time.ts";
import * as schema from "./schema.ts";

/** Which database, and how it is reached. */
export interface DatabaseSettings {
  DATABASE_URL: string;
  /** Empty: Neon's own, found from the URL. */
  NEON_ENDPOINT: string;
}

/** How long a database may be used for; the driver itself would wait for an answer for ever. */
const TIMEOUT_MS = 30 * SECOND;

/**
 * A database over Neon's HTTP driver. It holds no connection, so every use makes its own.
 * @param signal ends its requests; by default time does, counted from here
 */
export function connect(env: DatabaseSettings, signal: AbortSignal = AbortSignal.timeout(TIMEOUT_MS)) {
  if (env.NEON_ENDPOINT) neonConfig.fetchEndpoint = env.NEON_ENDPOINT;
  return drizzle(neon(env.DATABASE_URL, { fetchOptions: { signal } }), { schema });
}

/** As connect, for the length of some work. No timer outlives it: in an object, one would keep it in memory. */
export async function withConnection<T>(env: DatabaseSettings, work: (db: Database) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(new Error("Postgres took too long")), TIMEOUT_MS);
  try {
    return await work(connect(env, controller.signal));
  } finally {
    clearTimeout(timer);
  }
}

export type Database = ReturnType<typeof connect>;
