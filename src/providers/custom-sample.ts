/**
 * A sample delivery that a mapping can read: a body with a value wherever an expression reads one. It is found by reading the
 * expressions, and tried before it is used.
 */
import jsonata from "jsonata";
import { isObject } from "../lib/json.ts";
import { samplePaths } from "./custom-paths-sample.ts";
import { type ExpressionMapping, type Mapping, MAPPING_FIELDS, type MappingField } from "./mapping.ts";
import { BodyError, type Provider } from "./provider.ts";

/** Chooses the value of a leaf. */
type Guess = (leaf: Leaf) => unknown;

/** What the expressions show about a value of the body. */
interface Leaf {
  name: string;
  /** The field of the mapping whose expression reads it first. */
  field: MappingField;
  /** Whether an expression calculates with it. */
  isNumber: boolean;
  /** A literal by which an expression selects elements. */
  wanted: unknown;
  /** A literal with which an expression compares it. */
  compared: unknown;
}

/** A part of the body: a leaf until an expression looks into it. */
interface Part {
  leaf: Leaf;
  children: Map<string, Part>;
}

/**
 * A body that the mapping reads as one or more events.
 * @param provider the provider with the mapping
 * @param now Unix ms, for times
 * @returns null when no body was found
 */
export async function sampleBody(provider: Provider, mapping: Mapping, now: number): Promise<unknown> {
  const candidates = mapping.language === "paths" ? samplePaths(mapping, now) : candidatesOf(mapping, now);
  let readable: unknown = null;
  for (const candidate of candidates) {
    const actions = await actionsOf(provider, candidate, now);
    if (actions.length > 0 && actions.every((action) => action === "trigger")) return candidate;
    if (actions.length > 0) readable ??= candidate;
  }
  return readable;
}

/** Bodies to try. */
function candidatesOf(mapping: ExpressionMapping, now: number): unknown[] {
  const body = bodyOf(mapping);
  return guesses(now).flatMap((guess) => [fill(body, guess), [fill(body, guess)]]);
}

const TEXTS: Partial<Record<MappingField, string>> = {
  severity: "high",
  url: "https://example.com/alerts/1",
};

/** Candidates for leaves. The first one with which the mapping reads the body is used. */
function guesses(now: number): Guess[] {
  const time = new Date(now).toISOString();
  const text: Guess = ({ name, field, wanted, isNumber }) =>
    wanted ?? (isNumber ? 1 : field === "occurredAt" ? time : (TEXTS[field] ?? `Sample ${name}`));
  return [
    text,
    (leaf) => leaf.wanted ?? leaf.compared ?? text(leaf),
    (leaf) => (leaf.field === "occurredAt" ? now : text(leaf)),
    (leaf) => (leaf.field === "occurredAt" ? now : (leaf.wanted ?? leaf.compared ?? text(leaf))),
    ({ wanted, field }) => wanted ?? (field === "occurredAt" ? now : 1),
    ({ wanted }) => wanted ?? time,
    ({ wanted }) => wanted ?? true,
  ];
}

/** The actions of the events in a body; none when it cannot be read as a whole. */
async function actionsOf(provider: Provider, body: unknown, now: number): Promise<string[]> {
  const input = { headers: new Headers(), body, path: "", query: new URLSearchParams(), receivedAt: now };
  try {
    const { events } = await provider.read(input);
    const read = events.flatMap((event) => ("action" in event ? [event.action] : []));
    return read.length === events.length ? read : [];
  } catch (error) {
    if (error instanceof BodyError) return [];
    throw error;
  }
}

const fill = ({ leaf, children }: Part, guess: Guess): unknown =>
  children.size === 0
    ? guess(leaf)
    : Object.fromEntries([...children].map(([name, part]) => [name, fill(part, guess)]));

function bodyOf(mapping: ExpressionMapping): Part {
  const body = newPart("body", "title");
  // An object even when no expression looks into it.
  child(body, "sample", "title");
  const elements =
    mapping.events === undefined ? [body] : new Walk(body, "events").visit(parse(mapping.events), [body]);
  for (const field of MAPPING_FIELDS) {
    const source = mapping[field];
    if (field !== "events" && source !== undefined) new Walk(body, field).visit(parse(source), elements);
  }
  return body;
}

const parse = (source: string): Node => jsonata(source).ast() as Node;

const newPart = (name: string, field: MappingField): Part => ({
  leaf: { name, field, isNumber: false, wanted: undefined, compared: undefined },
  children: new Map(),
});

function child(part: Part, name: string, field: MappingField): Part {
  const known = part.children.get(name) ?? newPart(name, field);
  part.children.set(name, known);
  return known;
}

/** A node of the library's syntax tree. */
interface Node {
  type?: string;
  value?: unknown;
  steps?: Node[];
  stages?: { expr?: Node }[];
  predicate?: { expr?: Node }[];
  lhs?: unknown;
  rhs?: unknown;
  procedure?: Node;
  arguments?: Node[];
  body?: Node;
  expressions?: Node[];
}

const CALCULATIONS: ReadonlySet<unknown> = new Set(["+", "-", "*", "/", "%", "<", "<=", ">", ">=", ".."]);

const NUMBER_FUNCTIONS: ReadonlySet<unknown> = new Set(
  "abs average ceil floor formatBase formatInteger formatNumber fromMillis max min power round sqrt sum".split(" "),
);

/** Follows the paths of one expression through the body. */
class Walk {
  readonly #field: MappingField;
  readonly #variables = new Map<unknown, readonly Part[]>();

  constructor(body: Part, field: MappingField) {
    this.#field = field;
    this.#variables.set("body", [body]);
  }

  /** @returns the parts that the node selects; without a path, the context */
  visit(node: unknown, context: readonly Part[]): readonly Part[] {
    if (!isObject(node)) return Array.isArray(node) ? this.#visitAll(node, context) : context;
    const { type, value, steps = [], lhs, rhs } = node as Node;
    switch (type) {
      case "path":
        return steps.reduce((parts, step) => this.#step(step, parts), context);
      case "name":
      case "variable":
      case "wildcard":
      case "descendant":
        return this.#step(node, context);
      case "binary":
        return this.#visitBinary(value, [lhs, rhs], context);
      case "bind":
        this.#variables.set((lhs as Node).value, this.visit(rhs, context));
        return context;
      case "function":
        return this.#visitCall(node, context);
      default:
        return this.#visitAll(Object.values(node), context);
    }
  }

  #visitAll(nodes: readonly unknown[], context: readonly Part[]): readonly Part[] {
    const found = nodes.flatMap((node) => this.visit(node, context)).filter((part) => !context.includes(part));
    return found.length > 0 ? found : context;
  }

  #visitBinary(operator: unknown, sides: readonly unknown[], context: readonly Part[]): readonly Part[] {
    const parts = this.#visitAll(sides, context);
    if (parts === context) return context;
    const literal = literalIn(sides);
    for (const { leaf } of parts) {
      if (CALCULATIONS.has(operator)) leaf.isNumber = true;
      if (operator === "=" || operator === "in") leaf.compared ??= literal;
    }
    return context;
  }

  /** A function gets the elements of the argument before it. */
  #visitCall({ procedure, arguments: given = [] }: Node, context: readonly Part[]): readonly Part[] {
    const [first, ...others] = given;
    const parts = this.visit(first, context);
    if (NUMBER_FUNCTIONS.has(procedure?.value) && parts !== context) for (const { leaf } of parts) leaf.isNumber = true;
    for (const { type, arguments: parameters = [], body } of others.filter((one) => one.type === "lambda")) {
      for (const { value } of parameters) this.#variables.set(value, parts);
      this.visit(body ?? { type }, parts);
    }
    const further = this.#visitAll(
      others.filter(({ type }) => type !== "lambda"),
      context,
    );
    return [...new Set([...parts, ...(further === context ? [] : further)])];
  }

  #step(step: Node, parts: readonly Part[]): readonly Part[] {
    const selected = this.#select(step, parts);
    for (const { expr } of [...(step.stages ?? []), ...(step.predicate ?? [])]) if (expr) this.#filter(expr, selected);
    return selected;
  }

  #select(step: Node, parts: readonly Part[]): readonly Part[] {
    const { type, value } = step;
    if (type === "name") return parts.map((part) => child(part, String(value), this.#field));
    if (type === "variable") return this.#variables.get(value) ?? parts;
    if (type === "wildcard" || type === "descendant") {
      return parts.flatMap((part) =>
        part.children.size > 0 ? [...part.children.values()] : [child(part, "sample", this.#field)],
      );
    }
    return this.visit(step, parts);
  }

  /** What a filter compares with a literal gets the literal. */
  #filter(filter: Node, parts: readonly Part[]): void {
    const { type, value, lhs, rhs } = filter;
    if (type === "binary" && value === "and") {
      for (const side of [lhs, rhs]) this.#filter(side as Node, parts);
      return;
    }
    const found = this.visit(filter.type === "binary" ? [lhs, rhs] : filter, parts);
    if (found === parts || (value !== "=" && value !== "in")) return;
    for (const { leaf } of found) leaf.wanted ??= literalIn([lhs, rhs]);
  }
}

/** The first literal among operands, or in an array of literals. */
function literalIn(operands: readonly unknown[]): unknown {
  for (const operand of operands as (Node | undefined)[]) {
    const literal = LITERALS.has(operand?.type) ? operand?.value : literalIn(operand?.expressions ?? []);
    if (literal !== undefined) return literal;
  }
  return undefined;
}

const LITERALS: ReadonlySet<unknown> = new Set(["string", "number", "value"]);
