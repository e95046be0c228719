/** An embedded Postgres behind the Neon endpoint. */
import { chmodSync, readdirSync } from "node:fs";
import path from "node:path";
import { messages, PGlite, protocol } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import type { Backend, Execution, Query, QueryResult } from "./backend.ts";

/**
 * Opens a PGlite database in this process. Its only connection serves one request after another.
 * @param directory of its files; undefined: in memory
 */
export async function pgliteBackend(directory?: string): Promise<Backend & { pglite: PGlite }> {
  const pglite = await PGlite.create({
    extensions: { pg_trgm },
    ...(directory !== undefined && { dataDir: directory }),
  });
  if (directory !== undefined) makePrivate(directory);
  return {
    pglite,
    query: (query, { onResult } = {}) =>
      pglite.runExclusive(async () => {
        const result = await run(pglite, query);
        onResult?.(result);
        return result;
      }),
    transaction: (queries, options, execution) =>
      pglite.runExclusive(() => runTransaction(pglite, queries, options, execution)),
    close: () => pglite.close(),
  };
}

async function runTransaction(
  pglite: PGlite,
  queries: readonly Query[],
  options: string,
  { onResult }: Execution = {},
): Promise<QueryResult[]> {
  await run(pglite, { query: `BEGIN ${options}`, params: [] });
  try {
    const results: QueryResult[] = [];
    for (const query of queries) {
      const result = await run(pglite, query);
      onResult?.(result);
      results.push(result);
    }
    await run(pglite, { query: "COMMIT", params: [] });
    return results;
  } catch (error) {
    await run(pglite, { query: "ROLLBACK", params: [] });
    throw error;
  }
}

/** Runs a query over the wire protocol, which has what `PGlite.query` leaves out: texts and the metadata of the columns. */
async function run(pglite: PGlite, { query, params }: Query): Promise<QueryResult> {
  const { serialize } = protocol;
  const request = Buffer.concat([
    serialize.parse({ text: query }),
    serialize.bind({ values: params }),
    serialize.describe({ type: "P" }),
    serialize.execute({}),
    serialize.sync(),
  ]);
  const replies = (await pglite.execProtocol(request)).messages;
  const tag = replies.find((message) => message instanceof messages.CommandCompleteMessage)?.text.split(" ") ?? [];
  // INSERT has an object id before the number of rows.
  const count = Number(tag[0] === "INSERT" ? tag[2] : tag[1]);
  return {
    fields: replies.find((message) => message instanceof messages.RowDescriptionMessage)?.fields ?? [],
    rows: replies.filter((message) => message instanceof messages.DataRowMessage).map(({ fields }) => fields),
    command: tag[0] ?? "",
    rowCount: Number.isInteger(count) ? count : null,
  };
}

/** Makes every file of a folder readable for its owner alone. PGlite unpacks a new database with mode 0666. */
function makePrivate(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) chmodSync(path.join(entry.parentPath, entry.name), 0o600);
  }
}
