import { neon, neonConfig } from "@neondatabase/serverless";
import { drizzle } from "drizzle-orm/neon-http";
import { SECOND } from "../lib/time.ts";
import * as schema from "./schema.ts";

/** How long one HTTP request to Neon may take; the driver itself would wait for ever. */
const TIMEOUT_MS = 30 * SECOND;

/** A database over Neon's HTTP driver. It holds no connection, so it is made anew wherever it is used. */
export function connect(env: Pick<Env, "DATABASE_URL" | "NEON_ENDPOINT">, timeoutMs = TIMEOUT_MS) {
  if (env.NEON_ENDPOINT) neonConfig.fetchEndpoint = env.NEON_ENDPOINT;
  // The signal is made when a request is sent: a database may be held for long between two.
  const fetchOptions = {
    get signal() {
      return AbortSignal.timeout(timeoutMs);
    },
  };
  return drizzle(neon(env.DATABASE_URL, { fetchOptions }), { schema });
}

export type Database = ReturnType<typeof connect>;
