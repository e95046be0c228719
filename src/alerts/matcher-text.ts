/**
 * Matchers as text: `severity!="info"`, `instance=~"db-.*"`. Reads what Alertmanager reads from `filter` parameters and from `amtool`:
 * its classic syntax, and where that fails its UTF-8 syntax, with quoted names.
 * https://prometheus.io/docs/alerting/latest/configuration/#label-matchers
 */
import { type Matcher, operatorOf } from "./matchers.ts";

/** Characters of a matcher as text. */
const MAX_LENGTH = 8192;

/** A text that is not a matcher. The message may be shown to the caller. */
export class MatcherTextError extends Error {
  override name = "MatcherTextError";
}

/**
 * Reads one matcher. The regular expression is not checked.
 * @throws MatcherTextError when neither syntax can read it
 */
export function parseMatcher(text: string): Matcher {
  if (text.length > MAX_LENGTH) throw new MatcherTextError(`a matcher has at most ${MAX_LENGTH} characters`);
  // Alertmanager prefers the classic reading where both succeed and differ.
  const matcher = text.startsWith("{") || text.endsWith("}") ? null : (parseClassic(text) ?? parseUtf8(text));
  if (!matcher) {
    throw new MatcherTextError(
      `bad matcher ${JSON.stringify(text.slice(0, 200))}: expected name="value", with =, !=, =~ or !~`,
    );
  }
  return matcher;
}

/** Writes a matcher, as Alertmanager does. */
export function matcherText(matcher: Matcher): string {
  const { name, value } = matcher;
  const quoted = `"${value.replaceAll(/[\\"]/g, String.raw`\$&`).replaceAll("\n", String.raw`\n`)}"`;
  return `${RESERVED.test(name) ? JSON.stringify(name) : name}${operatorOf(matcher)}${quoted}`;
}

const OPERATORS: Readonly<Record<string, Pick<Matcher, "isRegex" | "isEqual">>> = {
  "=": { isRegex: false, isEqual: true },
  "!=": { isRegex: false, isEqual: false },
  "=~": { isRegex: true, isEqual: true },
  "!~": { isRegex: true, isEqual: false },
};

const newMatcher = (name: string, operator: string, value: string): Matcher | null => {
  const kind = OPERATORS[operator];
  return kind && name !== "" ? { name, value, ...kind } : null;
};

/** https://github.com/prometheus/alertmanager/blob/main/pkg/labels/parse.go */
function parseClassic(text: string): Matcher | null {
  const trimmed = text.replace(/[\t\n\f\r ]+$/, "");
  const [, name, operator, raw] =
    /^[\t\n\f\r ]*([a-zA-Z_:][a-zA-Z0-9_:]*)[\t\n\f\r ]*(=~|=|!=|!~)[\t\n\f\r ]*([^]*)$/.exec(trimmed) ?? [];
  if (name === undefined || operator === undefined || raw === undefined) return null;
  const isQuoted = raw.startsWith('"');
  if (isQuoted && !/^"(?:[^\\"]|\\[^])*"$/.test(raw)) return null;
  const inner = isQuoted ? raw.slice(1, -1) : raw;
  if (!isQuoted && /^(?:[^\\"]|\\[^])*"/.test(inner)) return null;
  // Other escapes are literal.
  const value = inner.replaceAll(/\\([n"\\])/g, (_, char: string) => (char === "n" ? "\n" : char));
  return newMatcher(name, operator, value);
}

/** What ends an unquoted token. https://github.com/prometheus/alertmanager/blob/main/matcher/parse/lexer.go */
const RESERVED = /[\p{White_Space}{}!=~,\\"'`]/u;

const TOKEN = String.raw`("(?:[^\\"]|\\[^])*"|[^\p{White_Space}{}!=~,\\"'${"`"}]+)`;
const UTF8_MATCHER = new RegExp(
  String.raw`^\p{White_Space}*${TOKEN}\p{White_Space}*(=~|=|!=|!~)\p{White_Space}*${TOKEN}\p{White_Space}*,?\p{White_Space}*$`,
  "u",
);

function parseUtf8(text: string): Matcher | null {
  const [, name = "", operator = "", value = ""] = UTF8_MATCHER.exec(text) ?? [];
  const [readName, readValue] = [unquote(name), unquote(value)];
  return readName === null || readValue === null ? null : newMatcher(readName, operator, readValue);
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
  '"': '"',
};

/** Reads an unquoted token, or a string of Go: https://pkg.go.dev/strconv#Unquote. Null: it is invalid. */
function unquote(token: string): string | null {
  if (!token.startsWith('"')) return token;
  const bytes: number[] = [];
  const add = (text: string) => bytes.push(...new TextEncoder().encode(text));
  for (const [part, byte, octal, code] of token
    .slice(1, -1)
    .matchAll(/[^\\\n]+|\\(?:x([\da-fA-F]{2})|([0-3][0-7]{2})|(u[\da-fA-F]{4}|U[\da-fA-F]{8})|[^])|\n/g)) {
    if (part === "\n") return null;
    if (!part.startsWith("\\")) add(part);
    else if (byte !== undefined) bytes.push(Number.parseInt(byte, 16));
    else if (octal !== undefined) bytes.push(Number.parseInt(octal, 8));
    else if (code !== undefined) {
      const point = Number.parseInt(code.slice(1), 16);
      if (point > 0x10_ff_ff || (point >= 0xd8_00 && point < 0xe0_00)) return null;
      add(String.fromCodePoint(point));
    } else {
      const escaped = ESCAPES[part.slice(1)];
      if (escaped === undefined) return null;
      add(escaped);
    }
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return null;
  }
}
