/**
 * A Neon-compatible HTTP endpoint (`POST /sql`) in front of PGlite or any Postgres, for machines without Neon. The real
 * `@neondatabase/serverless` driver uses it as it uses Neon's proxy. It limits and fails as the proxy does: see neon/limits.ts and
 * neon/errors.ts. Protocol: https://github.com/neondatabase/neon, proxy/src/serverless/sql_over_http.rs
 */
import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Backend, Execution } from "./neon/backend.ts";
import { connectionSlotsReserved, ProxyError, queryFailed, tooManyConnections } from "./neon/errors.ts";
import { Compute, LeakyBucket, type Limits, NEON_LIMITS } from "./neon/limits.ts";
import {
  assertCredentials,
  credentialsOf,
  optionsOf,
  parseConnectionString,
  type Payload,
  type PayloadQuery,
  readPayload,
} from "./neon/request.ts";
import { Reply } from "./neon/reply.ts";

export type { Backend, Query, QueryResult } from "./neon/backend.ts";
export { pgliteBackend } from "./neon/pglite.ts";
export { postgresBackend } from "./neon/postgres.ts";

/** What an endpoint has done since its start. */
export interface EndpointCounters {
  /** `POST /sql`, also those that failed. */
  requests: number;
  /** Statements in them: a batch has several. */
  queries: number;
  /** Replies by status code. */
  replies: Readonly<Record<number, number>>;
  receivedBytes: number;
  /** Bodies of replies: what Neon bills as egress. */
  sentBytes: number;
  wakeUps: number;
  /** The most connections in use at the same time. */
  peakConnections: number;
}

export interface NeonEndpoint {
  /** The value for NEON_ENDPOINT. */
  url: string;
  counters(): EndpointCounters;
  /** Answers every request with this failure (neon/errors.ts); null: ends that. */
  fail(failure: ProxyError | null): void;
  /** Milliseconds added to each request, like a distant database. */
  delay(ms: number): void;
  /** Suspends the compute: the next request waits for its start. */
  suspend(): void;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body: string;
  headers?: Record<string, string>;
}

/**
 * Serves a backend on a free loopback port. Requests need the user and password of the connection string.
 * @param limits Neon's, unless given
 */
export async function serveNeonEndpoint(
  backend: Backend,
  connectionString: string,
  limits: Partial<Limits> = {},
): Promise<NeonEndpoint> {
  const expected = parseConnectionString(connectionString);
  const { maxRequestBytes, maxResponseBytes, ...rest } = { ...NEON_LIMITS, ...limits };
  const bucket = new LeakyBucket(rest);
  const compute = new Compute({ maxRequestBytes, maxResponseBytes, ...rest });
  const counters = { requests: 0, queries: 0, replies: {} as Record<number, number>, receivedBytes: 0, sentBytes: 0 };
  let failure: ProxyError | null = null;
  let delayMs = 0;

  const execute = async (request: IncomingMessage, signal: AbortSignal): Promise<Answer> => {
    const options = optionsOf(request);
    const credentials = credentialsOf(request);
    if (!bucket.add(performance.now())) throw tooManyConnections();
    if (failure) throw failure;
    assertCredentials(credentials, expected);
    const [payload] = await Promise.all([readPayload(request, maxRequestBytes), compute.awake()]);
    counters.queries += payload.kind === "single" ? 1 : payload.queries.length;
    const reply = new Reply(maxResponseBytes);
    const body = await compute.connected(() => run(backend, payload, options, reply, signal));
    if (body === null) throw connectionSlotsReserved();
    return { status: 200, body, ...(payload.kind === "batch" && { headers: options.batchHeaders }) };
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const client = new AbortController();
    response.once("close", () => response.writableFinished || client.abort());
    counters.requests++;
    counters.receivedBytes += Number(request.headers["content-length"] ?? 0);
    if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
    const { status, body, headers } = await execute(request, client.signal).catch(toAnswer);
    counters.replies[status] = (counters.replies[status] ?? 0) + 1;
    counters.sentBytes += Buffer.byteLength(body);
    send(response, status, body, headers);
  };

  const server = createServer((request, response) => {
    if (request.url === "/sql" && request.method === "POST") return void handle(request, response);
    if (request.url === "/sql" && request.method === "OPTIONS") return void response.end();
    send(response, 400, JSON.stringify("query is not supported"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/sql`,
    counters: () => ({
      ...counters,
      replies: { ...counters.replies },
      wakeUps: compute.wakeUps,
      peakConnections: compute.peakConnections,
    }),
    fail: (next) => (failure = next),
    delay: (ms) => (delayMs = ms),
    suspend: () => compute.suspend(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Runs the queries of a request. @returns the body of the reply */
async function run(
  backend: Backend,
  payload: Payload,
  { isArrayMode, transaction }: { isArrayMode: boolean; transaction: string },
  reply: Reply,
  signal: AbortSignal,
): Promise<string> {
  const isArray = (query: PayloadQuery | undefined): boolean => query?.isArrayMode ?? isArrayMode;
  if (payload.kind === "single") {
    const { query } = payload;
    return reply.render(await backend.query(query, { signal }), isArray(query));
  }
  let index = 0;
  const execution: Execution = {
    signal,
    // A reply that is too large rolls the transaction back.
    onResult: (result) => void reply.render(result, isArray(payload.queries[index++])),
  };
  const results = await backend.transaction(payload.queries, transaction, execution);
  return `{"results":[${results.map((result, i) => reply.render(result, isArray(payload.queries[i]))).join(",")}]}`;
}

function toAnswer(error: unknown): Answer {
  const { status, body } = error instanceof ProxyError ? error : queryFailed(error);
  return { status, body: JSON.stringify(body) };
}

function send(response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}): void {
  if (response.destroyed) return;
  response.writeHead(status, {
    ...headers,
    "content-type": "application/json",
    "access-control-allow-origin": "*",
    "neon-request-id": randomUUID(),
  });
  response.end(body);
}
