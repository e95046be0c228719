/** A Postgres server behind the Neon endpoint. */
import pg from "pg";
import type { Backend, Execution, Query, QueryResult } from "./backend.ts";
import { cancelled, connectFailed } from "./errors.ts";
import { NEON_LIMITS } from "./limits.ts";

/** Connections that the proxy keeps for an endpoint. It closes others after their request. */
const MAX_IDLE_CONNECTIONS = 20;

const TYPES = { getTypeParser: () => (value: string) => value };

/** Connects to a Postgres server. The endpoint limits the connections, so no request waits for one. */
export function postgresBackend(connectionString: string): Backend {
  const pool = new pg.Pool({ connectionString, max: NEON_LIMITS.maxConnections, connectionTimeoutMillis: 5000 });
  // A broken connection must not end this process. The query that uses it reports the error.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));

  const cancel = async (processId: number): Promise<void> => {
    const client = new pg.Client({ connectionString });
    client.on("error", () => {});
    await client.connect();
    try {
      await client.query("select pg_cancel_backend($1)", [processId]);
    } finally {
      await client.end();
    }
  };
  /** Runs `work` with a connection, and discards the connection if it fails. */
  const withClient = async <T>(
    signal: AbortSignal | undefined,
    work: (client: pg.PoolClient) => Promise<T>,
  ): Promise<T> => {
    if (signal?.aborted) throw cancelled();
    const client = await pool.connect().catch((error: unknown) => {
      throw connectFailed(error);
    });
    const onAbort = (): void => void cancel(processIdOf(client)).catch(() => {});
    signal?.addEventListener("abort", onAbort, { once: true });
    let isBroken = true;
    try {
      const result = await work(client);
      isBroken = false;
      return result;
    } finally {
      signal?.removeEventListener("abort", onAbort);
      client.release(isBroken || signal?.aborted === true || pool.idleCount >= MAX_IDLE_CONNECTIONS);
    }
  };
  return {
    query: (query, { signal, onResult } = {}) =>
      withClient(signal, async (client) => {
        const result = await run(client, query);
        onResult?.(result);
        return result;
      }),
    transaction: (queries, options, execution = {}) =>
      withClient(execution.signal, (client) => runTransaction(client, queries, options, execution)),
    close: () => pool.end(),
  };
}

async function runTransaction(
  client: pg.PoolClient,
  queries: readonly Query[],
  options: string,
  { signal, onResult }: Execution,
): Promise<QueryResult[]> {
  await client.query(`BEGIN ${options}`);
  try {
    const results: QueryResult[] = [];
    for (const query of queries) {
      if (signal?.aborted) throw cancelled();
      const result = await run(client, query);
      onResult?.(result);
      results.push(result);
    }
    await client.query("COMMIT");
    return results;
  } catch (error) {
    // Of a lost connection, Postgres rolls the transaction back.
    await client.query("ROLLBACK").catch(() => {});
    throw error;
  }
}

async function run(client: pg.PoolClient, { query, params }: Query): Promise<QueryResult> {
  const { fields, rows, command, rowCount } = await client.query<(string | null)[]>({
    text: query,
    values: params,
    rowMode: "array",
    types: TYPES,
    // One statement for each query even without parameters, as with Neon.
    queryMode: "extended",
  } as pg.QueryArrayConfig);
  return { fields, rows, command: command ?? "", rowCount };
}

/** Process id of the server's side of a connection. */
const processIdOf = (client: pg.PoolClient): number => (client as unknown as { processID: number }).processID;
