import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";

/** The entity tag (RFC 9110 §8.8.3) of a version. */
export const etagOf = (version: number): string => `"${version}"`;

/** The header with which a client makes a change conditional. */
export const ifMatchHeader = {
  "if-match": z
    .string()
    .optional()
    .openapi({ description: "The `ETag` that the change is based on: with another one it is refused", example: '"3"' }),
};

/** The header with which a client asks only for what it does not have. */
export const ifNoneMatchHeader = {
  "if-none-match": z.string().optional().openapi({ description: "The `ETag` that is known already", example: '"3"' }),
};

/** The header of a reply that tells its version, for the OpenAPI document. */
export const etagHeader = z.object({
  etag: z.string().openapi({ description: "The version, for `If-Match`", example: '"3"' }),
});

/**
 * @throws Problem `precondition-failed` when `If-Match` (RFC 9110 §13.1.1) names other versions than the present one
 */
export function assertMatch(c: Context<AppEnv>, version: number): void {
  const condition = c.req.header("if-match");
  if (condition !== undefined && !matches(condition, version)) throw changedMeanwhile(version);
}

/**
 * The version that a change is based on; null: any. Whoever decides on the change compares it: what was read before may
 * be older than what the client has.
 * @throws Problem `precondition-failed` when `If-Match` names no version that could be the present one
 */
export function expectedVersion(c: Context<AppEnv>, present: number): number | null {
  const condition = c.req.header("if-match")?.trim();
  if (condition === undefined || condition === "*") return null;
  const version = /^"(\d{1,9})"$/.exec(condition)?.[1];
  if (version !== undefined) return Number(version);
  assertMatch(c, present);
  return present;
}

/** Whether the client has this version already (`If-None-Match`, RFC 9110 §13.1.2): then 304 says as much. */
export const isKnown = (c: Context<AppEnv>, version: number): boolean =>
  matches(c.req.header("if-none-match") ?? "", version);

/** The reply to a client that has the present version, for the OpenAPI document. */
export const notModified = { 304: { description: "You have the present version (`If-None-Match`)" } };

/** Whether an `If-Match` or `If-None-Match` names this version. */
const matches = (condition: string, version: number): boolean =>
  condition.trim() === "*" ||
  condition
    .split(",")
    .map((tag) => tag.trim().replace(/^W\//, ""))
    .includes(etagOf(version));

/** The change was based on another version than the present one. */
export const changedMeanwhile = (version: number): Problem =>
  new Problem("precondition-failed", `The present version is ${etagOf(version)}.`, {
    headers: { etag: etagOf(version) },
  });
