/**
 * JSONata expressions with limits on steps, depth, size of results and regular expressions, so that no expression can hang
 * the Worker. There is no time limit, because a Worker's clock does not advance during computation.
 */
import jsonata from "jsonata";
import { RE2JS } from "re2js";

/** Shared by all expressions of one delivery. */
export const MAX_STEPS = 500_000;
const MAX_DEPTH = 300;
const MAX_SEQUENCE = 20_000;
/** Characters of a string, or elements of an array. */
const MAX_SIZE = 1_000_000;

/** Thrown for an invalid expression, and for one that fails on its input. The operator gets the message. */
export class ExpressionError extends Error {
  override name = "ExpressionError";
  /** Offset in characters; null: unknown. */
  readonly position: number | null;
  constructor(message: string, position: number | null = null) {
    super(message);
    this.position = position;
  }
}

/** The remaining steps, shared by all evaluations of one delivery. */
export interface Budget {
  steps: number;
}

export interface Expression {
  /** @throws ExpressionError if the evaluation fails or exceeds the budget */
  evaluate(input: unknown, bindings: Record<string, unknown>, budget: Budget): Promise<unknown>;
}

/**
 * Compiles an expression and replaces the language's unbounded functions with bounded ones.
 * @throws ExpressionError with the position if the expression is invalid
 */
export function compileExpression(source: string): Expression {
  try {
    const compiled = jsonata(source, {
      stack: MAX_DEPTH,
      sequence: MAX_SEQUENCE,
      // jsonata needs only a constructor that takes a RegExp, `exec` and `lastIndex`.
      RegexEngine: LinearRegex as unknown as RegExpConstructor,
    });
    boundFunctions(compiled);
    guardSteps(compiled, costs(compiled.ast()));
    return { evaluate: (input, bindings, budget) => run(compiled, input, bindings, budget) };
  } catch (error) {
    throw asExpressionError(error);
  }
}

/** Name of the budget in the bindings. No expression can contain this name. */
const BUDGET = "\u0000budget";

async function run(
  compiled: jsonata.Expression,
  input: unknown,
  bindings: Record<string, unknown>,
  budget: Budget,
): Promise<unknown> {
  try {
    return await compiled.evaluate(input, { ...bindings, [BUDGET]: budget });
  } catch (error) {
    throw asExpressionError(error);
  }
}

/** Native code of the library costs one step per this many characters of its input. */
const CHARACTERS_PER_STEP = 32;

function spend(frame: jsonata.Environment, steps: number): void {
  const budget = frame.lookup(BUDGET) as Budget;
  budget.steps -= steps;
  if (budget.steps < 0) throw new ExpressionError("the expression needs too many steps");
}

/** In characters. Shorter strings cost no extra steps. */
const SHORT_LENGTH = 1000;

/**
 * Counts every evaluation step against the budget and limits the size of its result. Arguments of the library's native
 * code (functions, comparisons) cost steps by size, because that code processes them in one step.
 */
function guardSteps(compiled: jsonata.Expression, costsOf: ReadonlyMap<unknown, number>): void {
  const guards = {
    [Symbol.for("jsonata.__evaluate_entry")]: (_node: unknown, _input: unknown, frame: jsonata.Environment) =>
      spend(frame, 1),
    [Symbol.for("jsonata.__evaluate_exit")]: (
      node: unknown,
      _input: unknown,
      frame: jsonata.Environment,
      result: unknown,
    ) => {
      assertSmall(result);
      const cost = costsOf.get(node);
      if (cost !== undefined) spend(frame, (sizeOf(result) * cost) / CHARACTERS_PER_STEP);
      else if (typeof result === "string" && result.length > SHORT_LENGTH)
        spend(frame, result.length / CHARACTERS_PER_STEP);
    },
  };
  for (const symbol of Object.getOwnPropertySymbols(guards)) {
    // The type allows only strings, but the library looks up these two names by symbol.
    compiled.assign(symbol as unknown as string, guards[symbol]);
  }
}

function assertSmall(value: unknown): void {
  const size = typeof value === "string" || Array.isArray(value) ? value.length : 0;
  if (size > MAX_SIZE) throw new ExpressionError("the result of the expression is too large");
}

function asExpressionError(error: unknown): ExpressionError {
  if (error instanceof ExpressionError) return error;
  if (error instanceof RangeError)
    return new ExpressionError("the expression is nested too deeply or its result is too large");
  const { code, position, message } = (
    typeof error === "object" && error !== null ? error : {}
  ) as Partial<jsonata.JsonataError>;
  // Only messages about syntax (S…) are safe to show. Others quote values of the payload.
  const words = code?.startsWith("S") ? message : MESSAGES.get(code ?? "");
  return new ExpressionError(words ?? `the expression failed (${code ?? "unknown"})`, position ?? null);
}

/** Frequent errors of https://github.com/jsonata-js/jsonata, without the quoted values. */
const MESSAGES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    D1011: "the expression is nested too deeply",
    D2014: "the expression returns too many values",
    D2015: "the expression returns too many values",
    T0410: "an argument of a function has the wrong type",
    T1005: "the called value is not a function (is its `$` missing?)",
    T1006: "the called value is not a function",
    T2001: "the left side of the operator must be a number",
    T2002: "the right side of the operator must be a number",
    T2009: "the operator compares a number with a string",
    T2010: "the operator compares values that have no order",
  }),
);

/** The approximate size of a value as JSON, in characters. Stops counting above the limit. */
function sizeOf(value: unknown, left = MAX_SIZE): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  let size = 2;
  for (const child of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    size += sizeOf(child, left - size);
    if (size > left) return size;
  }
  return size;
}

function assertSize(size: number): void {
  if (size > MAX_SIZE) throw new ExpressionError("the result of the expression is too large");
}

type Original = { implementation: (...values: unknown[]) => unknown };

/** Replaces functions whose result may be larger than their input, and functions that are not deterministic. */
function boundFunctions(compiled: jsonata.Expression): void {
  for (const name of ["eval", "now", "millis", "random", "shuffle"]) {
    compiled.registerFunction(name, () => {
      throw new ExpressionError(`$${name} is not available, because a mapping must be deterministic`);
    });
  }
  guard(compiled, "string", "<x-b?:s>", (value) => sizeOf(value));
  guard(compiled, "pad", "<s-ns?:s>", (text, width) => sizeOf(text) + Math.abs(Number(width)));
  guard(compiled, "join", "<a<s>s?:s>", (texts, separator) => sizeOf(texts) + lengthOf(texts) * lengthOf(separator));
  guard(
    compiled,
    "replace",
    "<s-(sf)(sf)n?:s>",
    (text, _pattern, replacement) =>
      sizeOf(text) + (typeof replacement === "string" ? lengthOf(text) * replacement.length : 0),
  );
  // It compares all pairs.
  guard(compiled, "distinct", "<x:x>", (values) => lengthOf(values) ** 2);
  guard(compiled, "fromMillis", "<n-s?s?:s>", (_millis, picture) => pictureSize(picture));
  guard(compiled, "toMillis", "<s-s?:n>", (_text, picture) => pictureSize(picture));
  guard(compiled, "formatNumber", "<n-so?:s>", (_number, picture) => pictureSize(picture));
  guard(compiled, "formatInteger", "<n-s:s>", (_number, picture) => pictureSize(picture));
  guard(compiled, "parseInteger", "<s-s:n>", (_text, picture) => pictureSize(picture));
}

const lengthOf = (value: unknown): number => (typeof value === "string" || Array.isArray(value) ? value.length : 0);

/** A picture may contain a field of any width: `[Y,999999999]`. */
const pictureSize = (picture: unknown): number =>
  typeof picture === "string" && (picture.length > 200 || /[1-9]\d{3}/.test(picture)) ? Number.POSITIVE_INFINITY : 0;

/** The only access to a function of the library is an expression that returns it. */
function guard(
  compiled: jsonata.Expression,
  name: string,
  signature: string,
  size: (...values: unknown[]) => number,
): void {
  const original: Promise<Original> = jsonata(`$${name}`).evaluate(null) as Promise<Original>;
  compiled.registerFunction(
    name,
    async function (this: jsonata.Focus, ...values: unknown[]) {
      assertSize(size(...values));
      return (await original).implementation.apply(this, values);
    },
    signature,
  );
}

/** A replacement for RegExp with RE2's syntax and linear time, so that no pattern can backtrack exponentially. */
class LinearRegex {
  lastIndex = 0;
  readonly #pattern: RE2JS;

  constructor({ source, flags }: RegExp) {
    this.#pattern = RE2JS.compile(
      RE2JS.translateRegExp(source),
      (flags.includes("i") ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes("m") ? RE2JS.MULTILINE : 0),
    );
  }

  /** Instructions of the compiled program: the maximum cost per character. */
  get size(): number {
    return this.#pattern.programSize();
  }

  exec(text: string): (string[] & { index: number }) | null {
    if (this.lastIndex > text.length) return null;
    const matcher = this.#pattern.matcher(text);
    if (!matcher.find(this.lastIndex)) return null;
    this.lastIndex = matcher.end();
    const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, at) => matcher.group(at) ?? "");
    return Object.assign(groups, { index: matcher.start() });
  }
}

/** `~>`, which is missing in the types. */
const APPLY: ReadonlySet<unknown> = new Set(["apply"]);

/** Operators that process both sides in native code. */
const COMPARISONS: ReadonlySet<unknown> = new Set(["=", "!=", "<", "<=", ">", ">=", "in", "&"]);

/** Programs up to this size cost the same per character as other native code. */
const INSTRUCTIONS_PER_CHARACTER = 8;

/**
 * Returns the cost per character for each part of an expression that native code processes.
 * @throws ExpressionError for a regular expression that RE2 does not support, or that is not an argument of a call
 */
function costs(root: unknown): ReadonlyMap<unknown, number> {
  const found = new Map<unknown, number>();
  const seen = new Set<unknown>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || seen.has(node)) return;
    seen.add(node);
    const { type, value, lhs, rhs, arguments: given = [], procedure, position } = node as jsonata.ExprNode;
    if (value instanceof RegExp) {
      throw new ExpressionError(
        "a regular expression must be an argument of the function that uses it",
        position ?? null,
      );
    }
    const parts: readonly unknown[] =
      type === "function" || type === "partial"
        ? [...given, procedure]
        : APPLY.has(type) || (type === "binary" && COMPARISONS.has(value))
          ? [lhs, rhs]
          : [];
    const regexes = parts.filter((part) => regexOf(part) !== null);
    const cost = Math.max(1, ...regexes.map((part) => programSize(part) / INSTRUCTIONS_PER_CHARACTER));
    for (const part of regexes) seen.add(part);
    for (const part of parts) found.set(part, cost);
    for (const child of Object.values(node)) visit(child);
  };
  visit(root);
  return found;
}

const regexOf = (node: unknown): RegExp | null => {
  const value = typeof node === "object" && node !== null ? (node as jsonata.ExprNode).value : null;
  return value instanceof RegExp ? value : null;
};

function programSize(node: unknown): number {
  const regex = regexOf(node);
  try {
    return regex ? new LinearRegex(regex).size : 0;
  } catch {
    const { position } = node as jsonata.ExprNode;
    throw new ExpressionError("the regular expression uses a feature that RE2 does not support", position ?? null);
  }
}
