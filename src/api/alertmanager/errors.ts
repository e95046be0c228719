/**
 * Errors in Alertmanager's format: the text of the error as a JSON string. Its clients show nothing else.
 * https://github.com/prometheus/alertmanager/blob/main/api/v2/openapi.yaml (`responses`)
 */
import { z } from "@hono/zod-openapi";
import { createMiddleware } from "hono/factory";
import { MatcherTextError } from "../../alerts/matcher-text.ts";
import { RegexError } from "../../alerts/shared-regex.ts";
import type { AppEnv } from "../../lib/app-env.ts";
import { Problem } from "../../lib/problem.ts";

/** The part of a problem that the text is made of. */
interface ProblemBody {
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

/** Converts the problems of the routes of the Alertmanager API. */
export const textErrors = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  if (c.res.headers.get("content-type") !== "application/problem+json") return;
  const { detail, errors = [] } = await c.res.json<ProblemBody>();
  const text = [detail, ...errors.map((error) => `${error.pointer.slice(1)}: ${error.detail}`)].join(" ");
  const headers = new Headers(c.res.headers);
  headers.set("content-type", "application/json");
  headers.delete("content-length");
  c.res = new Response(JSON.stringify(text), { status: c.res.status, headers });
});

/**
 * Runs what reads matchers of a request.
 * @throws Problem `invalid-request` when a matcher or its regular expression is invalid
 */
export function readingMatchers<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof MatcherTextError || error instanceof RegexError) {
      throw new Problem("invalid-request", error.message);
    }
    throw error;
  }
}

const response = (description: string) => ({
  description,
  content: { "application/json": { schema: z.string().openapi({ description: "What is wrong and what to do" }) } },
});

/** The error responses of every operation; spread into its `responses`. */
export const textProblems = {
  400: response("Invalid request"),
  401: response("Missing or invalid credentials"),
  403: response("Missing scope or read-only access"),
  429: response("Rate limit exceeded"),
  500: response("Internal error"),
  503: response("Postgres does not respond"),
};

/** For operations with an id. */
export const unknownSilence = { 404: response("Unknown silence") };

/** For operations with a JSON body. */
export const bodyTextProblems = { 413: response("Body too large"), 415: response("Body is not JSON") };

/** For changes, which accept an `Idempotency-Key`. */
export const idempotencyTextProblems = {
  409: response("The silence has changed since, or the first request with this `Idempotency-Key` is still running"),
  422: response("`Idempotency-Key` was used with another body"),
};
