/** Wrong methods: 405 with `Allow` (RFC 9110 §15.5.6), and the answer to OPTIONS. Unknown paths go on to a 404. */
import type { Hono, MiddlewareHandler } from "hono";
import { METHOD_NAME_ALL } from "hono/router";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";

/** A path of the app, such as `/v1/alerts/:id`, with its methods. */
interface PathMethods {
  segments: string[];
  methods: Set<string>;
}

/**
 * Rejects methods that a path does not have, and answers OPTIONS with the methods that it has.
 * @param app the whole app; its routes are read at the first request, when all are registered
 */
export function checkMethod(app: Hono<AppEnv>): MiddlewareHandler<AppEnv> {
  let paths: PathMethods[] | undefined;
  return async (c, next) => {
    paths ??= pathsOf(app);
    const segments = c.req.path.split("/");
    const methods = paths.find((path) => matches(path, segments))?.methods;
    if (!methods || methods.has(c.req.method)) return next();
    const allow = [...methods, "OPTIONS"].join(", ");
    if (c.req.method === "OPTIONS") return c.body(null, 204, { allow });
    throw new Problem("method-not-allowed", `Method ${c.req.method} not allowed here. Use ${allow}.`, {
      headers: { allow },
    });
  };
}

/** The paths of an app, the most specific first: `/v1/alerts/export` before `/v1/alerts/:id`. */
function pathsOf(app: Hono<AppEnv>): PathMethods[] {
  const routes = app.routes.filter(({ method, path }) => method !== METHOD_NAME_ALL && !/[*{]/.test(path));
  return [...Map.groupBy(routes, ({ path }) => path)]
    .map(([path, group]) => ({ segments: path.split("/"), methods: withHead(group.map(({ method }) => method)) }))
    .toSorted((one, other) => parametersOf(one) - parametersOf(other));
}

const isParameter = (segment: string): boolean => segment.startsWith(":");

const parametersOf = ({ segments }: PathMethods): number => segments.filter(isParameter).length;

const matches = ({ segments }: PathMethods, given: readonly string[]): boolean =>
  segments.length === given.length &&
  segments.every((segment, at) => (isParameter(segment) ? given[at] !== "" : given[at] === segment));

/** Hono answers HEAD by the handler of GET. */
const withHead = (methods: readonly string[]): Set<string> =>
  new Set(methods.flatMap((method) => (method === "GET" ? ["GET", "HEAD"] : [method])));
