/** Parses untrusted JSON: bounded in depth, without loss of large integers. */

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
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, keepLargeIntegers) : JSON.parse(text);
  } catch (error) {
    throw new JsonError(error instanceof SyntaxError ? describe(error) : "the body is not JSON");
  }
}

// V8 quotes a part of the text in its message. A body may hold secrets, so only the position is used.
function describe(error: SyntaxError): string {
  const position = /position (\d+)/.exec(error.message)?.[1];
  return position
    ? `the body is not JSON: unexpected character at position ${position}`
    : "the body is not JSON: it ends too early";
}

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

/** The tokens of a JSON Pointer (RFC 6901); null: the text is not a pointer. */
export function parsePointer(pointer: string): string[] | null {
  if (pointer === "") return [];
  if (!pointer.startsWith("/") || /~(?![01])/.test(pointer)) return null;
  return pointer
    .slice(1)
    .split("/")
    .map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A copy of a JSON value without the part that a pointer names; the value itself if that part does not exist. */
export function withoutPointer(value: unknown, tokens: readonly string[]): unknown {
  const [token, ...rest] = tokens;
  if (token === undefined) return null;
  if (Array.isArray(value)) {
    const at = Number(token);
    if (!/^(0|[1-9]\d*)$/.test(token) || at >= value.length) return value;
    return rest.length === 0 ? value.toSpliced(at, 1) : value.with(at, withoutPointer(value[at], rest));
  }
  if (!isObject(value) || !Object.hasOwn(value, token)) return value;
  const { [token]: child, ...others } = value;
  return rest.length === 0 ? others : { ...others, [token]: withoutPointer(child, rest) };
}
