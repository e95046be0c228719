/** The service at the other end: the typed client, and what streams or is no JSON. */
import { createTocsinClient, type TocsinClient } from "../../client/src/index.ts";
import { RefusedError, UnreachableError } from "./errors.ts";

export interface Service {
  url: string;
  /** Its calls go through `answered`. */
  client: TocsinClient;
  /**
   * Gets what is to be read as it comes.
   * @throws RefusedError, UnreachableError
   */
  open(path: string, options: OpenOptions): Promise<Response>;
}

/** Query parameters, by their names. */
export type Query = Readonly<
  Record<string, string | number | boolean | readonly string[] | Readonly<Record<string, string>> | undefined>
>;

export interface OpenOptions {
  query?: Query;
  headers?: Readonly<Record<string, string>>;
  signal?: AbortSignal;
}

/** The service at a URL, with a key. */
export function connect({ url, key }: { url: string; key: string }): Service {
  return {
    url,
    client: createTocsinClient({ baseUrl: url, apiKey: key, fetch: sendRequest }),
    async open(path, { query = {}, headers = {}, signal }) {
      const response = await sendRequest(
        new Request(`${url}${path}${queryText(query)}`, {
          headers: { ...headers, authorization: `Bearer ${key}` },
          ...(signal && { signal }),
        }),
      );
      if (!response.ok) throw new RefusedError(response, parsed(await textOf(response)));
      return response;
    },
  };
}

/** What was given of what could be. */
export const defined = <T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };

/** Query parameters as the API takes them: lists are repeated, labels are `label[name]=value`; what is undefined is left out. */
export function queryText(query: Query): string {
  const pairs = Object.entries(query).flatMap(([name, value]): [string, string][] => {
    if (value === undefined) return [];
    if (typeof value !== "object") return [[name, String(value)]];
    if (isList(value)) return value.map((one) => [name, one]);
    return Object.entries(value).map(([key, one]) => [`${name}[${key}]`, one]);
  });
  return pairs.length > 0 ? `?${new URLSearchParams(pairs)}` : "";
}

const isList = (value: object): value is readonly string[] => Array.isArray(value);

/**
 * What a call of the client was answered.
 * @throws RefusedError when the service will not, UnreachableError when there is no answer
 */
export async function answered<Data>(
  call: Promise<{ data?: Data; error?: unknown; response: Response }>,
): Promise<NonNullable<Data>> {
  const { data, error, response } = await call.catch((fault: unknown) => {
    if (fault instanceof SyntaxError) throw new UnreachableError("the answer is not JSON: is this the URL of Tocsin?");
    // How the platform says that a body ended too early.
    if (fault instanceof TypeError && fault.message === "terminated") throw brokenOff(fault);
    throw fault;
  });
  if (!response.ok || data === undefined || data === null) throw new RefusedError(response, error);
  return data;
}

/**
 * Sends a request. Redirects are not followed: a POST would become a GET, and a secret would go elsewhere.
 * @throws UnreachableError when there is no answer
 */
export async function sendRequest(request: Request): Promise<Response> {
  try {
    return await fetch(request, { redirect: "manual" });
  } catch (error) {
    if (request.signal.aborted) throw error;
    throw new UnreachableError(`${new URL(request.url).origin} cannot be reached: ${reasonOf(error)}`);
  }
}

/** The text of an answer. @throws UnreachableError when it breaks off */
export async function textOf(response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw brokenOff(error);
  }
}

const brokenOff = (error: unknown): UnreachableError =>
  new UnreachableError(`the answer broke off: ${reasonOf(error)}`);

/** JSON, or the text that is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "the connection was refused"],
  ["ENOTFOUND", "there is no such host"],
  ["EAI_AGAIN", "the host's name cannot be looked up"],
  ["ECONNRESET", "the connection was reset"],
  ["ETIMEDOUT", "it took too long"],
  ["UND_ERR_CONNECT_TIMEOUT", "it took too long to connect"],
  ["UND_ERR_HEADERS_TIMEOUT", "it took too long to answer"],
  ["UND_ERR_SOCKET", "the connection was closed"],
]);

/** Why a request failed, in a few words. */
export function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  return REASONS.get(code) ?? (cause instanceof Error && cause.message !== "" ? cause.message : code || "no answer");
}
