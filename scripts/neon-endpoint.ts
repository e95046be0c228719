/**
 * A Neon-compatible HTTP endpoint (`POST /sql`) in front of PGlite or any Postgres, for machines without Neon. The real
 * `@neondatabase/serverless` driver uses it as it uses Neon's proxy.
 * Protocol: https://github.com/neondatabase/neon, proxy/src/serverless/sql_over_http.rs
 */
import { chmodSync, readdirSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { PGlite } from "@electric-sql/pglite";
import { pg_trgm } from "@electric-sql/pglite/contrib/pg_trgm";
import pg from "pg";

interface Query {
  query: string;
  params: (string | null)[];
}

interface Field {
  name: string;
  dataTypeID: number;
}

/** The result of a query, with values in the text format of Postgres. */
interface QueryResult {
  fields: Field[];
  rows: (string | null)[][];
  command: string;
  rowCount: number | null;
}

/** A database behind the endpoint. */
export interface Backend {
  query(query: Query): Promise<QueryResult>;
  /** Runs queries in one transaction. @param options of `SET TRANSACTION` */
  transaction(queries: readonly Query[], options: string): Promise<QueryResult[]>;
  close(): Promise<void>;
}

const identity = (value: string): string => value;

/** Makes every file of a folder readable for its owner alone. PGlite unpacks a new database with mode 0666. */
function makePrivate(directory: string): void {
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) chmodSync(path.join(entry.parentPath, entry.name), 0o600);
  }
}

/** Opens a PGlite database in this process. @param directory of its files; undefined: in memory */
export async function pgliteBackend(directory?: string): Promise<Backend & { pglite: PGlite }> {
  const pglite = await PGlite.create({
    extensions: { pg_trgm },
    ...(directory !== undefined && { dataDir: directory }),
  });
  if (directory !== undefined) makePrivate(directory);
  const { rows } = await pglite.query<{ oid: number; typarray: number }>("select oid, typarray from pg_type");
  // Neon sends text, so PGlite must not parse. Types that are created later, such as enums, are text anyway.
  const parsers = Object.fromEntries(
    rows.flatMap(({ oid, typarray }) => [
      [oid, identity],
      [typarray, identity],
    ]),
  );
  const serializers = Object.fromEntries(rows.map(({ oid }) => [oid, identity]));

  const run = async (session: Pick<PGlite, "query">, { query, params }: Query): Promise<QueryResult> => {
    const result = await session.query<(string | null)[]>(query, params, { rowMode: "array", parsers, serializers });
    return {
      fields: result.fields,
      rows: result.rows,
      command: query.trim().split(/\s/, 1)[0]?.toUpperCase() ?? "",
      rowCount: result.rows.length > 0 ? result.rows.length : (result.affectedRows ?? null),
    };
  };
  return {
    pglite,
    query: (query) => run(pglite, query),
    transaction: (queries, options) =>
      pglite.transaction(async (transaction) => {
        if (options !== "") await transaction.exec(`SET TRANSACTION ${options}`);
        const results = [];
        for (const query of queries) results.push(await run(transaction, query));
        return results;
      }),
    close: () => pglite.close(),
  };
}

/** Connects to a Postgres server. */
export function postgresBackend(connectionString: string): Backend {
  const pool = new pg.Pool({ connectionString, max: 10, connectionTimeoutMillis: 5000 });
  // A broken connection must not end this process. The query that uses it reports the error.
  pool.on("error", () => {});
  pool.on("connect", (client) => client.on("error", () => {}));
  const types = { getTypeParser: () => (value: string) => value };
  const run = async (client: pg.Pool | pg.PoolClient, { query, params }: Query): Promise<QueryResult> => {
    const result = await client.query<(string | null)[]>({
      text: query,
      values: params,
      rowMode: "array",
      types,
      // One statement for each query even without parameters, as with Neon.
      queryMode: "extended",
    } as pg.QueryArrayConfig);
    return { fields: result.fields, rows: result.rows, command: result.command, rowCount: result.rowCount };
  };
  return {
    query: (query) => run(pool, query),
    async transaction(queries, options) {
      const client = await pool.connect();
      let rollbackFailure: Error | undefined;
      try {
        await client.query(`BEGIN ${options}`);
        const results = [];
        for (const query of queries) results.push(await run(client, query));
        await client.query("COMMIT");
        return results;
      } catch (error) {
        await client.query("ROLLBACK").catch((rollbackError: Error) => {
          rollbackFailure = rollbackError;
        });
        throw error;
      } finally {
        client.release(rollbackFailure);
      }
    },
    close: () => pool.end(),
  };
}

export interface NeonEndpoint {
  /** The value for NEON_ENDPOINT. */
  url: string;
  close(): Promise<void>;
}

const MAX_REQUEST_BYTES = 64 * 1024 * 1024;

/** Serves a backend on a free loopback port. Requests need the user and password of the connection string. */
export async function serveNeonEndpoint(backend: Backend, connectionString: string): Promise<NeonEndpoint> {
  const expected = credentialsOf(connectionString);
  const server = createServer((request, response) => {
    answer(backend, expected, request).then(
      ([status, body, headers]) => send(response, status, body, headers),
      (error: unknown) => send(response, 500, { message: String(error) }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sql`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Answer = [status: number, body: unknown, headers?: Record<string, string>];

async function answer(backend: Backend, expected: string, request: IncomingMessage): Promise<Answer> {
  if (request.method !== "POST" || request.url !== "/sql") return [404, { message: "POST /sql" }];
  if (credentialsOf(header(request, "neon-connection-string")) !== expected) {
    return [400, { message: "password authentication failed", code: null }];
  }
  const text = await readAll(request);
  if (text === null) return [413, { message: "request is too large" }];
  let body: { query?: string; params?: unknown[]; queries?: { query: string; params?: unknown[] }[] };
  try {
    body = JSON.parse(text) as typeof body;
  } catch (error) {
    return [400, { message: `could not parse request body: ${String(error)}`, code: null }];
  }
  const asArray = header(request, "neon-array-mode") === "true";
  try {
    if (body.queries) {
      const results = await backend.transaction(body.queries.map(toQuery), transactionOptions(request));
      return [200, { results: results.map((result) => shape(result, asArray)) }, batchHeaders(request)];
    }
    return [200, shape(await backend.query(toQuery({ query: body.query ?? "", params: body.params ?? [] })), asArray)];
  } catch (error) {
    return failure(error);
  }
}

const header = (request: IncomingMessage, name: string): string => String(request.headers[name] ?? "");

/** User and password of a connection string. */
function credentialsOf(connectionString: string): string {
  if (!URL.canParse(connectionString)) return "";
  const { username, password } = new URL(connectionString);
  return `${username}:${password}`;
}

async function readAll(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_REQUEST_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const toQuery = ({ query, params = [] }: { query: string; params?: unknown[] }): Query => ({
  query,
  params: params.map(toText),
});

function toText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  // Numbers and booleans read the same in JSON and in Postgres's text format.
  return typeof value === "string" ? value : JSON.stringify(value);
}

const ISOLATION_LEVELS: Record<string, string> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
};

function transactionOptions(request: IncomingMessage): string {
  const level = ISOLATION_LEVELS[header(request, "neon-batch-isolation-level")];
  return [
    level && `ISOLATION LEVEL ${level}`,
    header(request, "neon-batch-read-only") === "true" && "READ ONLY",
    header(request, "neon-batch-deferrable") === "true" && "DEFERRABLE",
  ]
    .filter(Boolean)
    .join(" ");
}

const BATCH_HEADERS = ["neon-batch-isolation-level", "neon-batch-read-only", "neon-batch-deferrable"];

const batchHeaders = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    BATCH_HEADERS.filter((name) => request.headers[name]).map((name) => [name, header(request, name)]),
  );

function shape({ fields, rows, command, rowCount }: QueryResult, asArray: boolean) {
  const names = fields.map((field) => field.name);
  return {
    fields: fields.map((field) => ({ ...field, format: "text" })),
    rows: asArray ? rows : rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]]))),
    command,
    rowCount,
    rowAsArray: asArray,
  };
}

/** The fields of a Postgres error. `position` and `line` are strings, as in Neon's responses. */
const ERROR_FIELDS = [
  "message", "code", "detail", "hint", "position", "internalPosition", "internalQuery", "severity", "where", "table",
  "column", "schema", "dataType", "constraint", "file", "line", "routine",
] as const; // prettier-ignore

function failure(error: unknown): Answer {
  if (!(error instanceof Error) || !isSqlState((error as { code?: unknown }).code)) {
    return [500, { message: error instanceof Error ? error.message : String(error) }];
  }
  const fields = error as unknown as Record<string, unknown>;
  return [400, Object.fromEntries(ERROR_FIELDS.map((name) => [name, fields[name] ?? null]))];
}

/** Codes of Node (ECONNREFUSED …) are longer: Postgres did not answer. */
const isSqlState = (code: unknown): boolean => typeof code === "string" && /^[0-9A-Z]{5}$/.test(code);

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { ...headers, "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
