/** Generates requests for an operation from its declaration in the OpenAPI document. */
import type { ApiDocument, Parameter, Ref, Schema } from "../../scripts/openapi-document.ts";
import { exampleOf } from "./openapi-schema.ts";
import { arbitraryOf, type KnownIds, mutantsOf, sample } from "./generate.ts";
import type { Call, Validator } from "./openapi.ts";
import { runs } from "./runs.ts";

/** One request. */
export interface Case {
  name: string;
  /** `good`: valid; `bad`: invalid; `anonymous`: valid, but without a key. */
  kind: "good" | "bad" | "anonymous";
  path: Record<string, string>;
  query: [string, string][];
  headers: Record<string, string>;
  body: { text: string; mediaType: string } | null;
}

const RANDOM_CASES = runs(12, 6);
const MAX_BAD_BODIES = runs(60, 30);
const MAX_ODD_BODIES = runs(15, 8);

/** The kind of resource that a path parameter or a field names: `alerts`, `teams` …; undefined: none. */
export function resourceOf(name: string, path: string): string | undefined {
  if (name === "id" || name === "ids") return /\/v1\/([\w-]+)/.exec(path)?.[1];
  if (name === "silenceID") return "silences";
  if (name === "replayOf" || name === "duplicateOf") return "deliveries";
  const [, thing] = /^([a-z]+)Ids?$/.exec(name) ?? [];
  if (thing === undefined || thing === "target" || thing === "external") return undefined;
  return thing.endsWith("y") ? `${thing.slice(0, -1)}ies` : `${thing}s`;
}

/** Every case of an operation. The cases are the same in every run. */
export function casesOf(document: ApiDocument, validator: Validator, call: Call, known: KnownIds): Case[] {
  const { parameters, body } = call;
  const exampleBody = body ? withKnownIds(exampleOf(document, body.schema), known) : undefined;
  const inPlace = (place: Parameter["in"]) => parameters.filter((parameter) => parameter.in === place);
  const exampleValue = ({ name, example, schema }: Parameter): unknown =>
    known(name) ?? example ?? exampleOf(document, schema ?? {});
  const json = (value: unknown) => (body ? { text: JSON.stringify(value), mediaType: body.mediaType } : null);

  const good = (name: string, given: Partial<Case> = {}): Case => ({
    name,
    kind: "good",
    path: Object.fromEntries(inPlace("path").map((parameter) => [parameter.name, String(exampleValue(parameter))])),
    query: inPlace("query")
      .filter((parameter) => parameter.required)
      .flatMap((parameter) => serialized(parameter, exampleValue(parameter))),
    headers: {},
    body: json(exampleBody),
    ...given,
  });
  const bad = (name: string, given: Partial<Case>): Case => ({ ...good(name, given), kind: "bad" });
  const random = (schema: Schema | Ref, name: string) =>
    sample(arbitraryOf(document, schema, known, name), RANDOM_CASES);

  const cases: Case[] = [good("the example")];
  if (call.security.length > 0) cases.push({ ...good("the example, without credentials"), kind: "anonymous" });

  for (const parameter of inPlace("query")) {
    const { name, schema = {} } = parameter;
    const values = [exampleValue(parameter), ...random(schema, name)];
    for (const value of values) cases.push(good(`${name}=${show(value)}`, { query: serialized(parameter, value) }));
    for (const text of badTexts(validator, schema)) {
      cases.push(bad(`${name}=${show(text)}`, { query: [[name, text]] }));
    }
    if (parameter.required) cases.push(bad(`no ${name}`, { query: [] }));
  }
  // Sources may send any parameters.
  if (!call.path.startsWith("/in/")) cases.push(bad("an unknown parameter", { query: [["unknown", "x"]] }));

  for (const { name, schema = {} } of inPlace("path")) {
    const fit = (text: string) => text !== "" && text !== "." && text !== "..";
    for (const text of random(schema, name).map(String).filter(fit)) {
      cases.push(good(`{${name}} ${show(text)}`, { path: { ...good("").path, [name]: text } }));
    }
    for (const text of badTexts(validator, schema).filter(fit)) {
      cases.push(bad(`{${name}} ${show(text)}`, { path: { ...good("").path, [name]: text } }));
    }
  }
  for (const parameter of inPlace("header")) {
    const { name, schema = {} } = parameter;
    const fits = (text: string) => /^[\x21-\x7e]*$/.test(text);
    for (const text of random(schema, name).map(String).filter(fits).slice(0, 3)) {
      cases.push(good(`${name}: ${show(text)}`, { headers: { [name]: text } }));
    }
    for (const text of badTexts(validator, schema).filter(fits)) {
      cases.push(bad(`${name}: ${show(text)}`, { headers: { [name]: text } }));
    }
  }
  if (!body) return cases;

  for (const value of random(body.schema, "").map((value) => withKnownIds(value, known))) {
    cases.push(good(`body ${show(value)}`, { body: json(value) }));
  }
  const mutants = [...mutantsOf(document, body.schema, exampleBody)];
  const isGood = ({ value }: { value: unknown }) => validator.errors(body.schema, value).length === 0;
  for (const { at, value } of spread(mutants.filter(isGood), MAX_ODD_BODIES)) {
    cases.push(good(`body, ${at}: ${show(value)}`, { body: json(value) }));
  }
  for (const { at, value } of spread(
    mutants.filter((mutant) => !isGood(mutant)),
    MAX_BAD_BODIES,
  )) {
    cases.push(bad(`body, ${at}: ${show(value)}`, { body: json(value) }));
  }
  // A missing body is read as `{}`.
  const isNeeded = call.operation.requestBody?.required && validator.errors(body.schema, {}).length > 0;
  cases.push((isNeeded ? bad : good)("no body", { body: null }));
  for (const text of ["{", '{"a":', "nonsense", "\u0000", "[".repeat(5000)]) {
    cases.push(bad(`body ${show(text)}`, { body: { text, mediaType: body.mediaType } }));
  }
  const huge = { text: JSON.stringify("x".repeat(2 * 1024 * 1024)), mediaType: body.mediaType };
  cases.push(bad("a body of two megabytes", { body: huge }));
  if (Object.keys(body.schema).some((key) => key !== "example" && key !== "description")) {
    cases.push(
      bad("a body that is no JSON by its media type", {
        body: { text: JSON.stringify(exampleBody), mediaType: "text/plain" },
      }),
    );
  }
  return cases;
}

/** Query parameters of a value: lists repeat the name. */
const serialized = ({ name }: Parameter, value: unknown): [string, string][] =>
  [value].flat().map((item) => [name, String(item)]);

/** Texts that are invalid for a schema, however they are parsed. */
function badTexts(validator: Validator, schema: Schema | Ref): string[] {
  const { minimum = 0, maximum = 0, maxLength = 0 } = "$ref" in schema ? {} : schema;
  const texts = ["", "x", "1.5", "-1", "no such thing", "constructor", "99999999999999999999"];
  texts.push(String(minimum - 1), String(maximum + 1), "x".repeat(maxLength + 1));
  const readings = (text: string): unknown[] => [text, [text], Number(text), text === "true", {}];
  return [...new Set(texts)].filter((text) =>
    readings(text).every((reading) => validator.errors(schema, reading).length > 0),
  );
}

/** A value in which every id names an existing resource. */
function withKnownIds(value: unknown, known: KnownIds, name = ""): unknown {
  if (typeof value === "string") return known(name) ?? value;
  if (Array.isArray(value)) return value.map((item) => withKnownIds(item, known, name));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withKnownIds(item, known, key)]));
}

/** At most this many items of a list, evenly spread. */
const spread = <T>(items: T[], most: number): T[] =>
  items.length <= most ? items : Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]!);

const show = (value: unknown): string => (JSON.stringify(value) ?? String(value)).slice(0, 120);
