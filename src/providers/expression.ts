/**
 * JSONata expressions with a budget of steps (expression-budget.ts), so that no expression can hang the Worker or fill its memory.
 * The hooks of the library charge its evaluator here; functions and regular expressions are charged in files of their own.
 */
import jsonata from "jsonata";
import {
  assertSmall,
  type Budget,
  elementsOf,
  ExpressionError,
  lengthOf,
  NEW_ELEMENTS_PER_STEP,
  sizeOf,
  spend,
  spendReading,
} from "./expression-budget.ts";
import { meterFunctions } from "./expression-functions.ts";
import { compilePattern, type LinearPattern, regexEngine } from "./expression-regex.ts";

export { type Budget, ExpressionError, MAX_STEPS } from "./expression-budget.ts";

/** Evaluations in progress: nested ones, and the elements and groups that the library evaluates side by side. */
const MAX_EVALUATIONS = 10_000;
/** Scopes of variables around a node. The library looks names up scope by scope. */
const MAX_SCOPES = 100;
/** As many as a delivery may have events. */
const MAX_SEQUENCE = 10_000;

export interface Expression {
  /** The names from the input, or the body, to the values that it reads or filters first; empty: it computes them. */
  place: readonly string[];
  /** @throws ExpressionError if the evaluation fails or exceeds the budget */
  evaluate(input: unknown, bindings: Record<string, unknown>, budget: Budget): Promise<unknown>;
}

/**
 * Compiles an expression.
 * @throws ExpressionError with the position if the expression is invalid
 */
export function compileExpression(source: string): Expression {
  try {
    const options: jsonata.JsonataOptions = { stack: MAX_EVALUATIONS, sequence: MAX_SEQUENCE };
    const compiled = jsonata(source, options);
    const root = compiled.ast();
    const { prices, patterns } = survey(root);
    meterEvaluator(compiled, prices);
    let metered: Promise<void> | undefined;
    return {
      place: placeOf(root),
      async evaluate(input, bindings, budget) {
        try {
          await (metered ??= meterFunctions(compiled, budgetOf));
          // The library reads the option before its first pause, so each evaluation gets an engine with its own budget.
          options.RegexEngine = regexEngine(patterns, budget);
          const result: unknown = await compiled.evaluate(input, { ...bindings, [BUDGET]: budget });
          return result instanceof Sequence ? Array.from(result) : result;
        } catch (error) {
          throw asExpressionError(error);
        }
      },
    };
  } catch (error) {
    throw asExpressionError(error);
  }
}

/** Name of the budget in the bindings. No expression can contain this name. */
const BUDGET = "\u0000budget";

/** The parts of a scope that are missing in the library's types. */
interface Frame extends jsonata.Environment {
  /** The outermost scope of an evaluation. It has the bindings. */
  base?: Frame;
  createSequence?: (...elements: unknown[]) => unknown[];
  /** Scopes around it; set here. */
  scopes?: number;
}

const budgetOf = (frame: Frame): Budget => frame.base?.lookup(BUDGET) as Budget;

/** The library's array for results. It pays for each element, and for being sorted. */
class Sequence extends Array<unknown> {
  readonly #budget: Budget;

  constructor(budget: Budget) {
    super();
    this.#budget = budget;
  }

  static override get [Symbol.species]() {
    return Array;
  }

  /** The mark by which the library knows its sequences. */
  get sequence(): true {
    return true;
  }

  override push(...elements: unknown[]): number {
    if (this.length + elements.length > MAX_SEQUENCE)
      throw new ExpressionError("the expression returns too many values");
    spend(this.#budget, elements.length);
    return super.push(...elements);
  }

  /** Only the library's merge sort slices a sequence, twice. It copies the rest of the array for each comparison. */
  override slice(start?: number, end?: number): unknown[] {
    spend(this.#budget, this.length ** 2 / 50);
    return super.slice(start, end);
  }
}

function newSequence(budget: Budget, elements: readonly unknown[]): Sequence {
  const sequence = new Sequence(budget);
  if (elements.length === 1) sequence.push(elements[0]);
  return sequence;
}

/** Nodes of an expression that cost more than one step. */
interface Prices {
  /** Operands of operators that read a whole value in native code. */
  operands: ReadonlySet<unknown>;
  /** Keys of a group: the library copies the group for each of its elements. */
  groupKeys: ReadonlySet<unknown>;
}

const STEPS_PER_GROUPED_ELEMENT = 10;
/** The library parses a small program for each partial application. */
const STEPS_PER_PARTIAL = 50;
/** Looking a name up in this many scopes takes as long as a step. */
const SCOPES_PER_STEP = 50;

function meterEvaluator(compiled: jsonata.Expression, prices: Prices): void {
  const hooks: Record<symbol, unknown> = {
    [Symbol.for("jsonata.__createFrame_push")]: (outer: Frame, frame: Frame) => {
      frame.scopes = (outer.scopes ?? 0) + 1;
      if (frame.scopes > MAX_SCOPES) throw new ExpressionError("the expression is nested too deeply");
      if (outer.base) spend(budgetOf(outer), 2);
    },
    [Symbol.for("jsonata.__evaluate_entry")]: (node: jsonata.ExprNode, input: unknown, frame: Frame) => {
      const budget = budgetOf(frame);
      if (frame.base && !isMetered.has(frame.base)) {
        isMetered.add(frame.base);
        frame.base.createSequence = (...elements) => newSequence(budget, elements);
      }
      spend(budget, 1 + (frame.scopes ?? 0) / SCOPES_PER_STEP);
      enter(node, input, budget);
    },
    [Symbol.for("jsonata.__evaluate_exit")]: (node: jsonata.ExprNode, _input: unknown, frame: Frame, result: unknown) =>
      leave(node, result, budgetOf(frame), prices),
  };
  for (const symbol of Object.getOwnPropertySymbols(hooks)) {
    // The type allows only strings, but the library looks these names up by symbol.
    compiled.assign(symbol as unknown as string, hooks[symbol]);
  }
}

/** The outermost scopes that make metered sequences. */
const isMetered = new WeakSet<Frame>();

/** Pays for what a node reads of its input without an evaluation for each element. */
function enter({ type, value, steps, lhs }: jsonata.ExprNode, input: unknown, budget: Budget): void {
  switch (type as string) {
    case "name":
      if (Array.isArray(input)) spendReading(budget, elementsOf(input));
      break;
    case "descendant":
      spendReading(budget, sizeOf(input));
      break;
    case "wildcard":
      spend(budget, wildcardSteps(input));
      break;
    case "partial":
      spend(budget, STEPS_PER_PARTIAL);
      break;
    case "unary":
      if (value === "{" && Array.isArray(input) && input.length > 1) {
        spend(budget, input.length * lengthOf(lhs) * STEPS_PER_GROUPED_ELEMENT);
      }
      break;
    case "path":
      if (Array.isArray(input) && (steps?.[0] as AstNode | undefined)?.tuple) spend(budget, input.length);
  }
}

/** The library copies the elements found so far for each array among the values. */
function wildcardSteps(input: unknown): number {
  const [value] = isWholeInput(input) ? input : [input];
  if (typeof value !== "object" || value === null) return 0;
  let [found, copied] = [0, 0];
  for (const child of Object.values(value) as unknown[]) {
    found += Array.isArray(child) ? elementsOf(child) : 1;
    if (Array.isArray(child)) copied += found;
  }
  return found + copied / 256;
}

/** The library wraps an input that is an array, so that it is one value. */
const isWholeInput = (input: unknown): input is [unknown] => Array.isArray(input) && "outerWrapper" in input;

/** Types of nodes whose arrays exist already, or were paid for by element. */
const REFERENCES: ReadonlySet<unknown> = new Set(["variable", "name", "path", "parent", "wildcard", "descendant"]);

/** Pays for the result of a node: whatever takes an array reads its elements. */
function leave(node: jsonata.ExprNode, result: unknown, budget: Budget, { operands, groupKeys }: Prices): void {
  assertSmall(lengthOf(result));
  if (Array.isArray(result)) {
    if (node.value === "..") spend(budget, result.length);
    else if (REFERENCES.has(node.type)) spendReading(budget, elementsOf(result));
    else spend(budget, elementsOf(result) / NEW_ELEMENTS_PER_STEP);
  }
  if (operands.has(node)) spend(budget, sizeOf(result) / OPERAND_SIZE_PER_STEP);
  if (groupKeys.has(node)) spend(budget, STEPS_PER_GROUPED_ELEMENT);
}

/** Operators that read both sides in native code. */
const READING_OPERATORS: ReadonlySet<unknown> = new Set(["=", "!=", "<", "<=", ">", ">=", "in", "&"]);

const OPERAND_SIZE_PER_STEP = 16;

/** Regular expressions of one expression. */
const MAX_PATTERNS = 10;

/** Repeated and optional parameters of a signature: the library matches it with a backtracking regular expression. */
const MAX_FLEXIBLE_PARAMETERS = 5;

/**
 * Finds what has a special price, and compiles the regular expressions.
 * @throws ExpressionError for a regular expression or a signature that is not allowed
 */
function survey(root: unknown): { prices: Prices; patterns: ReadonlyMap<RegExp, LinearPattern> } {
  const operands = new Set<unknown>();
  const groupKeys = new Set<unknown>();
  const patterns = new Map<RegExp, LinearPattern>();
  const seen = new Set<unknown>();
  const visit = (node: unknown): void => {
    if (typeof node !== "object" || node === null || seen.has(node)) return;
    seen.add(node);
    const { type, value, lhs, rhs, group, update, signature, position } = node as AstNode;
    if (value instanceof RegExp) {
      if (patterns.size === MAX_PATTERNS) throw new ExpressionError("the expression has too many regular expressions");
      patterns.set(
        value,
        at(position, () => compilePattern(value)),
      );
    }
    if (signature) at(position, () => assertSimple(signature.definition));
    if (type === "binary" && READING_OPERATORS.has(value)) for (const side of [lhs, rhs]) operands.add(side);
    if (update) operands.add(update);
    for (const [key] of group?.lhs ?? []) groupKeys.add(key);
    for (const child of Object.values(node)) visit(child);
  };
  visit(root);
  return { prices: { operands, groupKeys }, patterns };
}

/** A node of the library's syntax tree, with the parts that are missing in its types. */
type AstNode = Omit<jsonata.ExprNode, "type" | "steps"> & {
  type?: string;
  steps?: AstNode[];
  tuple?: true;
  predicate?: unknown[];
  group?: { lhs: [unknown, unknown][] };
  update?: unknown;
  signature?: { definition: string };
};

/** Names of the input and of the whole body, without their `$`. */
const ROOTS: ReadonlySet<unknown> = new Set(["", "$", "body"]);

/** The names at the start of a path, up to the first that is filtered or has a variable. */
function placeOf({ steps = [] }: AstNode): string[] {
  const [first, ...others] = steps;
  const isRoot = first?.type === "variable" && ROOTS.has(first.value) && !isFiltered(first);
  const place: string[] = [];
  for (const step of isRoot ? others : steps) {
    if (step.type !== "name") break;
    place.push(String(step.value));
    if (isFiltered(step)) break;
  }
  return place;
}

/** Whether a step of a path selects among its values, or has a variable for each. */
const isFiltered = ({ predicate, stages, tuple }: AstNode): boolean => Boolean(predicate ?? stages ?? tuple);

function at<T>(position: number | undefined, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof ExpressionError ? new ExpressionError(error.message, position ?? null) : error;
  }
}

function assertSimple(signature: string): void {
  const repeated = signature.match(/\+/g)?.length ?? 0;
  const optional = signature.match(/[-?]/g)?.length ?? 0;
  if (repeated > 1 || repeated + optional > MAX_FLEXIBLE_PARAMETERS) {
    throw new ExpressionError("the signature has too many optional or repeated parameters");
  }
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
