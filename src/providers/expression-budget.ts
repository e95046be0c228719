/**
 * The budget of a mapping: every expression of one delivery takes its steps from one budget. A step is about a microsecond of
 * computation or 64 bytes of memory. Time itself is not measured: a Worker's clock stands still during computation.
 */

/** Steps of one delivery, whatever its size. A hostile mapping costs the isolate at most 50 ms. */
export const MAX_STEPS = 25_000;

/** Characters of a string, or elements of an array. */
const MAX_SIZE = 1_000_000;

/** Native code costs one step for this many characters, or elements, that it reads. */
const CHARACTERS_PER_STEP = 32;

/** Native code costs one step for this many elements that it creates. */
export const NEW_ELEMENTS_PER_STEP = 8;

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

/** Steps that each event adds to the budget, however small it is. */
export const STEPS_PER_EVENT = 40;

/** Characters of an event that add steps: the usual size of an alert, whose mapping has a dozen fields. */
const MAX_COUNTED_SIZE = 1000;

/** An event adds one step for this many of its characters. */
export const SIZE_OF_EVENT_PER_STEP = 2;

/** A value of an event costs one step for this many characters: it is copied, compared and stored. */
export const SIZE_PER_STEP = 32;

/** The budget of a delivery. @param bodySize see sizeOf */
export const newBudget = (bodySize: number): Budget => ({ steps: MAX_STEPS + bodySize / SIZE_PER_STEP });

/** Pays for a value of an event. */
export const spendValue = (budget: Budget, value: unknown): void => spend(budget, sizeOf(value) / SIZE_PER_STEP);

/** The steps that events add. A mapping may select a part of the body many times: it adds its steps only once. */
export function stepsOfEvents(elements: readonly unknown[], bodySize: number): number {
  const sizes = elements.reduce<number>(
    (sum, one) => sum + Math.min(MAX_COUNTED_SIZE, sizeOf(one, MAX_COUNTED_SIZE)),
    0,
  );
  return elements.length * STEPS_PER_EVENT + Math.min(sizes, bodySize) / SIZE_OF_EVENT_PER_STEP;
}

/** @throws ExpressionError when the budget is exhausted */
export function spend(budget: Budget, steps: number): void {
  budget.steps -= steps;
  if (budget.steps < 0) throw new ExpressionError("the expression needs too many steps");
}

/** Pays for native code that reads this many characters or elements. */
export const spendReading = (budget: Budget, size: number): void => spend(budget, size / CHARACTERS_PER_STEP);

/** @throws ExpressionError for a string or an array that is too large */
export function assertSmall(size: number): void {
  if (size > MAX_SIZE) throw new ExpressionError("the result of the expression is too large");
}

/** The length of a string or array, else 0. */
export const lengthOf = (value: unknown): number =>
  typeof value === "string" || Array.isArray(value) ? value.length : 0;

/** The size of a value that is no string, array or object, and the least size of those in an array or object. */
const NODE_SIZE = 8;

/** The approximate size of a value as JSON, in characters. Stops counting above the limit. */
export function sizeOf(value: unknown, limit = MAX_SIZE): number {
  if (typeof value === "string") return value.length + NODE_SIZE;
  if (typeof value !== "object" || value === null || isFunction(value)) return NODE_SIZE;
  let size = NODE_SIZE;
  if (Array.isArray(value)) {
    for (const child of value as unknown[]) {
      size += sizeOf(child, limit - size);
      if (size > limit) return size;
    }
    return size;
  }
  for (const [key, child] of Object.entries(value)) {
    size += key.length + sizeOf(child, limit - size);
    if (size > limit) return size;
  }
  return size;
}

/** The elements of an array and of the arrays in it. Stops counting above a million. */
export function elementsOf(value: unknown, limit = MAX_SIZE): number {
  if (!Array.isArray(value)) return 0;
  let count = value.length;
  for (const child of value as unknown[]) {
    if (count > limit) return count;
    if (Array.isArray(child)) count += elementsOf(child, limit - count);
  }
  return count;
}

/** The keys of an object, or of the objects in an array. */
export function keysOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, child) => sum + 1 + keysOf(child), 0);
  return typeof value === "object" && value !== null ? Object.keys(value).length : 0;
}

/** How deep a value nests. */
export const depthOf = (value: unknown): number =>
  typeof value === "object" && value !== null && !isFunction(value)
    ? 1 + Object.values(value).reduce<number>((deepest, child) => Math.max(deepest, depthOf(child)), 0)
    : 0;

/** A lambda of the library holds its environment, which is circular. */
const isFunction = (value: object): boolean => "_jsonata_lambda" in value || "_jsonata_function" in value;
