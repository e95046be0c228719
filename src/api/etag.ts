import type { Context } from "hono";
import type { AppEnv } from "../lib/app-env.ts";
import { Problem } from "../lib/problem.ts";

/** The entity tag (RFC 9110 §8.8.3) of a version. */
export const etagOf = (version: number): string => `"${version}"`;

/** The headers with which a client may make a reading or a change conditional, for the OpenAPI document. */
export const ifMatchHeader = "The `ETag` that the change is based on; with another one it is refused (412)";

/**
 * @throws Problem `precondition-failed` when `If-Match` (RFC 9110 §13.1.1) names other versions than the present one
 */
export function assertMatch(c: Context<AppEnv>, version: number): void {
  const condition = c.req.header("if-match");
  if (condition !== undefined && !matches(condition, version)) throw changedMeanwhile(version);
}

/** Whether an `If-Match` or `If-None-Match` names this version. */
export const matches = (condition: string, version: number): boolean =>
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
