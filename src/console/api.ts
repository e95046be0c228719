/**
 * The console as a client of the API, inside the same Worker. Its calls carry the session of the user, so they pass the same
 * authorization, limits and audit log as the calls of other clients.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { createTocsinClient, type Schemas } from "../../packages/client/src/index.ts";
import { inProcessFetch } from "../api/in-process.ts";
import { SESSION_COOKIE } from "../api/session/principal.ts";
import type { AppEnv } from "../lib/app-env.ts";
import { isUuid } from "../lib/ids.ts";
import { withQuery } from "./parts/url.ts";
import type { Caller, ConsoleEnv, Page } from "./context.ts";

export type Problem = Schemas["Problem"];

/** An error response of the API. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Headers of the page request that identify the user and the client address. */
const FORWARDED_HEADERS = ["cookie", "user-agent", "cf-connecting-ip"];

/** Sets the API client of the request. `app` is the whole service. */
export const withApi = (app: OpenAPIHono<AppEnv>) =>
  createMiddleware<ConsoleEnv>(async (c, next) => {
    const send = inProcessFetch(app, c, FORWARDED_HEADERS);
    c.set(
      "api",
      createTocsinClient({
        baseUrl: new URL(c.req.url).origin,
        fetch: (request) => {
          // The page middleware has already checked the origin of requests that change something.
          request.headers.set("origin", new URL(c.req.url).origin);
          return send(request);
        },
      }),
    );
    await next();
  });

interface Result<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The data of a response. @throws ApiError for an error response */
export async function dataOf<Data>(call: Promise<Result<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw new ApiError(error as Problem);
  return data as Data;
}

/** The data or the problem of a response, for forms that show the problem beside the entered values. @throws ApiError for 401 */
export async function attempt<Data>(
  call: Promise<Result<Data>>,
): Promise<{ data: Data; problem: null } | { data: null; problem: Problem }> {
  const { data, error, response } = await call;
  if (response.status === 401) throw new ApiError(error as Problem);
  return response.ok ? { data: data as Data, problem: null } : { data: null, problem: error as Problem };
}

/** Sets the caller. Redirects to the sign-in page without a valid session. */
export const requireSession = createMiddleware<ConsoleEnv>(async (c, next) => {
  const { data, error, response } = await c.get("api").GET("/v1/session");
  if (data?.user) {
    c.set("caller", data as Caller);
    return next();
  }
  if (response.status === 401 || data) return c.redirect(signInUrl(c), 303);
  throw new ApiError(error);
});

/** Sets the caller if there is a session. */
export const findSession = createMiddleware<ConsoleEnv>(async (c, next) => {
  const { data } = await c.get("api").GET("/v1/session");
  if (data?.user) c.set("caller", data as Caller);
  await next();
});

/** The sign-in page, which returns to the current page, or to the one with the form that was sent. It says why, if a session has ended. */
export function signInUrl(c: Page): string {
  const { pathname, search } = new URL(c.req.url);
  const isForm = c.req.method !== "GET";
  const target = isForm ? refererOf(c) : pathname + search;
  const parameters = new URLSearchParams();
  if (target !== null && target !== "/") parameters.set("returnTo", target);
  if (c.req.header("cookie")?.includes(SESSION_COOKIE))
    parameters.set("flash", isForm ? "not-done-signed-out" : "session-over");
  return `/sign-in${parameters.size === 0 ? "" : `?${parameters.toString()}`}`;
}

/** The page of this service that a form was on; null: unknown. */
export function refererOf(c: Pick<Page, "req">): string | null {
  const referer = URL.parse(c.req.header("referer") ?? "");
  return referer?.origin === new URL(c.req.url).origin ? referer.pathname + referer.search : null;
}

/** The address of a list with the filter that the user came from; else the list without one. @param path of the list */
export function listPath(c: Pick<Page, "req">, path: string): string {
  const referer = refererOf(c);
  return referer !== null && referer.split("?")[0] === path ? withQuery(new URL(referer, c.req.url), {}) : path;
}

/** Removes the fields that are undefined, as exact optional types require. */
export const defined = <Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };

/** Names of integrations by their ids. */
export type Names = ReadonlyMap<string, string>;

/** The names of the newest thousand integrations that the caller may see. */
interface NewestNames {
  names: Names;
  /** The caller sees no other integrations. */
  isComplete: boolean;
}

/** The names of the newest thousand integrations that the caller may see, which are enough for a select. */
export const integrationNames = async (c: Page): Promise<Names> => (await newestNames(c)).names;

/** Reads the names of the newest thousand integrations that the caller may see. */
export async function newestNames(c: Page): Promise<NewestNames> {
  const { data, nextCursor } = await dataOf(c.get("api").GET("/v1/integrations/names"));
  return { names: toNames(data), isComplete: nextCursor === null };
}

/**
 * Adds the names of some integrations, which may be older than the newest thousand. It takes a request only if names are missing.
 * @param ids an id without a name is that of a deleted integration; what is no id is ignored
 */
export async function withNamesOf(c: Page, { names, isComplete }: NewestNames, ids: readonly string[]): Promise<Names> {
  const id = [...new Set(ids)].filter((one) => isUuid(one) && !names.has(one));
  if (isComplete || id.length === 0) return names;
  const { data } = await dataOf(c.get("api").GET("/v1/integrations/names", { params: { query: { id } } }));
  return new Map([...names, ...toNames(data)]);
}

const toNames = (data: readonly Schemas["IntegrationName"][]): Names => new Map(data.map(({ id, name }) => [id, name]));
