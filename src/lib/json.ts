/** Parses untrusted JSON: bounded in depth, without loss of large integers. */
import { describeJsonFault } from "./json-fault.ts";

/** Deeper bodies are rejected, so that recursion over a body is safe everywhere. No real body nests this deep. */
export const MAX_JSON_DEPTH = 1000;

export type JsonObject = Record<string, unknown>;

/** The text is not JSON, or nests too deep. The message may be shown to the sender. */
export class JsonError extends Error {
  override name = "JsonError";
}

/** Whether a value is a JSON object (not null, not an array). */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Parses JSON. Integers past 2^53 become decimal strings, so that no id changes.
 * @throws JsonError when the text is not JSON or nests deeper than MAX_JSON_DEPTH.
 */
export function parseJson(text: string): unknown {
  assertShallow(text);
  return (parse(text) ?? fail(text, false)).value;
}

/**
 * Like parseJson, but strings may contain bare control characters, such as line breaks: many templates put texts of several
 * lines into quotes.
 * @returns the value; `isStrict`: the text is JSON as it is
 * @throws JsonError when the text has any other fault
 */
export function parseLenientJson(text: string): { value: unknown; isStrict: boolean } {
  assertShallow(text);
  const strict = parse(text);
  if (strict) return { value: strict.value, isStrict: true };
  const lenient = parse(escapeControls(text));
  return { value: (lenient ?? fail(text, true)).value, isStrict: false };
}

/** The value in a box, because it may be null; null: the text is not JSON. */
function parse(text: string): { value: unknown } | null {
  try {
    return { value: /\d{16}/.test(text) ? JSON.parse(text, keepLargeIntegers) : JSON.parse(text) };
  } catch {
    return null;
  }
}

// V8 quotes a part of the text in its message, and a body may hold secrets.
function fail(text: string, allowsControls: boolean): never {
  const fault = describeJsonFault(text, allowsControls);
  throw new JsonError(fault === null ? "the body is not JSON" : `the body is not JSON: ${fault}`);
}

/** Escapes the control characters inside strings. One after a backslash stays: it is another fault. */
function escapeControls(text: string): string {
  const parts: string[] = [];
  let at = 0;
  for (let start = text.indexOf('"'); start !== -1; start = text.indexOf('"', at)) {
    const end = endOfString(text, start);
    parts.push(text.slice(at, start), text.slice(start, end).replaceAll(CONTROL, escapeControl));
    at = end;
    if (text[at] === '"') parts.push(text.charAt(at++));
  }
  return parts.join("") + text.slice(at);
}

// oxlint-disable-next-line no-control-regex -- these are the characters to escape
const CONTROL = /\\[\s\S]|[\u0000-\u001f]/g;

const escapeControl = (found: string): string =>
  found.startsWith("\\") ? found : `\\u${found.charCodeAt(0).toString(16).padStart(4, "0")}`;

function keepLargeIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== "number" || Number.isSafeInteger(value)) return value;
  return context?.source && /^-?\d+$/.test(context.source) ? context.source : value;
}

/** Checks the depth in one pass over the text, before anything recurses. */
function assertShallow(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at);
    if (char === 0x22) {
      at = endOfString(text, at);
    } else if (char === 0x7b || char === 0x5b) {
      if (++depth > MAX_JSON_DEPTH) throw new JsonError(`the body nests deeper than ${MAX_JSON_DEPTH} levels`);
    } else if (char === 0x7d || char === 0x5d) depth--;
  }
}

function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return text.length;
}

const NUL = /\u0000/g;

/** A text that Postgres can hold: NUL and lone surrogates become U+FFFD. */
export const safeText = (text: string): string => text.replace(NUL, "\uFFFD").toWellFormed();

/** A copy of a JSON value with texts and keys that Postgres can hold, and finite numbers. */
export function safeJson(value: unknown): unknown {
  if (typeof value === "string") return safeText(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (Array.isArray(value)) return value.map(safeJson);
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [safeText(key), safeJson(child)]));
  }
  return value;
}
