/**
 * Regular expressions in linear time: RE2's syntax, and steps for each character that a search may read. A pattern is compiled
 * once, with its expression.
 */
import { RE2JS } from "re2js";
import { type Budget, ExpressionError, spend } from "./expression-budget.ts";

/** Instructions of a compiled pattern. */
const MAX_PROGRAM = 500;

/** Characters of a pattern. */
const MAX_LENGTH = 300;

/** The sum of all counts such as `{4}` in a pattern. Each makes as many copies of what it repeats. */
const MAX_COUNTS = 200;

/** Instructions that run in one step, each on one character. */
const INSTRUCTIONS_PER_STEP = 64;

const STEPS_PER_SEARCH = 3;

/** Every search clears a bit for each instruction and character of the text. */
const CLEARED_BITS_PER_STEP = 8192;

export interface LinearPattern {
  re2: RE2JS;
  /** Whether a search reads hardly further than the end of its match. */
  stopsAtMatch: boolean;
}

/**
 * Compiles a pattern.
 * @throws ExpressionError for a pattern that RE2 does not support, or that is too large
 */
export function compilePattern({ source, flags }: RegExp): LinearPattern {
  const counts = [...source.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, from, to]) => Number(to || from));
  const isLarge = source.length > MAX_LENGTH || counts.reduce((sum, count) => sum + count, 0) > MAX_COUNTS;
  const re2 = isLarge ? null : compileRe2(source, flags);
  if (!re2 || re2.programSize() > MAX_PROGRAM) throw new ExpressionError("the regular expression is too large");
  return { re2, stopsAtMatch: isRepeatOnlyAtEnd(source) };
}

function compileRe2(source: string, flags: string): RE2JS {
  try {
    return RE2JS.compile(
      RE2JS.translateRegExp(source),
      (flags.includes("i") ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes("m") ? RE2JS.MULTILINE : 0),
    );
  } catch {
    throw new ExpressionError("the regular expression uses a feature that RE2 does not support");
  }
}

/**
 * Whether the only unbounded repetitions are one at the end, which takes only what then belongs to the match, and such as
 * `[^>]*>`, which end at the character that follows.
 */
function isRepeatOnlyAtEnd(source: string): boolean {
  const elements = source
    .replaceAll(/\[\^\\?(.)\][*+](\)?)\\?\1/gs, "x$2")
    .replaceAll(/\\.|\[\^?\]?(?:\\.|[^\]\\])*\]/gs, "x");
  const isPlain = !/\(\?|\)[*+?{]/.test(elements);
  return isPlain && /^[^|{}*+?]*[*+]?$/.test(elements.replaceAll(/\((?=[^()]*\))|\)$|\)(?=[^*+?{])/g, ""));
}

/**
 * The constructor that the library calls for each regular expression: it needs `exec` and `lastIndex`.
 * @param patterns the compiled patterns of the expression
 */
export const regexEngine = (patterns: ReadonlyMap<RegExp, LinearPattern>, budget: Budget): RegExpConstructor =>
  class {
    lastIndex = 0;
    readonly #pattern: LinearPattern;

    constructor(regex: RegExp) {
      this.#pattern = patterns.get(regex) ?? compilePattern(regex);
    }

    exec(text: string): (string[] & { index: number }) | null {
      const start = this.lastIndex;
      if (start > text.length) return null;
      const { re2, stopsAtMatch } = this.#pattern;
      const size = re2.programSize();
      spend(budget, STEPS_PER_SEARCH + (text.length * size) / CLEARED_BITS_PER_STEP);
      const read = (characters: number) => spend(budget, (characters * size) / INSTRUCTIONS_PER_STEP);
      if (!stopsAtMatch) read(text.length - start);
      const matcher = re2.matcher(text);
      const isFound = matcher.find(start);
      if (stopsAtMatch) read((isFound ? matcher.end() : text.length) - start);
      if (!isFound) return null;
      this.lastIndex = matcher.end();
      const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at) ?? "");
      return Object.assign(groups, { index: matcher.start() });
    }
  } as unknown as RegExpConstructor;
