import type { Severity } from "../alerts/model.ts";
import { parseSeverity } from "../alerts/severity.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { parseRfc3339, parseUnixTime } from "../lib/time.ts";
import { BodyError } from "./provider.ts";

/**
 * A string, number or boolean as text, without white space around it: templates leave some. Null for other values and for
 * blank strings.
 */
export function asText(value: unknown): string | null {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" ? value.trim() || null : null;
}

/** The first value that is a text (see asText). */
export function firstText(...values: unknown[]): string | null {
  for (const value of values) {
    const text = asText(value);
    if (text !== null) return text;
  }
  return null;
}

/** The class and the message of an error as its title: the message often begins with the class. Null: there is neither. */
export function errorTitle(name: unknown, message: unknown): string | null {
  const [type, text] = [asText(name), asText(message)];
  if (type === null || text?.startsWith(type)) return text;
  return text === null ? type : `${type}: ${text}`;
}

/** The object, or an empty one for other values. */
export const asObject = (value: unknown): JsonObject => (isObject(value) ? value : {});

/** A number, or a numeric string as a number; null for other values. */
export function asNumber(value: unknown): number | null {
  const text = asText(value);
  const number = text === null ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

/** Encodes a text for use in a URL. */
export const urlPart = (text: string): string => encodeURIComponent(text.toWellFormed());

/** The array, or an empty one for other values. */
export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** The value at a path of keys; undefined if absent. */
export function pick(value: unknown, ...path: (string | number)[]): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at) && typeof key === "number") at = at[key];
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

/** Whether an object has all of the keys as own properties. */
export const has = (value: unknown, ...keys: string[]): boolean =>
  isObject(value) && keys.every((key) => Object.hasOwn(value, key));

/** Whether an object has any of the keys as own property. */
export const hasAny = (value: unknown, ...keys: string[]): boolean =>
  isObject(value) && keys.some((key) => Object.hasOwn(value, key));

/** A copy of an object without some keys. */
export const without = (object: JsonObject, ...keys: string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

/**
 * Returns the body as an object.
 * @param what the expected object, for the error message
 * @throws BodyError if the body is not an object
 */
export function objectBody(body: unknown, what: string, pointer = ""): JsonObject {
  if (!isObject(body)) throw new BodyError(`expected ${what}`, pointer);
  return body;
}

/** An instant in Unix ms from RFC 3339, Unix seconds or Unix milliseconds; null for other values. */
export function asInstant(value: unknown): number | null {
  if (typeof value === "number") return parseUnixTime(value);
  return typeof value === "string" ? (parseRfc3339(value) ?? parseUnixTime(value)) : null;
}

/**
 * An instant in Unix ms from a UTC time such as `2023-02-06 18:07:43.733` (or with a `T`), or `2023-02-06 18:07:43 UTC`;
 * null for other values.
 */
export const asUtcInstant = (value: unknown): number | null =>
  typeof value === "string"
    ? parseRfc3339(
        `${value
          .trim()
          .replace(/ (?:UTC|\+0000)$/, "")
          .replace(" ", "T")}Z`,
      )
    : null;

/** Parses a common word for a severity. Returns the fallback for other values. */
export const asSeverity = (value: unknown, fallback: Severity = "MEDIUM"): Severity =>
  parseSeverity(asText(value) ?? "") ?? fallback;

/**
 * Builds an alert key from parts; null if the first one is missing. Several parts become a JSON array, so
 * that ("ab", "c") and ("a", "bc") differ.
 */
export function keyOf(...parts: unknown[]): string | null {
  const texts = parts.map(asText);
  const [first] = texts;
  if (first === null || first === undefined) return null;
  return texts.length === 1 ? first : JSON.stringify(texts);
}
