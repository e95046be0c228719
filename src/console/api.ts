/**
 * The console is a client of the API, within the same Worker: what people see and do there passes the same checks, limits
 * and audit log as any program's call, with their own session.
 */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { createTocsinClient, type Schemas } from "../../packages/client/src/index.ts";
import type { AppEnv } from "../lib/app-env.ts";
import type { Caller, ConsoleEnv, Page } from "./console.ts";

export type Problem = Schemas["Problem"];

/** What the API refused to the console, as problem details. */
export class ApiError extends Error {
  override name = "ApiError";
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail);
    this.problem = problem;
  }
}

/** Headers of the page's request that go with every call: who asks, and from where. */
const PASSED_ON = ["cookie", "user-agent", "cf-connecting-ip"];

/** Gives pages the API of `app`, the whole service. */
export const withApi = (app: OpenAPIHono<AppEnv>) =>
  createMiddleware<ConsoleEnv>(async (c, next) => {
    c.set(
      "api",
      createTocsinClient({
        baseUrl: new URL(c.req.url).origin,
        fetch: async (request) => {
          for (const name of PASSED_ON) {
            const value = c.req.header(name);
            if (value !== undefined) request.headers.set(name, value);
          }
          // Pages that change something were asked already whether they come from one of ours.
          request.headers.set("origin", new URL(c.req.url).origin);
          return app.fetch(request, c.env, c.executionCtx);
        },
      }),
    );
    await next();
  });

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** What a call gave. @throws ApiError when it was refused */
export async function dataOf<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const { data, error, response } = await call;
  if (!response.ok) throw new ApiError(error as Problem);
  return data as Data;
}

/** What a call gave, or why it was refused: for forms, which show the reason beside what was filled in. */
export async function attempt<Data>(
  call: Promise<Answer<Data>>,
): Promise<{ data: Data; problem: null } | { data: null; problem: Problem }> {
  const { data, error, response } = await call;
  if (response.status === 401) throw new ApiError(error as Problem);
  return response.ok ? { data: data as Data, problem: null } : { data: null, problem: error as Problem };
}

/** Lets in who is signed in, and leads everybody else to sign in first. */
export const signedIn = createMiddleware<ConsoleEnv>(async (c, next) => {
  const { data, error, response } = await c.get("api").GET("/v1/session");
  if (data?.user) {
    c.set("caller", data as Caller);
    return next();
  }
  if (response.status === 401 || data) return c.redirect(signInUrl(c), 303);
  throw new ApiError(error);
});

/** Where to sign in, to come back to this page. */
export function signInUrl(c: Page): string {
  const { pathname, search } = new URL(c.req.url);
  const isPage = c.req.method === "GET" && pathname !== "/";
  return isPage ? `/sign-in?returnTo=${encodeURIComponent(pathname + search)}` : "/sign-in";
}

/** An object without the fields that are undefined: what was not asked for is not sent. */
export const given = <Fields extends object>(
  fields: Fields,
): { [Key in keyof Fields]?: Exclude<Fields[Key], undefined> } =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Fields]?: Exclude<Fields[Key], undefined>;
  };

/** The names of integrations, by id: those that the caller may see. */
export async function integrationNames(c: Page): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const page = await dataOf(
      c.get("api").GET("/v1/integrations", { params: { query: { limit: 200, ...given({ cursor }) } } }),
    );
    for (const { id, name } of page.data) names.set(id, name);
    cursor = page.nextCursor ?? undefined;
    // A list to choose from has an end somewhere; what is beyond it is found by its id.
  } while (cursor !== undefined && names.size < 1000);
  return names;
}
