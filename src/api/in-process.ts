/** Calls of the API from inside the Worker. They pass the same authorization, limits and audit log as those of other clients. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv } from "../lib/app-env.ts";

/**
 * Returns a `fetch` that sends requests to the app itself, as a part of the current request: they count once against the rate limit.
 * @param app the whole service
 * @param forwarded names of headers of the current request to send along, such as the credentials
 */
export const inProcessFetch =
  (app: OpenAPIHono<AppEnv>, c: Pick<Context<AppEnv>, "req" | "env" | "executionCtx">, forwarded: readonly string[]) =>
  async (request: Request): Promise<Response> => {
    for (const name of forwarded) {
      const value = c.req.header(name);
      if (value !== undefined) request.headers.set(name, value);
    }
    return app.fetch(request, c.env, c.executionCtx);
  };
