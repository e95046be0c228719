/**
 * Rejects text that Postgres cannot store: NUL characters, and surrogates without their other half. One
 * middleware checks the queries and JSON bodies of all operations. Header values cannot contain either.
 */
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../lib/app-env.ts";
import { toPointer } from "../lib/json-pointer.ts";
import { type FieldError, Problem } from "../lib/problem.ts";

const MAX_ERRORS = 100;

export const checkText: MiddlewareHandler<AppEnv> = async (c, next) => {
  const errors = queryFaults(c.req.queries());
  if (/[/+]json\b/i.test(c.req.header("content-type") ?? "")) errors.push(...jsonFaults(await c.req.text()));
  if (errors.length > 0) {
    throw new Problem("invalid-request", "A text cannot be stored. Remove NUL characters and lone surrogates.", {
      errors: errors.slice(0, MAX_ERRORS),
    });
  }
  await next();
};

/** Finds the faults of the query parameters, at most one for each name. */
const queryFaults = (query: Record<string, string[]>): FieldError[] =>
  Object.entries(query).flatMap(([name, values]) =>
    textFaults({ [name]: values.find((value) => faultOf(value) !== null) ?? "" }),
  );

/** Finds the faults of the texts in a JSON document. Ignores text that is not JSON: its parser rejects it. */
function jsonFaults(text: string): FieldError[] {
  // In JSON, only escape sequences can produce such text.
  if (!/\\u(?:0000|d[89a-f])/i.test(text)) return [];
  try {
    return textFaults(JSON.parse(text));
  } catch {
    return [];
  }
}

/** The faults of all texts in a value, names of members included. */
export function textFaults(value: unknown, path: readonly (string | number)[] = []): FieldError[] {
  if (typeof value === "string") {
    const detail = faultOf(value);
    return detail === null ? [] : [{ pointer: toPointer(path), detail }];
  }
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => textFaults(item, [...path, index]));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    const detail = faultOf(name);
    const fieldPath = [...path, name.toWellFormed()];
    return [
      ...(detail === null ? [] : [{ pointer: toPointer(fieldPath), detail: `its name ${detail}` }]),
      ...textFaults(member, fieldPath),
    ];
  });
}

function faultOf(text: string): string | null {
  if (text.includes("\0")) return "contains a NUL character";
  return text.isWellFormed() ? null : "contains a lone surrogate";
}
