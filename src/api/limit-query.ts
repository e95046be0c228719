import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";
import { formatNumber } from "../lib/text.ts";

/** Characters of a query string: all parameters of a list at once are far shorter. */
const MAX_LENGTH = 8192;

/** Rejects query strings that are too long, before anything reads their parameters. */
export const limitQuery = createMiddleware<AppEnv>(async (c, next) => {
  const start = c.req.url.indexOf("?");
  if (start !== -1 && c.req.url.length - start > MAX_LENGTH)
    throw new Problem(
      "invalid-request",
      `Query string exceeds ${formatNumber(MAX_LENGTH)} characters. Send fewer parameters.`,
    );
  await next();
});
