/** Reads a body by a mapping in the language `paths`, within the same budget as expressions. */
import { isObject } from "../lib/json.ts";
import {
  ExpressionError,
  newBudget,
  SIZE_OF_EVENT_PER_STEP,
  SIZE_PER_STEP,
  sizeOf,
  spend,
  STEPS_PER_EVENT,
} from "./expression-budget.ts";
import { compileKinds } from "./form/define.ts";
import type { Scope } from "./form/form.ts";
import { compilePath } from "./form/path.ts";
import { formOf, type PathMapping } from "./form/schema.ts";
import { UNTITLED } from "./generic-object.ts";
import { asList } from "./fields.ts";
import { BodyError, MAX_EVENTS, type ProviderInput, type Reading } from "./provider.ts";

/** Values that are read for one step. */
const PATHS_PER_STEP = 8;

/** Characters of a text that are read for one step: it is trimmed, compared and searched. */
const TEXT_PER_STEP = 128;

/**
 * Compiles a valid mapping. The result reads a body.
 * @throws FormError if a path or a text is invalid; the schema of mappings rejects those
 */
export function compilePaths(mapping: PathMapping): (input: ProviderInput) => Reading {
  const form = { events: "$body", event: "an object", ...formOf(mapping) };
  const read = compileKinds(form, {
    path: compilePaidPath,
    placeholders: undefined,
    body: "an object or a list of objects",
    untitled: UNTITLED,
    isKeyless: mapping.alertKey === undefined,
    original: ({ event }) => event,
    isCompleted: false,
    finish: (event, { pay }) => {
      pay?.(sizeOf(event) / SIZE_PER_STEP);
      return event;
    },
  });
  const lists = [form, ...(form.kinds ?? [])].flatMap(({ events }) =>
    events === undefined ? [] : compilePath(events),
  );
  return (input) => {
    const { body } = input;
    const scope: Scope = { event: isObject(body) ? body : {}, body, original: body, input, action: null };
    const counts = lists.map((list) => asList(list(scope)).slice(0, MAX_EVENTS).length);
    return read({ ...scope, pay: payer(Math.max(...counts), body) });
  };
}

function compilePaidPath(path: string): (scope: Scope) => unknown {
  const read = compilePath(path);
  return (scope) => {
    const value = read(scope);
    scope.pay?.(1 / PATHS_PER_STEP + (typeof value === "string" ? value.length : 0) / TEXT_PER_STEP);
    return value;
  };
}

/** The budget of a delivery as a function that takes steps from it. */
function payer(events: number, body: unknown): (steps: number) => void {
  const size = sizeOf(body);
  const budget = newBudget(size);
  budget.steps += events * STEPS_PER_EVENT + size / SIZE_OF_EVENT_PER_STEP;
  return (steps) => {
    try {
      spend(budget, steps);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      throw new BodyError("the mapping needs too many steps");
    }
  };
}
