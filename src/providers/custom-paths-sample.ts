/** Sample bodies for a mapping in the language `paths`: a value wherever the mapping reads one. */
import { isObject, type JsonObject } from "../lib/json.ts";
import { parsePath, type Step } from "./form/path.ts";
import type { PathMapping } from "./form/schema.ts";
import { listOf, parseTemplate, wordsOf } from "./form/source.ts";

/**
 * Bodies that the mapping may read as a trigger, the best one first.
 * @param now Unix ms, for times
 */
export function samplePaths({ language: _, kinds: __, ...mapping }: PathMapping, now: number): unknown[] {
  const { events = "$body", ...fields } = mapping;
  const event: JsonObject = { sample: "Sample" };
  const body: { whole: unknown } = { whole: {} };
  for (const [field, sources] of Object.entries(fields)) {
    if (field === "noAlert" || field === "leftOut") continue;
    for (const { path, value } of placesOf(field, sources, now)) {
      const { root, steps } = parsePath(path);
      if (root === "event") put(event, steps, value);
      if (root === "body") body.whole = put(body.whole, steps, value);
    }
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
function placesOf(field: string, sources: unknown, now: number): Place[] {
  const value = field.endsWith("At") ? new Date(now).toISOString() : (TEXTS[field] ?? `Sample ${field}`);
  const text = field === "action" ? "firing" : value;
  return listOf(sources).flatMap((source): Place[] => {
    if (typeof source === "string")
      return field === "metadata"
        ? wordsOf(source).map((path) => ({ path, value }))
        : [{ path: source.replace(/\?$/, ""), value }];
    if (!isObject(source)) return [];
    if (field === "metadata") return Object.values(source).flatMap((each) => placesOf("metadata ", each, now));
    if (typeof source.text === "string") {
      return parseTemplate(source.text).flatMap((path, at) => (at % 2 === 1 ? [{ path, value }] : []));
    }
    const inner = [source.parts, source.join].find((list) => list !== undefined);
    if (inner !== undefined) return placesOf(field, inner, now);
    const word = wordOf(field, source.words) ?? text;
    return listOf(source.at).flatMap((path) => (typeof path === "string" ? [{ path, value: word }] : []));
  });
}

/** A word of the source's own: one that triggers, or the first one. */
function wordOf(field: string, words: unknown): string | undefined {
  if (!isObject(words)) return undefined;
  const chosen = field === "action" ? words.trigger : Object.values(words)[0];
  return typeof chosen === "string" || Array.isArray(chosen) ? wordsOf(chosen as string | string[])[0] : undefined;
}

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
