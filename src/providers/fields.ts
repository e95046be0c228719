import { isObject, type JsonObject } from "../lib/json.ts";
import { parseRfc3339, parseUnixTime } from "../lib/time.ts";

/** A text, or a number or boolean as text; null for everything else and for text of white space alone. */
export function asText(value: unknown): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

/** The first of the values that is a text (see asText). */
export function firstText(...values: unknown[]): string | null {
  for (const value of values) {
    const text = asText(value);
    if (text !== null) return text;
  }
  return null;
}

/** An object, or an empty one for everything else. */
export const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** An instant in Unix ms from RFC 3339, or Unix seconds or milliseconds; null for everything else. */
export function asInstant(value: unknown): number | null {
  if (typeof value === "number") return parseUnixTime(value);
  return typeof value === "string" ? (parseRfc3339(value) ?? parseUnixTime(value)) : null;
}
