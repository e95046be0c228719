/**
 * Rejects text that cannot be stored: NUL characters, and surrogates without their other half, because of Postgres, and members named
 * `__proto__`, which schemas leave out without an error. One middleware checks the queries and JSON bodies of all operations. Header
 * values cannot contain the characters.
 */
import type { MiddlewareHandler } from "hono";
import type { AppEnv } from "../lib/app-env.ts";
import { toPointer } from "../lib/json-pointer.ts";
import { type FieldError, Problem } from "../lib/problem.ts";
import { hasJson } from "./has-json.ts";

const MAX_ERRORS = 100;

export const checkText: MiddlewareHandler<AppEnv> = async (c, next) => {
  const errors = queryFaults(c.req.queries());
  if (hasJson(c)) errors.push(...jsonFaults(await c.req.text()));
  if (errors.length > 0) {
    throw new Problem("invalid-request", "Invalid text or field name. Correct the fields in `errors`.", {
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

/** In JSON, only escape sequences can produce the characters. They can also write the letters of `__proto__`. */
const SUSPECT = /\\u(?:0000|d[89a-f]|00[567])|__proto__/i;

/** Finds the faults of the texts in a JSON document. Ignores text that is not JSON: its parser rejects it. */
function jsonFaults(text: string): FieldError[] {
  if (!SUSPECT.test(text)) return [];
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
    const detail = name === "__proto__" ? "is reserved" : faultOf(name);
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
