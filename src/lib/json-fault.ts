/**
 * Finds the first fault of a text that is not JSON (RFC 8259), and describes it with its position. JSON.parse
 * does not report the position of the most common faults. Decides nothing about valid texts, and keeps no values.
 */

/** The tokens that are allowed at a position of a JSON text. */
type Expected = "value" | "value or ]" | "name" | "name or }" | "colon" | "next" | "end";

const WORDS: Readonly<Record<Expected, string>> = {
  value: "a value",
  "value or ]": "a value or `]`",
  name: "a name in double quotes",
  "name or }": "a name in double quotes or `}`",
  colon: "`:`",
  next: "`,`",
  end: "the end",
};

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /(?:true|false|null)(?![\w$])/y;
const SPACE = /[ \t\n\r]*/y;
/** The longest part of a string without escapes and control characters. */
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\dA-Fa-f]{4})/y;

/**
 * The first fault of a text, as a phrase with its line, column and position; null: the text is JSON. The phrase quotes at
 * most one character or one short word of letters: a body may hold secrets.
 * @param allowsControls whether strings may contain bare control characters
 */
export function describeJsonFault(text: string, allowsControls = false): string | null {
  const fault = findFault(text, allowsControls);
  return fault && `${fault.what} at ${place(text, fault.at)}`;
}

interface Fault {
  /** In UTF-16 code units, from 0. */
  at: number;
  what: string;
}

function findFault(text: string, allowsControls: boolean): Fault | null {
  let at = 0;
  let expected: Expected = "value";
  /** The closing brackets that are still missing. */
  const open: ("}" | "]")[] = [];
  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const isFound = pattern.test(text);
    if (isFound) at = pattern.lastIndex;
    return isFound;
  };
  for (;;) {
    skip(SPACE);
    const char = text[at];
    if (char === undefined && expected === "end") return null;
    if (char === undefined) return { at, what: endsEarly(text, expected, open) };
    const closing = open.at(-1);
    if (
      char === closing &&
      (expected === "next" || expected === `value or ${char}` || expected === `name or ${char}`)
    ) {
      at++;
      open.pop();
      expected = open.length === 0 ? "end" : "next";
    } else if (expected === "next" && char === ",") {
      at++;
      expected = closing === "}" ? "name" : "value";
    } else if (expected === "colon" && char === ":") {
      at++;
      expected = "value";
    } else if (expected.startsWith("name") && char === '"') {
      const fault = skipString();
      if (fault) return fault;
      expected = "colon";
    } else if (expected.startsWith("value")) {
      if (char === "{" || char === "[") {
        at++;
        open.push(char === "{" ? "}" : "]");
        expected = char === "{" ? "name or }" : "value or ]";
        continue;
      }
      if (char === '"') {
        const fault = skipString();
        if (fault) return fault;
      } else if (!skip(NUMBER) && !skip(LITERAL)) return { at, what: unexpected(text, at, expected, closing) };
      expected = open.length === 0 ? "end" : "next";
    } else return { at, what: unexpected(text, at, expected, closing) };
  }

  function skipString(): Fault | null {
    const start = at++;
    for (;;) {
      skip(PLAIN);
      const char = text[at];
      if (char === undefined)
        return { at, what: `it ends too early: the string that begins at position ${start} has no end` };
      if (char === '"') {
        at++;
        return null;
      }
      if (char === "\\") {
        if (!skip(ESCAPE)) return { at, what: "invalid escape after `\\` in a string" };
      } else if (allowsControls) at++;
      else return { at, what: `${nameOf(char)} must be escaped in a string` };
    }
  }
}

function endsEarly(text: string, expected: Expected, open: readonly string[]): string {
  if (text.trim() === "") return "it is empty: expected a value";
  const closing = open.at(-1);
  const or = expected === "next" && closing !== undefined ? ` or \`${closing}\`` : "";
  return `it ends too early: expected ${WORDS[expected]}${or}`;
}

/** Words that other languages write, and their JSON. */
const CORRECTIONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    None: "null",
    nil: "null",
    NULL: "null",
    undefined: "null",
    NaN: "null",
    Infinity: "null",
    True: "true",
    TRUE: "true",
    False: "false",
    FALSE: "false",
  }),
);

const WORD = /[A-Za-z_$][\w$-]*/y;

function unexpected(text: string, at: number, expected: Expected, closing: string | undefined): string {
  const or = expected === "next" && closing !== undefined ? ` or \`${closing}\`` : "";
  const wanted = `expected ${WORDS[expected]}${or}`;
  const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0] ?? "";
  if (/^[A-Za-z]{2,20}$/.test(word)) {
    const correction = expected.startsWith("value") ? CORRECTIONS.get(word) : undefined;
    return `${wanted}, found the word \`${word}\`${correction === undefined ? "" : ` (write \`${correction}\`)`}`;
  }
  if (char === "'") return `${wanted}, found \`'\` (write \`"\`)`;
  return `${wanted}, found ${nameOf(char)}`;
}

const CONTROL_NAMES: Readonly<Record<string, string>> = {
  "\0": "NUL",
  "\t": "a tab",
  "\n": "a line break",
  "\r": "a line break",
  "\uFEFF": "a byte order mark",
};

/** A character, visible and safe to print. */
function nameOf(char: string): string {
  const code = `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
  const name = CONTROL_NAMES[char];
  if (name !== undefined) return `${name} (${code})`;
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(char) ? `\`${char}\`` : `the character ${code}`;
}

/** Line and column from 1, position from 0. */
function place(text: string, at: number): string {
  const lines = text.slice(0, at).split(/\r\n|\r|\n/);
  return `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1} (position ${at})`;
}
