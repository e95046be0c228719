/**
 * JSONata expressions that can hang nothing: the steps of an evaluation, its depth, the size of what it makes and its
 * regular expressions are bounded. Time is no bound: a Worker's clock stands still while it computes.
 */
import jsonata from "jsonata";
import { RE2JS } from "re2js";

/** What all the expressions over one delivery may take together. */
export const MAX_STEPS = 500_000;
const MAX_DEPTH = 300;
const MAX_SEQUENCE = 20_000;
/** Of texts, in characters, and of arrays, in elements. */
const MAX_SIZE = 1_000_000;

/** Raised for an expression that is wrong in itself, or that fails on what it is given; the message is fit for people. */
export class ExpressionError extends Error {
  override name = "ExpressionError";
  /** Characters from the beginning, where that is known. */
  readonly position: number | null;
  constructor(message: string, position: number | null = null) {
    super(message);
    this.position = position;
  }
}

/** How many steps are left; shared by all evaluations over one delivery. */
export interface Budget {
  steps: number;
}

export interface Expression {
  /** @throws ExpressionError when it fails, or when the budget is used up */
  evaluate(input: unknown, bindings: Record<string, unknown>, budget: Budget): Promise<unknown>;
}

/**
 * Compiles an expression, the unbounded functions of the language replaced by bounded ones.
 * @throws ExpressionError with the position when it is broken
 */
export function compileExpression(source: string): Expression {
  try {
    const compiled = jsonata(source, {
      stack: MAX_DEPTH,
      sequence: MAX_SEQUENCE,
      // What jsonata asks of it is a constructor from a RegExp with exec and lastIndex.
      RegexEngine: LinearRegex as unknown as RegExpConstructor,
    });
    boundFunctions(compiled);
    guardSteps(compiled, costs(compiled.ast()));
    return { evaluate: (input, bindings, budget) => run(compiled, input, bindings, budget) };
  } catch (error) {
    throw asExpressionError(error);
  }
}

/** The name of the budget among the bindings of an evaluation; no expression can spell it. */
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

/** So much of what the library's own code goes through in one go costs a step. In characters. */
const CHARACTERS_PER_STEP = 32;

function spend(frame: jsonata.Environment, steps: number): void {
  const budget = frame.lookup(BUDGET) as Budget;
  budget.steps -= steps;
  if (budget.steps < 0) throw new ExpressionError("the expression takes too many steps");
}

/** Shorter texts cost nothing beside the step that makes them. */
const SHORT = 1000;

/**
 * Has every step of every evaluation counted on its own budget, and its result measured. What is handed to the library's
 * own code (functions, comparisons) costs by its size, since that code goes through all of it in one step.
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
      if (cost !== undefined) spend(frame, (weigh(result) * cost) / CHARACTERS_PER_STEP);
      else if (typeof result === "string" && result.length > SHORT) spend(frame, result.length / CHARACTERS_PER_STEP);
    },
  };
  for (const symbol of Object.getOwnPropertySymbols(guards)) {
    // The types know texts alone as names; the library looks these two up by symbol.
    compiled.assign(symbol as unknown as string, guards[symbol]);
  }
}

function assertSmall(value: unknown): void {
  const size = typeof value === "string" || Array.isArray(value) ? value.length : 0;
  if (size > MAX_SIZE) throw new ExpressionError("the expression makes something too large");
}

function asExpressionError(error: unknown): ExpressionError {
  if (error instanceof ExpressionError) return error;
  if (error instanceof RangeError)
    return new ExpressionError("the expression nests too deep or makes something too large");
  const { code, position, message } = (
    typeof error === "object" && error !== null ? error : {}
  ) as Partial<jsonata.JsonataError>;
  // Its messages quote values of the payload; of those that come from the syntax alone the words help.
  const words = code?.startsWith("S") ? message : MESSAGES.get(code ?? "");
  return new ExpressionError(words ?? `the expression fails (${code ?? "unknown"})`, position ?? null);
}

/** https://github.com/jsonata-js/jsonata: the errors that people meet, without the values that they quote. */
const MESSAGES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    D1011: "the expression nests too deep",
    D2014: "the expression makes too long a sequence",
    D2015: "the expression makes too long a sequence",
    T0410: "a function is given an argument of the wrong type",
    T1005: "something that is no function is called; is its `$` missing?",
    T1006: "something that is no function is called",
    T2001: "the left side of the operator must be a number",
    T2002: "the right side of the operator must be a number",
    T2009: "the operator compares a number with a text",
    T2010: "the operator compares things that have no order",
  }),
);

/** How large a value is as text; stops counting beyond the bound. */
function weigh(value: unknown, left = MAX_SIZE): number {
  if (typeof value === "string") return value.length;
  if (typeof value !== "object" || value === null) return 8;
  let weight = 2;
  for (const child of Array.isArray(value) ? (value as unknown[]) : Object.values(value)) {
    weight += weigh(child, left - weight);
    if (weight > left) return weight;
  }
  return weight;
}

function assertLight(weight: number): void {
  if (weight > MAX_SIZE) throw new ExpressionError("the expression makes something too large");
}

type Original = { implementation: (...values: unknown[]) => unknown };

/** Replaces what makes more than it is given, and what gives another result every time. */
function boundFunctions(compiled: jsonata.Expression): void {
  for (const name of ["eval", "now", "millis", "random", "shuffle"]) {
    compiled.registerFunction(name, () => {
      throw new ExpressionError(`$${name} is not available: a mapping must read the same delivery the same way twice`);
    });
  }
  guard(compiled, "string", "<x-b?:s>", (value) => weigh(value));
  guard(compiled, "pad", "<s-ns?:s>", (text, width) => weigh(text) + Math.abs(Number(width)));
  guard(compiled, "join", "<a<s>s?:s>", (texts, separator) => weigh(texts) + lengthOf(texts) * lengthOf(separator));
  guard(
    compiled,
    "replace",
    "<s-(sf)(sf)n?:s>",
    (text, _pattern, replacement) =>
      weigh(text) + (typeof replacement === "string" ? lengthOf(text) * replacement.length : 0),
  );
  // It compares each with each.
  guard(compiled, "distinct", "<x:x>", (values) => lengthOf(values) ** 2);
  guard(compiled, "fromMillis", "<n-s?s?:s>", (_millis, picture) => pictureWeight(picture));
  guard(compiled, "toMillis", "<s-s?:n>", (_text, picture) => pictureWeight(picture));
  guard(compiled, "formatNumber", "<n-so?:s>", (_number, picture) => pictureWeight(picture));
  guard(compiled, "formatInteger", "<n-s:s>", (_number, picture) => pictureWeight(picture));
  guard(compiled, "parseInteger", "<s-s:n>", (_text, picture) => pictureWeight(picture));
}

const lengthOf = (value: unknown): number => (typeof value === "string" || Array.isArray(value) ? value.length : 0);

/** A picture may ask for a field of any width: `[Y,999999999]`. */
const pictureWeight = (picture: unknown): number =>
  typeof picture === "string" && (picture.length > 200 || /[1-9]\d{3}/.test(picture)) ? Number.POSITIVE_INFINITY : 0;

/** The library gives its functions away only as values of an expression. */
function guard(
  compiled: jsonata.Expression,
  name: string,
  signature: string,
  weight: (...values: unknown[]) => number,
): void {
  const original: Promise<Original> = jsonata(`$${name}`).evaluate(null) as Promise<Original>;
  compiled.registerFunction(
    name,
    async function (this: jsonata.Focus, ...values: unknown[]) {
      assertLight(weight(...values));
      return (await original).implementation.apply(this, values);
    },
    signature,
  );
}

/** RE2's syntax and its linear time in the place of RegExp: no pattern can be made to backtrack for ever. */
class LinearRegex {
  lastIndex = 0;
  readonly #pattern: RE2JS;

  constructor({ source, flags }: RegExp) {
    this.#pattern = RE2JS.compile(
      RE2JS.translateRegExp(source),
      (flags.includes("i") ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes("m") ? RE2JS.MULTILINE : 0),
    );
  }

  /** Instructions of its program: a character costs at most so many. */
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

/** `~>`, which the types do not know. */
const APPLY: ReadonlySet<unknown> = new Set(["apply"]);

/** Operators whose both sides the library goes through. */
const COMPARING: ReadonlySet<unknown> = new Set(["=", "!=", "<", "<=", ">", ">=", "in", "&"]);

/** A program of so many instructions costs a character what plain code does. */
const INSTRUCTIONS_PER_CHARACTER = 8;

/**
 * Which parts of an expression are handed to the library's own code, and what a character of each costs there.
 * @throws ExpressionError for a regular expression that RE2 does not know, or that does not stand in the call that uses it
 */
function costs(root: unknown): ReadonlyMap<unknown, number> {
  const found = new Map<unknown, number>();
  const seen = new Set<unknown>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || seen.has(node)) return;
    seen.add(node);
    const { type, value, lhs, rhs, arguments: given = [], procedure, position } = node as jsonata.ExprNode;
    if (value instanceof RegExp) {
      throw new ExpressionError("a regular expression must stand in the call that uses it", position ?? null);
    }
    const parts: readonly unknown[] =
      type === "function" || type === "partial"
        ? [...given, procedure]
        : APPLY.has(type) || (type === "binary" && COMPARING.has(value))
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
    throw new ExpressionError("the regular expression uses what RE2 does not have", position ?? null);
  }
}
