/** Sample bodies for a mapping in the language `paths`: a value wherever the mapping reads one. */
import { isObject, type JsonObject } from "../lib/json.ts";
import { parsePath, type Step } from "./form/path.ts";
import type { PathMapping } from "./form/schema.ts";
import { parseTemplate } from "./form/source.ts";

/**
 * Bodies that the mapping may read as a trigger, the best one first.
 * @param now Unix ms, for times
 */
export function samplePaths(mapping: PathMapping, now: number): unknown[] {
  const { language: _, kinds: __, noAlert: ___, endsAcknowledgement: ____, leftOut: _____, ...read } = mapping;
  const { events = "$body", metadata = {}, ...fields } = read;
  const event: JsonObject = { sample: "Sample" };
  const body: { whole: unknown } = { whole: {} };
  const values = [...Object.entries(fields), ...Object.entries(metadata)].flatMap(([field, list]) =>
    placesOf(field, list ?? [], now),
  );
  for (const { path, value } of values) {
    const { root, steps } = parsePath(path);
    if (root === "event") put(event, steps, value);
    if (root === "body") body.whole = put(body.whole, steps, value);
  }
  const { root, steps } = parsePath(events);
  const place = root === "body" ? steps : ["", ...steps].slice(1);
  return place.length === 0
    ? [{ ...asRecord(body.whole), ...event }, [event]]
    : [put(structuredClone(body.whole), place, event), put(structuredClone(body.whole), place, [event])];
}

const asRecord = (value: unknown): JsonObject => (isObject(value) ? value : {});

interface Place {
  path: string;
  value: unknown;
}

const TEXTS: Readonly<Record<string, string>> = { severity: "high", url: "https://example.com/alerts/1" };

/** The paths of a field with a value for each. Words are those of a trigger. */
function placesOf(field: string, list: readonly MappingPart[], now: number): Place[] {
  const value = field.endsWith("At") ? new Date(now).toISOString() : (TEXTS[field] ?? `Sample ${field}`);
  return list.flatMap(({ at, text, join = [], parts = [], words = {} }) => {
    const inText = text === undefined ? [] : parseTemplate(text).filter((_, index) => index % 2 === 1);
    const known = wordOf(field, words) ?? (field === "action" ? "firing" : value);
    return [
      ...(at === undefined ? [] : [{ path: at, value: known }]),
      ...[...inText, ...parts.map((part) => part.replace(/\?$/, ""))].map((path) => ({ path, value })),
      ...placesOf(field, join, now),
    ];
  });
}

/** What the sources, keys and rules of a mapping may have. */
interface MappingPart {
  at?: string | undefined;
  text?: string | undefined;
  join?: readonly MappingPart[] | undefined;
  parts?: readonly string[] | undefined;
  words?: Readonly<Record<string, readonly string[] | undefined>> | undefined;
}

/** A word of the source's own: one that triggers, or the first one. */
const wordOf = (field: string, words: NonNullable<MappingPart["words"]>): string | undefined =>
  (field === "action" ? words.trigger : Object.values(words)[0])?.[0];

/** Puts a value at a place, unless there is one. Returns the changed value. */
function put(target: unknown, [step, ...rest]: readonly Step[], value: unknown): unknown {
  if (step === undefined) return isEmpty(target) ? value : target;
  if (typeof step === "string") {
    const object = asRecord(target);
    const known = Object.hasOwn(object, step) ? object[step] : undefined;
    Object.defineProperty(object, step, {
      value: put(known, rest, value),
      enumerable: true,
      configurable: true,
      writable: true,
    });
    return object;
  }
  const list: unknown[] = Array.isArray(target) ? target : [];
  const at = typeof step === "number" ? step : 0;
  for (let index = list.length; index <= at && index < MAX_INDEX; index += 1) list.push({});
  if (at < MAX_INDEX) list[at] = put(list[at], rest, value);
  return list;
}

/** Elements of a list in a sample. */
const MAX_INDEX = 100;

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === "object" && value !== null && Object.keys(value).length === 0);
