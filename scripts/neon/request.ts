/** Reads a request as Neon's proxy does. Sources: proxy/src/serverless/{http_util,sql_over_http,json}.rs */
import type { IncomingMessage } from "node:http";
import type { Query } from "./backend.ts";
import { badRequest, invalidBody, passwordFailed, requestTooLarge } from "./errors.ts";

/** What the headers of a request say. */
export interface Options {
  isArrayMode: boolean;
  /** For `BEGIN`. */
  transaction: string;
  /** Of the reply to a batch: the options in effect. */
  batchHeaders: Record<string, string>;
}

export type Payload = { kind: "single"; query: PayloadQuery } | { kind: "batch"; queries: PayloadQuery[] };

export interface PayloadQuery extends Query {
  /** Overrides the header. */
  isArrayMode?: boolean;
}

const header = (request: IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
};

const ISOLATION_LEVELS: Record<string, string> = {
  ReadUncommitted: "READ UNCOMMITTED",
  ReadCommitted: "READ COMMITTED",
  RepeatableRead: "REPEATABLE READ",
  Serializable: "SERIALIZABLE",
};

/** @throws ProxyError for an unknown isolation level. Every value of a flag but `true` is false. */
export function optionsOf(request: IncomingMessage): Options {
  const level = header(request, "neon-batch-isolation-level");
  if (level !== undefined && !Object.hasOwn(ISOLATION_LEVELS, level)) throw badRequest("invalid isolation level");
  const isReadOnly = header(request, "neon-batch-read-only") === "true";
  const isDeferrable = header(request, "neon-batch-deferrable") === "true";
  return {
    isArrayMode: header(request, "neon-array-mode") === "true",
    transaction: [
      level !== undefined && `ISOLATION LEVEL ${ISOLATION_LEVELS[level]}`,
      isReadOnly && "READ ONLY",
      isDeferrable && "DEFERRABLE",
    ]
      .filter(Boolean)
      .join(" "),
    batchHeaders: {
      ...(isReadOnly && { "neon-batch-read-only": "true" }),
      ...(isDeferrable && { "neon-batch-deferrable": "true" }),
      ...(level !== undefined && { "neon-batch-isolation-level": level }),
    },
  };
}

export interface Credentials {
  user: string;
  password: string;
}

/** Credentials of a connection string. @throws ProxyError */
export function parseConnectionString(text: string): Credentials {
  if (!URL.canParse(text)) throw badRequest("invalid connection string: relative URL without a base");
  const url = new URL(text);
  if (!["postgres:", "postgresql:"].includes(url.protocol)) throw badRequest("incorrect scheme");
  if (url.username === "") throw badRequest("missing username");
  if (url.password === "") throw badRequest("missing authentication credentials: required password");
  if (url.hostname === "") throw badRequest("missing hostname");
  return { user: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
}

/** Credentials of a request. @throws ProxyError */
export function credentialsOf(request: IncomingMessage): Credentials {
  const text = header(request, "neon-connection-string");
  if (text === undefined) throw badRequest("invalid header: neon-connection-string");
  const credentials = parseConnectionString(text);
  // Only an endpoint with JWTs knows this header.
  if (header(request, "authorization") !== undefined) {
    throw badRequest("missing authentication credentials: required password");
  }
  return credentials;
}

/** @throws ProxyError for another user or password */
export function assertCredentials(given: Credentials, expected: Credentials): void {
  if (given.user !== expected.user || given.password !== expected.password) throw passwordFailed(given.user);
}

/** Reads and parses a body. @throws ProxyError if it is too large or invalid */
export async function readPayload(request: IncomingMessage, maxBytes: number): Promise<Payload> {
  const chunks: Buffer[] = [];
  let length = 0;
  // Reads to the end in any case: a client that still sends would miss the reply.
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBytes) chunks.push(chunk);
  }
  if (length > maxBytes) throw requestTooLarge(maxBytes);
  return toPayload(parseStrictly(Buffer.concat(chunks)));
}

/** Rust has no text with a lone surrogate, and its parser rejects one. JSON.parse accepts it. */
function parseStrictly(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body), (_, value: unknown) => {
      if (typeof value === "string" && !value.isWellFormed()) throw new Error("lone surrogate in hex escape");
      return value;
    });
  } catch (error) {
    throw invalidBody((error as Error).message);
  }
}

function toPayload(body: unknown): Payload {
  const single = toQuery(body);
  if (single) return { kind: "single", query: single };
  const queries = isObject(body) && Array.isArray(body.queries) ? body.queries.map(toQuery) : [null];
  if (!queries.every((query) => query !== null)) {
    throw invalidBody("data did not match any variant of untagged enum Payload");
  }
  return { kind: "batch", queries };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;

function toQuery(value: unknown): PayloadQuery | null {
  if (!isObject(value) || typeof value.query !== "string") return null;
  const { query, params = [], arrayMode = null } = value;
  if (!Array.isArray(params) || (arrayMode !== null && typeof arrayMode !== "boolean")) return null;
  return { query, params: params.map(toText), ...(arrayMode !== null && { isArrayMode: arrayMode }) };
}

/** A parameter in the text format of Postgres. An array becomes an array literal. */
function toText(value: unknown): string | null {
  if (value === null) return null;
  if (Array.isArray(value)) return toArrayLiteral(value);
  // Numbers and booleans read the same in JSON and in Postgres's text format.
  return typeof value === "string" ? value : JSON.stringify(value);
}

function toArrayLiteral(values: readonly unknown[]): string {
  const items = values.map((value) => {
    if (value === null) return "NULL";
    if (Array.isArray(value)) return toArrayLiteral(value);
    // JSON escapes a text as an array literal does. An object is the text of its JSON.
    return JSON.stringify(isObject(value) ? JSON.stringify(value) : value);
  });
  return `{${items.join(",")}}`;
}
