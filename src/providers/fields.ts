import type { Severity } from "../alerts/model.ts";
import { parseSeverity } from "../alerts/severity.ts";
import { isObject, JsonError, type JsonObject, parseJson } from "../lib/json.ts";
import { parseRfc3339, parseUnixTime } from "../lib/time.ts";
import { BodyError } from "./provider.ts";

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

/** A number, or the number that a text is; null for everything else. */
export function asNumber(value: unknown): number | null {
  const text = asText(value);
  const number = text === null ? Number.NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

/** A text as a part of a URL. */
export const urlPart = (text: string): string => encodeURIComponent(text.toWellFormed());

/** An array, or an empty one for everything else. */
export const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

/** What a path of keys leads to; undefined where there is nothing. */
export function pick(value: unknown, ...path: (string | number)[]): unknown {
  let at = value;
  for (const key of path) {
    if (Array.isArray(at) && typeof key === "number") at = at[key];
    else if (isObject(at) && Object.hasOwn(at, key)) at = at[key];
    else return undefined;
  }
  return at;
}

/** Whether an object has every one of the keys, of its own. */
export const has = (value: unknown, ...keys: string[]): boolean =>
  isObject(value) && keys.every((key) => Object.hasOwn(value, key));

/** Whether an object has any of the keys, of its own. */
export const hasAny = (value: unknown, ...keys: string[]): boolean =>
  isObject(value) && keys.some((key) => Object.hasOwn(value, key));

/** A copy of an object without some of its keys. */
export const without = (object: JsonObject, ...keys: string[]): JsonObject =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));

/** The body as an object. @throws BodyError when it is none; `what` says what was expected. */
export function objectBody(body: unknown, what: string, pointer = ""): JsonObject {
  if (!isObject(body)) throw new BodyError(`expected ${what}`, pointer);
  return body;
}

/**
 * The JSON object that a form carries in a field; the message itself where there is no such text.
 * @throws BodyError when the field is no JSON object
 */
export function formJson(message: JsonObject, field: string): JsonObject {
  const text = message[field];
  if (typeof text !== "string") return message;
  try {
    const value = parseJson(text);
    if (isObject(value)) return value;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
  }
  throw new BodyError(`expected JSON in the form's ${field}`, `/${field}`);
}

/** An instant in Unix ms from RFC 3339, or Unix seconds or milliseconds; null for everything else. */
export function asInstant(value: unknown): number | null {
  if (typeof value === "number") return parseUnixTime(value);
  return typeof value === "string" ? (parseRfc3339(value) ?? parseUnixTime(value)) : null;
}

/** An instant in Unix ms from `2023-02-06 18:07:43.733` (or with a `T`), which the source means as UTC; else null. */
export const asUtcInstant = (value: unknown): number | null =>
  typeof value === "string" ? parseRfc3339(`${value.trim().replace(" ", "T")}Z`) : null;

/** A severity in the words that tools commonly use, MEDIUM for words unknown and for none. */
export const asSeverity = (value: unknown, fallback: Severity = "MEDIUM"): Severity =>
  parseSeverity(asText(value) ?? "") ?? fallback;

/**
 * Placeholders of the sources' template languages. One that stands in a body was never replaced:
 * `$NAME` and `$NAME$` (Datadog, Healthchecks, Nagios), `${name}` (AppDynamics, Catchpoint, SolarWinds), `{{name}}`
 * (New Relic, Kibana, Checkly), `*name*` (UptimeRobot), `##NAME##` (LogicMonitor), `{NAME}` (Dynatrace, Zabbix).
 * `*UNKNOWN*` is what Zabbix makes of one that it cannot fill.
 */
const PLACEHOLDER =
  /\$\{[^}]*\}|\{\{[^}]*\}\}|\$[A-Z][A-Z0-9_]*\$?(?![a-z0-9])|\*[a-z][A-Za-z]+\*|##[A-Z][A-Z.]*##|\{\$?[A-Z][A-Za-z]*(?:\.[A-Z]+)*\}|\*UNKNOWN\*/;
const ONLY_PLACEHOLDER = new RegExp(`^\\s*(?:${PLACEHOLDER.source})\\s*$`);

/** A text that a template filled in: the first that is neither absent nor a placeholder alone. */
export function filledText(...values: unknown[]): string | null {
  for (const value of values) {
    const text = asText(value);
    if (text !== null && !ONLY_PLACEHOLDER.test(text)) return text;
  }
  return null;
}

/**
 * An alert key of the parts that a source gives, null when the first is missing. Several parts become a JSON array, so
 * that ("ab", "c") and ("a", "bc") differ.
 */
export function keyOf(...parts: unknown[]): string | null {
  const texts = parts.map(asText);
  const [first] = texts;
  if (first === null || first === undefined) return null;
  return texts.length === 1 ? first : JSON.stringify(texts);
}

/** As keyOf, for bodies that a template makes: null when a placeholder stands in any part. */
export const filledKey = (...parts: unknown[]): string | null =>
  parts.some((part) => PLACEHOLDER.test(asText(part) ?? "")) ? null : keyOf(...parts);

/** A note for the operator where the source's template left placeholders in place; undefined where it did not. */
export function placeholderNote(...values: unknown[]): string | undefined {
  const left = values.map(asText).filter((text) => text !== null && PLACEHOLDER.test(text));
  if (left.length === 0) return undefined;
  return `the source left placeholders of its template in place: ${left.join(", ").slice(0, 200)}`;
}
