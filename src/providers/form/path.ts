/** Paths of a form. They are parsed once, when the form is compiled. */
import { isObject } from "../../lib/json.ts";
import { isSensitiveHeader } from "../../lib/sensitive.ts";
import type { Scope } from "./form.ts";

/** A form that is wrong: a path that cannot be parsed. Thrown while a form is compiled, never while it reads. */
export class FormError extends Error {
  override name = "FormError";
}

/** A step of a path: a name, an index, or every element. */
export type Step = string | number | typeof EVERY;

const EVERY = Symbol("every element");

/** A parsed path. */
export interface ParsedPath {
  root: "event" | "body" | "headers";
  steps: readonly Step[];
}

const STEP = /\.?([^.[\]"\s]+)|\[(\d{1,5})\]|\[(\*)\]|\["([^"]+)"\]/y;

/** @throws FormError for a text that is no path */
export function parsePath(path: string): ParsedPath {
  const steps: Step[] = [];
  STEP.lastIndex = 0;
  while (STEP.lastIndex < path.length) {
    const isFirst = STEP.lastIndex === 0;
    const [whole, name, index, every, quoted] = STEP.exec(path) ?? [];
    if (whole === undefined || (isFirst ? whole.startsWith(".") : name !== undefined && !whole.startsWith("."))) {
      throw new FormError(`invalid path \`${path.slice(0, 100)}\`; write it like a.b[0].c`);
    }
    steps.push(every ? EVERY : index === undefined ? (name ?? quoted ?? "") : Number(index));
  }
  const [first, ...rest] = steps;
  if (first === undefined) throw new FormError("empty path; write it like a.b[0].c");
  if (first === "$body") return { root: "body", steps: rest };
  if (first !== "$headers") return { root: "event", steps };
  if (rest.length !== 1) throw new FormError(`invalid path \`${path.slice(0, 100)}\`; name one header`);
  return { root: "headers", steps: [String(rest[0]).toLowerCase()] };
}

/** Reads the value of a path; undefined: there is none. Only own properties count. */
export function compilePath(path: string, normalize?: (name: string) => string): (scope: Scope) => unknown {
  const { root, steps } = parsePath(path);
  if (root === "headers") return headerReader(String(steps[0]));
  if (root === "body") return ({ body, pay }) => walk(body, steps, 0, pay);
  const [first, ...rest] = steps;
  const plain = normalize && typeof first === "string" ? [normalize(first), ...rest] : steps;
  return ({ event, pay }) => walk(event, plain, 0, pay);
}

/** The text of a header. A header with credentials counts as present, but without its value: alerts show values. */
function headerReader(name: string): (scope: Scope) => unknown {
  const isHidden = isSensitiveHeader(name);
  return ({ input }) => {
    const value = input.headers.get(name) ?? undefined;
    return isHidden && value !== undefined ? "" : value;
  };
}

/** Elements of a list that are walked for one step of a mapping's budget. */
const ELEMENTS_PER_STEP = 8;

function walk(value: unknown, steps: readonly Step[], from: number, pay: Scope["pay"]): unknown {
  let at = value;
  for (let index = from; index < steps.length; index += 1) {
    const step = steps[index] as Step;
    if (step === EVERY) {
      if (!Array.isArray(at)) return undefined;
      pay?.(at.length / ELEMENTS_PER_STEP);
      return at
        .map((element) => walk(element, steps, index + 1, pay))
        .filter((each) => each !== undefined && each !== null);
    }
    if (typeof step === "number") at = Array.isArray(at) ? at[step] : undefined;
    else at = isObject(at) && Object.hasOwn(at, step) ? at[step] : undefined;
    if (at === undefined) return undefined;
  }
  return at;
}

/** The JSON Pointer (RFC 6901) from the event to a path of it, up to the first list; empty for other paths. */
export function pointerOf(path: string): string {
  const { root, steps } = parsePath(path);
  if (root !== "event") return "";
  const known = steps.slice(0, steps.includes(EVERY) ? steps.indexOf(EVERY) : undefined);
  return known.map((step) => `/${String(step).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
}

/** The path to the list at its first `[*]`; null: it has none. */
export function listPathOf(path: string): string | null {
  const { root, steps } = parsePath(path);
  if (!steps.includes(EVERY)) return null;
  const known = steps.slice(0, steps.indexOf(EVERY));
  const list = known.map((step) => (typeof step === "number" ? `[${step}]` : `["${String(step)}"]`)).join("");
  return root === "body" ? `$body${list}` : list === "" ? null : list;
}
