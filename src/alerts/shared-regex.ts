/**
 * The regular expressions of matchers. Tocsin runs them with RE2 (here) and as Postgres' advanced regular expressions (in the SQL
 * of muting), so only the syntax that both read alike is accepted. Expressions match the whole value; `.` also matches line breaks.
 * https://github.com/google/re2/wiki/Syntax, https://www.postgresql.org/docs/current/functions-matching.html#POSIX-SYNTAX-DETAILS
 */
import { LRUCache } from "lru-cache";
import { RE2JS } from "re2js";

/** Characters of an expression. */
const MAX_LENGTH = 2048;

/** Postgres' limit of a count such as `{4}`. */
const MAX_COUNT = 255;

/** Instructions of the compiled expression. Counts make copies of what they repeat. */
const MAX_PROGRAM = 4000;

/**
 * Optional parts, copies by counts included: `?`, `*`, `+`, the span of `{2,4}`, empty alternatives. Postgres needs the cube of their
 * number to compile an expression: 100 take 30 ms, 900 take 25 s.
 */
const MAX_OPTIONAL = 100;

/** Nested groups. */
const MAX_DEPTH = 20;

/** An expression that is invalid or outside the common syntax. The message says what is not supported. */
export class RegexError extends Error {
  override name = "RegexError";
}

const compiled = new LRUCache<string, RE2JS>({ max: 1000 });

/**
 * Compiles an expression, or takes it from a cache.
 * @throws RegexError when RE2 and Postgres do not read it alike
 */
function compile(source: string): RE2JS {
  const known = compiled.get(source);
  if (known) return known;
  new Reader(source).read();
  const re2 = compileRe2(source);
  if (!re2 || re2.programSize() > MAX_PROGRAM) throw new RegexError("the regular expression is too large");
  compiled.set(source, re2);
  return re2;
}

/** Null: its counts make too many copies. */
function compileRe2(source: string): RE2JS | null {
  try {
    return RE2JS.compile(source, RE2JS.DOTALL);
  } catch {
    return null;
  }
}

/** @throws RegexError when RE2 and Postgres do not read the expression alike */
export const checkRegex = (source: string): void => void compile(source);

/** Whether an expression matches the whole text. @throws RegexError as `checkRegex` */
export const matchesRegex = (source: string, text: string): boolean => compile(source).matches(text);

/** Named classes of brackets that have the same characters in both. */
const CLASS_NAMES = new Set(["alnum", "alpha", "blank", "digit", "lower", "punct", "space", "upper", "xdigit"]);

/** Characters that need no escape outside brackets, besides letters and digits. */
const isSpecial = (char: string): boolean => String.raw`\^$.|?*+()[{`.includes(char);

const isPunctuation = (char: string): boolean => /^[!-/:-@[-^`{-~ _]$/.test(char);

const ESCAPE_BRACE = "write `\\{` for a brace";

/** Reads an expression by recursive descent; accepts it or throws. */
class Reader {
  readonly #chars: readonly string[];
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    if (source.length > MAX_LENGTH)
      throw new RegexError(`the regular expression is longer than ${MAX_LENGTH} characters`);
    if (!source.isWellFormed() || source.includes("\0")) {
      throw new RegexError("the regular expression contains a character that cannot be stored");
    }
    this.#chars = Array.from(source);
  }

  read(): void {
    const optional = this.#alternatives();
    if (this.#peek() === ")") throw this.#error("unexpected `)`");
    if (optional > MAX_OPTIONAL) {
      throw new RegexError(
        `the regular expression has more than ${MAX_OPTIONAL} optional parts, counted with their repetitions`,
      );
    }
  }

  #peek(offset = 0): string | undefined {
    return this.#chars[this.#at + offset];
  }

  #takeIf(text: string): boolean {
    const chars = Array.from(text);
    if (!chars.every((char, offset) => this.#peek(offset) === char)) return false;
    this.#at += chars.length;
    return true;
  }

  #error(what: string, hint = ""): RegexError {
    return new RegexError(`${what} at character ${this.#at + 1} of the regular expression${hint && `: ${hint}`}`);
  }

  /** @returns the number of optional parts */
  #alternatives(): number {
    let optional = this.#branch();
    while (this.#takeIf("|")) optional += this.#branch();
    return optional;
  }

  #branch(): number {
    const start = this.#at;
    for (let optional = 0; ;) {
      const char = this.#peek();
      if (char === undefined || char === "|" || char === ")") return this.#at === start ? 1 : optional;
      const isAnchor = char === "^" || char === "$";
      const inside = this.#atom(char);
      const { least, most } = this.#repetition(isAnchor);
      optional += inside * most + (most - least);
    }
  }

  #atom(char: string): number {
    if (char === "(") return this.#group();
    if (char === "[") this.#bracket();
    else if (char === "\\") this.#escape(String.raw`\d, \D, \w, \W`, /^[dDwW]$/);
    else if (char === "." || char === "^" || char === "$" || !isSpecial(char)) this.#at++;
    else if (char === "{") throw this.#error("unexpected `{`", ESCAPE_BRACE);
    else throw this.#error(`\`${char}\` has nothing to repeat`);
    return 0;
  }

  #group(): number {
    this.#at++;
    if (!this.#takeIf("?:") && this.#peek() === "?") {
      throw this.#error("unsupported group", "use `(…)` or `(?:…)`, without flags, names and lookarounds");
    }
    if (++this.#depth > MAX_DEPTH) throw this.#error("too many nested groups");
    const optional = this.#alternatives();
    this.#depth--;
    if (!this.#takeIf(")")) throw this.#error("missing `)`");
    return optional;
  }

  /** @returns how many copies of the atom a program needs, at least and at most */
  #repetition(isAnchor: boolean): { least: number; most: number } {
    const start = this.#at;
    const count =
      this.#takeIf("?") || this.#takeIf("*")
        ? { least: 0, most: 1 }
        : this.#takeIf("+")
          ? { least: 1, most: 2 }
          : this.#count();
    if (!count) return { least: 1, most: 1 };
    if (isAnchor) {
      this.#at = start;
      throw this.#error("an anchor cannot be repeated");
    }
    this.#takeIf("?");
    const next = this.#peek();
    if (next !== undefined && "*+?{".includes(next)) throw this.#error("a repetition cannot be repeated");
    return count;
  }

  #count(): { least: number; most: number } | null {
    if (this.#peek() !== "{") return null;
    const [count, from = "", comma, to] =
      /^\{(\d{1,3})(?:(,)(\d{0,3}))?\}/.exec(this.#chars.slice(this.#at, this.#at + 9).join("")) ?? [];
    if (count === undefined) throw this.#error("expected a count such as `{2}` or `{2,4}`", ESCAPE_BRACE);
    const least = Number(from);
    const most = comma === undefined ? least : to ? Number(to) : least + 1;
    if (least > most || Math.max(least, Number(to || 0)) > MAX_COUNT)
      throw this.#error(`expected a count up to ${MAX_COUNT}`);
    this.#at += count.length;
    return { least, most };
  }

  /** @param classes the classes that are allowed here, for the message */
  #escape(classes: string, allowed: RegExp): void {
    const char = this.#peek(1);
    if (char === undefined) throw this.#error("the escape at the end is incomplete");
    if (!isPunctuation(char) && !/^[nrt]$/.test(char) && !allowed.test(char)) {
      const hint = char.toLowerCase() === "s" ? "; write `[ \\t]` for white space" : "";
      throw this.#error(
        `unsupported escape \`\\${char}\``,
        `use ${classes}, \\n, \\r, \\t or escaped punctuation${hint}`,
      );
    }
    this.#at += 2;
  }

  #bracket(): void {
    this.#at++;
    this.#takeIf("^");
    for (let isFirst = true; isFirst || this.#peek() !== "]"; isFirst = false) this.#item(isFirst);
    this.#at++;
  }

  /** A character, a range or a class in brackets. */
  #item(isFirst: boolean): void {
    if (this.#takeIf("[:")) return this.#className();
    const isClass = this.#peek() === "\\" && /^[dw]$/.test(this.#peek(1) ?? "");
    const from = this.#bracketChar(isFirst);
    if (this.#peek() !== "-" || this.#peek(1) === "]") return;
    if (isClass) throw this.#error("a class cannot start a range");
    this.#at++;
    if (this.#peek() === "[" || (this.#peek() === "\\" && /^[dw]$/.test(this.#peek(1) ?? ""))) {
      throw this.#error("a class cannot end a range");
    }
    const to = this.#bracketChar(false);
    if ((from.codePointAt(0) ?? 0) > (to.codePointAt(0) ?? 0)) throw this.#error("the range is in reverse order");
    if (this.#peek() === "-" && this.#peek(1) !== "]")
      throw this.#error("a range cannot start with the end of another");
  }

  #className(): void {
    const end = this.#chars.indexOf(":", this.#at);
    const name = this.#chars.slice(this.#at, end === -1 ? this.#at : end).join("");
    if (!CLASS_NAMES.has(name) || this.#chars[end + 1] !== "]") throw this.#error("unknown character class");
    this.#at = end + 2;
    if (this.#peek() === "-" && this.#peek(1) !== "]") throw this.#error("a class cannot start a range");
  }

  #bracketChar(isFirst: boolean): string {
    const char = this.#peek();
    if (char === undefined) throw this.#error("missing `]`");
    if (char === "\\") {
      this.#escape(String.raw`\d, \w`, /^[dw]$/);
      const escaped = this.#peek(-1) ?? "";
      return { n: "\n", r: "\r", t: "\t" }[escaped] ?? escaped;
    }
    const next = this.#peek(1);
    if (char === "[" && (next === "." || next === "=" || next === ":"))
      throw this.#error("unexpected `[`", "write `\\[` for a bracket");
    if (char === "-" && !isFirst && next !== "]") throw this.#error("unexpected `-`", "write `\\-` for a hyphen");
    this.#at++;
    return char;
  }
}
