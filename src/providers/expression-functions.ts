/**
 * The library's functions, each with its price: the steps for what its native code reads and makes. A function whose result can be
 * much larger than its input is checked before it runs.
 */
import jsonata from "jsonata";
import {
  assertSmall,
  type Budget,
  depthOf,
  elementsOf,
  ExpressionError,
  keysOf,
  lengthOf,
  NEW_ELEMENTS_PER_STEP,
  sizeOf,
  spend,
  spendReading,
} from "./expression-budget.ts";

type Values = readonly unknown[];
/** Pays for a call before it runs. */
type Price = (budget: Budget, values: Values) => void;

interface Definition {
  implementation: (...values: unknown[]) => unknown;
  signature: { definition: string };
}

const reads: Price = (budget, values) => spendReading(budget, sizeOf(values));

/** The function passes over an array, but not over what its elements hold. */
const readsElements: Price = (budget, values) =>
  spend(budget, 1 + values.reduce<number>((sum, value) => sum + elementsOf(value), 0) / NEW_ELEMENTS_PER_STEP);

const readsKeys: Price = (budget, values) => spend(budget, 1 + keysOf(values[0]) / 4);

/** The function reads each character separately. */
const readsCharacters: Price = (budget, values) => spend(budget, 1 + sizeOf(values) / 8);

/** The library's merge sort copies the rest of the array for each comparison. */
const sorts: Price = (budget, [values]) => spend(budget, 1 + lengthOf(values) ** 2 / 25);

/** The function compares all pairs. */
const comparesPairs: Price = (budget, [values]) => {
  const count = lengthOf(values);
  const isFlat = Array.isArray(values) && values.every((value) => typeof value !== "object" || value === null);
  const size = sizeOf(values);
  spend(budget, 1 + size / 8 + (isFlat ? count ** 2 / 50 + (count * size) / 16_384 : (count * size) / 256));
};

/** The function copies what it has so far for each element. */
const spreads: Price = (budget, [values]) => {
  const keys = keysOf(values);
  spend(budget, 1 + keys + (lengthOf(values) * Math.min(keys, 10_000)) / 256);
};

const stringifies: Price = (budget, [value, isPretty]) => {
  const size = sizeOf(value);
  spend(budget, 1 + size / 16);
  // Each line is indented by its depth.
  assertSmall(isPretty === true ? size * (1 + depthOf(value) / 4) : size);
};

const pads: Price = (budget, [text, width, fill]) => {
  const size = lengthOf(text) + Math.abs(Number(width ?? 0)) * Math.max(1, lengthOf(fill));
  assertSmall(size);
  spend(budget, 1 + size / 8);
};

const joins: Price = (budget, [texts, separator]) => {
  const size = sizeOf(texts) + lengthOf(texts) * lengthOf(separator);
  assertSmall(size);
  spendReading(budget, size);
};

const replaces: Price = (budget, values) => {
  const [text, pattern, replacement] = values;
  reads(budget, values);
  if (typeof text !== "string" || typeof replacement !== "string") return;
  const matches = typeof pattern === "string" ? occurrences(text, pattern) : text.length + 1;
  assertSmall(text.length + matches * replacement.length);
  if (typeof pattern === "string") spendReading(budget, matches * (replacement.length + 8));
};

function occurrences(text: string, pattern: string): number {
  let count = 0;
  if (pattern === "") return 0;
  for (let at = text.indexOf(pattern); at !== -1; at = text.indexOf(pattern, at + pattern.length)) count++;
  return count;
}

/** A picture is parsed for each call. It may contain a field of any width: `[Y,999999999]`. */
const formats: Price = (budget, values) => {
  reads(budget, values);
  const picture = values[1];
  if (typeof picture !== "string") return;
  if (picture.length > 200 || /[1-9]\d{3}/.test(picture)) throw new ExpressionError("the picture is too large");
  spend(budget, 20 + picture.length);
};

/** A Roman numeral has one letter for each thousand. */
const formatsIntegers: Price = (budget, values) => {
  formats(budget, values);
  spend(budget, Math.min(1e6, Math.abs(Number(values[0] ?? 0)) / 5000));
};

/** The library parses with a backtracking regular expression made of the picture. */
const parsesTimes: Price = (budget, values) => {
  formats(budget, values);
  const [text, picture] = values;
  if (typeof picture !== "string") return;
  spend(budget, waysToSplit(lengthOf(text), adjacentFields(picture)) / 20);
};

/** The most fields of a picture that follow each other without a character between them that none of them can contain. */
function adjacentFields(picture: string): number {
  let [most, run] = [0, 0];
  for (const [, literal = ""] of picture.matchAll(/([^[]*)\[/g)) {
    run = /[^\p{L}\p{N}\]]/u.test(literal.replace(/^[^\]]*\]/, "")) ? 1 : run + 1;
    most = Math.max(most, run);
  }
  // A field of words may contain spaces, commas and hyphens.
  return /\[[^\]]*[wW]/.test(picture) ? (picture.match(/\[/g) ?? []).length : most;
}

/** In how many ways a text can be divided among fields. */
function waysToSplit(length: number, fields: number): number {
  let ways = 1;
  for (let field = 1; field < fields; field++) ways *= (length + field) / field;
  return ways;
}

const isMissing =
  (name: string): Price =>
  () => {
    throw new ExpressionError(`$${name} is not available, because a mapping must be deterministic`);
  };

const PRICES: Readonly<Record<string, Price>> = {
  ...Object.fromEntries(["eval", "now", "millis", "random", "shuffle"].map((name) => [name, isMissing(name)])),
  ...Object.fromEntries(
    [
      "append",
      "average",
      "boolean",
      "count",
      "exists",
      "filter",
      "lookup",
      "map",
      "max",
      "min",
      "not",
      "reduce",
      "reverse",
      "single",
      "sum",
      "type",
      "zip",
    ].map((name) => [name, readsElements]),
  ),
  ...Object.fromEntries(["each", "keys", "merge", "sift"].map((name) => [name, readsKeys])),
  ...Object.fromEntries(
    [
      "abs",
      "assert",
      "base64decode",
      "base64encode",
      "ceil",
      "contains",
      "error",
      "floor",
      "formatBase",
      "lowercase",
      "match",
      "number",
      "power",
      "round",
      "split",
      "sqrt",
      "substringAfter",
      "substringBefore",
      "uppercase",
    ].map((name) => [name, reads]),
  ),
  ...Object.fromEntries(
    ["decodeUrl", "decodeUrlComponent", "encodeUrl", "encodeUrlComponent", "length", "substring", "trim"].map(
      (name) => [name, readsCharacters],
    ),
  ),
  clone: (budget, values) => spend(budget, 1 + sizeOf(values) / 8),
  distinct: comparesPairs,
  formatInteger: formatsIntegers,
  formatNumber: formats,
  fromMillis: formats,
  join: joins,
  pad: pads,
  parseInteger: formats,
  replace: replaces,
  sort: sorts,
  spread: spreads,
  string: stringifies,
  toMillis: parsesTimes,
};

/** The only access to a function of the library is an expression that returns it. */
let definitions: Promise<[string, Definition][]> | undefined;

const loadDefinitions = async (): Promise<[string, Definition][]> => {
  const names = Object.keys(PRICES);
  const functions = (await jsonata(`[${names.map((name) => `$${name}`).join(",")}]`).evaluate(null)) as Definition[];
  return names.map((name, at) => [name, functions[at] as Definition]);
};

/**
 * Gives an expression the functions with their prices.
 * @param budgetOf the budget of the evaluation that calls the function
 */
export async function meterFunctions(
  compiled: jsonata.Expression,
  budgetOf: (frame: jsonata.Environment) => Budget,
): Promise<void> {
  definitions ??= loadDefinitions();
  for (const [name, { implementation, signature }] of await definitions) {
    const price = PRICES[name] ?? reads;
    const call: Call = (focus, values) => {
      const budget = budgetOf(focus.environment);
      price(budget, values);
      const result = implementation.apply(focus, [...values]);
      return result instanceof Promise
        ? result.then((settled: unknown) => paid(budget, settled))
        : paid(budget, result);
    };
    compiled.registerFunction(name, withArity(implementation.length, call), signature.definition);
  }
}

function paid(budget: Budget, result: unknown): unknown {
  assertSmall(lengthOf(result));
  if (typeof result === "string") spendReading(budget, result.length);
  else spend(budget, lengthOf(result) / NEW_ELEMENTS_PER_STEP);
  return result;
}

type Call = (focus: jsonata.Focus, values: Values) => unknown;

/**
 * The library reads a function's number of parameters to decide what `$map` and others pass to it, and the names of the parameters
 * out of its source text for a partial application. So each number needs a function that is written out.
 */
function withArity(arity: number, call: Call): (this: jsonata.Focus, ...values: unknown[]) => unknown {
  switch (arity) {
    case 0:
      return function (...values) {
        return call(this, values);
      };
    case 1:
      // `$string` has an optional parameter beside.
      return function (a) {
        return call(this, [a, ...[...arguments].slice(1)]);
      };
    case 2:
      return function (a, b) {
        return call(this, [a, b]);
      };
    case 3:
      return function (a, b, c) {
        return call(this, [a, b, c]);
      };
    default:
      return function (a, b, c, d) {
        return call(this, [a, b, c, d]);
      };
  }
}
