/**
 * Gathers reads: those that start in the same turn of the event loop go to Postgres as one batch, one round trip. Writes, and batches that
 * set a timeout or take a lock, are sent separately. Knows nothing of requests: see api/request-scope.ts.
 */
import {
  NeonDbError,
  type NeonQueryFunction,
  NeonQueryPromise,
  type ParameterizedQuery,
} from "@neondatabase/serverless";

type Client = NeonQueryFunction<false, false>;
type Query = NeonQueryPromise<false, false>;

/** The methods of a client that the driver and Drizzle use. */
type Gathering = Pick<Client, "query" | "transaction">;

/** Statements that one caller starts together, and its promise. */
interface Waiting {
  queries: Query[];
  /** Sends the statements separately. */
  alone: () => Promise<unknown[]>;
  resolve: (results: unknown[]) => void;
  reject: (error: unknown) => void;
}

/** Makes a client that gathers the reads of another one. */
export function gather(client: Client): Client {
  let waiting: Waiting[] = [];

  const flush = async (): Promise<void> => {
    const group = waiting;
    waiting = [];
    if (group.length === 1) return settle(group[0]);
    try {
      const results = await client.transaction(
        group.flatMap(({ queries }) => queries),
        { fullResults: true, readOnly: true },
      );
      let at = 0;
      for (const { queries, resolve } of group) resolve(results.slice(at, (at += queries.length)));
    } catch (error) {
      // Postgres rejected a statement: each gets its own result or error.
      if (error instanceof NeonDbError && error.code) await Promise.all(group.map(settle));
      else for (const { reject } of group) reject(error);
    }
  };

  const enqueue = (queries: Query[], alone: Waiting["alone"]): Promise<unknown[]> =>
    new Promise((resolve, reject) => {
      // After all microtasks: every read that does not wait for I/O has started.
      if (waiting.length === 0) setTimeout(() => void flush());
      waiting.push({ queries, alone, resolve, reject });
    });

  const gathering: Gathering = {
    query: (text: string, params?: unknown[], options?: object) => {
      const query: Query = client.query(text, params, options);
      if (!isRead(query)) return query as never;
      const run = async () => (await enqueue([query], async () => [await query]))[0];
      // Lazy like the driver's own: a statement of a batch never runs alone.
      return new NeonQueryPromise(run, query.queryData, query.opts) as never;
    },
    transaction: (queries, options) => {
      const alone = (): Promise<never[]> => client.transaction(queries, options) as Promise<never[]>;
      if (!Array.isArray(queries) || !queries.every(isRead)) return alone();
      return enqueue(queries, alone) as Promise<never[]>;
    },
  };
  return gathering as Client;
}

async function settle(one: Waiting | undefined): Promise<void> {
  await one?.alone().then(one.resolve, one.reject);
}

/** Whether a statement only reads, and has no effect on later statements of its transaction. */
function isRead({ queryData }: Query): boolean {
  const { query } = queryData as ParameterizedQuery;
  return /^[\s(]*select\b/i.test(query) && !/\b(set_config|pg_advisory\w+)\(|\bfor (update|share)\b/i.test(query);
}
