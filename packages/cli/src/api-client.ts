/** Connects to the service: the typed client, and responses that are streams or not JSON. */
import { createTocsinClient, type TocsinClient } from "../../client/src/index.ts";
import { ResponseError, UnreachableError } from "./errors.ts";

export interface Service {
  url: string;
  /** Pass its calls to `dataOf`. */
  client: TocsinClient;
  /**
   * Opens a response that the caller reads as it arrives.
   * @throws ResponseError, UnreachableError
   */
  open(path: string, options: OpenOptions): Promise<Response>;
}

export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface OpenOptions {
  query?: Query;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

export function connect({ url, key }: { url: string; key: string }): Service {
  return {
    url,
    client: createTocsinClient({ baseUrl: url, apiKey: key, fetch: sendRequest }),
    async open(path, { query = {}, headers = {}, signal }) {
      const response = await sendRequest(
        new Request(`${url}${path}${formatQuery(query)}`, {
          headers: { ...headers, authorization: `Bearer ${key}` },
          ...(signal && { signal }),
        }),
      );
      if (!response.ok) throw new ResponseError(response, parseJson(await readBody(response)));
      return response;
    },
  };
}

/** Leaves out fields that are undefined. */
export const defined = <T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };

/** Formats query parameters for the API: lists are repeated. */
export function formatQuery(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    if (typeof value !== "object") return [[name, String(value)]];
    return value.map((one) => [name, one]);
  });
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : "";
}

/**
 * The data of a call of the client.
 * @throws ResponseError for an error status, UnreachableError if there is no complete JSON response
 */
export async function dataOf<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<NonNullable<Data>> {
  const { data, error, response } = await call.catch(rethrow);
  if (!response.ok || data === undefined || data === null) throw new ResponseError(response, error);
  return data;
}

/**
 * Waits for a call whose response has no body.
 * @throws ResponseError for an error status, UnreachableError if there is no response
 */
export async function assertDone(call: Promise<{ error?: unknown; response: Response }>): Promise<void> {
  const { error, response } = await call.catch(rethrow);
  if (!response.ok) throw new ResponseError(response, error);
}

function rethrow(failure: unknown): never {
  if (failure instanceof SyntaxError) throw new UnreachableError("The response is not JSON. Check the URL.");
  // undici: the body ended early.
  if (failure instanceof TypeError && failure.message === "terminated") throw incomplete(failure);
  throw failure;
}

/**
 * Sends a request. Follows no redirect: a POST would become a GET, and a secret would reach another host.
 * @throws UnreachableError if there is no response
 */
export async function sendRequest(request: Request): Promise<Response> {
  try {
    return await fetch(request, { redirect: "manual" });
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new UnreachableError(`Cannot reach ${new URL(request.url).origin}: ${reasonOf(error)}.`);
  }
}

/** Reads the body of a response as text. @throws UnreachableError if it is incomplete */
export async function readBody(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw incomplete(error);
  }
}

const incomplete = (error: unknown): UnreachableError =>
  new UnreachableError(`The response is incomplete: ${reasonOf(error)}.`);

/** Parses JSON; returns any other text as it is. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "connection refused"],
  ["ENOTFOUND", "unknown host"],
  ["EAI_AGAIN", "name resolution failed"],
  ["ECONNRESET", "connection reset"],
  ["ETIMEDOUT", "timeout"],
  ["UND_ERR_CONNECT_TIMEOUT", "timeout while connecting"],
  ["UND_ERR_HEADERS_TIMEOUT", "timeout while waiting for the response"],
  ["UND_ERR_SOCKET", "connection closed"],
]);

/** Why a request failed, in a few words without a period. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return REASONS.get(code) ?? (cause instanceof Error && cause.message !== "" ? cause.message : code || "no response");
}
