import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";

/** Returns the entity tag (RFC 9110 §8.8.3) of a version. */
export const etagOf = (version: number): string => `"${version}"`;

/** `If-Match`, for the headers of a request schema. */
export const ifMatchHeader = {
  "if-match": z.string().optional().openapi({
    description: "`ETag` of the version to change. A different current version is rejected with 412",
    example: '"3"',
  }),
};

/** `ETag`, for the headers of a response schema. */
export const etagHeader = z.object({
  etag: z.string().openapi({ description: "Current version, for `If-Match` and `If-None-Match`", example: '"3"' }),
});

/**
 * Checks `If-Match` (RFC 9110 §13.1.1) against the current version.
 * @throws Problem `precondition-failed` when it names only other versions
 */
export function assertMatch(c: Context<AppEnv>, version: number): void {
  const condition = c.req.header("if-match");
  if (condition !== undefined && !matches(condition, etagOf(version))) throw changedMeanwhile(version);
}

/**
 * Returns the version that `If-Match` names, or null for any version. The integration object compares it, because
 * Postgres may be behind the version that the client has.
 * @param present the version in Postgres, for an `If-Match` with several versions
 * @throws Problem `precondition-failed` when `If-Match` is not a list of versions that includes the one in Postgres
 */
export function expectedVersion(c: Context<AppEnv>, present: number): number | null {
  const condition = c.req.header("if-match")?.trim();
  if (condition === undefined || condition === "*") return null;
  const version = /^"(\d{1,9})"$/.exec(condition)?.[1];
  if (version !== undefined) return Number(version);
  assertMatch(c, present);
  return present;
}

/** Answers 304 when the client has the version that a GET would return (`If-None-Match`, RFC 9110 §13.1.2). */
export const notModified = createMiddleware<AppEnv>(async (c, next) => {
  await next();
  const condition = c.req.header("if-none-match");
  const etag = c.res.headers.get("etag");
  if (condition === undefined || etag === null || c.res.status !== 200) return;
  if (c.req.method !== "GET" && c.req.method !== "HEAD") return;
  if (!matches(condition, etag)) return;
  const { headers } = c.res;
  headers.delete("content-type");
  headers.delete("content-length");
  c.res = new Response(null, { status: 304, headers });
});

const matches = (condition: string, etag: string): boolean =>
  condition.trim() === "*" ||
  condition
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""))
    .includes(etag);

/**
 * Makes the problem of a change that is based on another version.
 * @param members further members of the problem
 */
export const changedMeanwhile = (version: number, members: Readonly<Record<string, string>> = {}): Problem =>
  new Problem(
    "precondition-failed",
    `Version mismatch: the current version is ${etagOf(version)}. Read it again and repeat the change.`,
    { headers: { etag: etagOf(version) }, members },
  );
