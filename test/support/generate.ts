/** Generates valid and invalid values of JSON Schemas. */
import { fc } from "@fast-check/vitest";
import { type ApiDocument, type Ref, resolve, type Schema } from "../../scripts/openapi-document.ts";
import { flatten, isNullable, typesOf } from "./openapi-schema.ts";

/** The id of an existing resource for a field or parameter of this name; undefined: it names no resource. */
export type KnownIds = (name: string) => string | undefined;

/** An arbitrary value that a schema allows. */
export function arbitraryOf(
  document: ApiDocument,
  given: Schema | Ref,
  known: KnownIds,
  name = "",
): fc.Arbitrary<unknown> {
  const schema = flatten(document, resolve<Schema>(document, given).value);
  const id = known(name);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (choices.length > 0) return fc.oneof(...choices.map((choice) => arbitraryOf(document, choice, known, name)));
  const types = typesOf(schema);
  if (types.length === 0) return schema.type === "null" ? fc.constant(null) : fc.jsonValue({ maxDepth: 2 });
  const values = types.map((type) => {
    switch (type) {
      case "string":
        return likely(id ?? (schema.format === undefined ? schema.example : undefined), stringOf(schema));
      case "integer":
        return fc.integer({ min: int32(schema.minimum ?? -1000), max: int32(schema.maximum ?? 1000) });
      case "number":
        return fc.double({ min: schema.minimum ?? -1e6, max: schema.maximum ?? 1e6, noNaN: true });
      case "boolean":
        return fc.boolean();
      case "array":
        return fc.array(arbitraryOf(document, schema.items ?? {}, known, name.replace(/s$/, "")), {
          minLength: schema.minItems ?? 0,
          maxLength: Math.min(schema.maxItems ?? 3, (schema.minItems ?? 0) + 3),
        });
      case "object":
        return objectOf(document, schema, known);
      default:
        throw new Error(`no values for the type ${type}`);
    }
  });
  return fc.oneof(...values, ...(isNullable(schema) ? [fc.constant(null)] : []));
}

/** Mostly the known value, if there is one. */
const likely = (value: unknown, others: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  value === undefined
    ? others
    : fc.oneof({ weight: 3, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: others });

const int32 = (bound: number): number => Math.max(-0x80000000, Math.min(0x7fffffff, bound));

function stringOf({
  format,
  pattern,
  minLength = 0,
  maxLength = pattern === undefined ? 40 : Infinity,
}: Schema): fc.Arbitrary<string> {
  if (format === "uuid") return fc.uuid();
  if (format === "email") return fc.emailAddress();
  if (format === "uri") return fc.webUrl();
  if (format === "date-time") {
    const between = { min: new Date("2000-01-01"), max: new Date("2040-01-01"), noInvalidDate: true };
    return fc.date(between).map((date) => date.toISOString());
  }
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern), { size: "small" }).filter(fits);
  // Everything that JSON can contain, also NUL and lone surrogates.
  return fc.oneof(
    fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40) }),
    fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 8), unit: "binary" }).filter(fits),
  );
}

function objectOf(document: ApiDocument, schema: Schema, known: KnownIds): fc.Arbitrary<unknown> {
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, property]) => [name, arbitraryOf(document, property, known, name)] as const,
  );
  if (properties.length === 0) {
    const values = typeof schema.additionalProperties === "object" ? schema.additionalProperties : {};
    return fc.dictionary(fc.stringMatching(/^[A-Za-z][\w-]{0,8}$/), arbitraryOf(document, values, known), {
      maxKeys: 3,
    });
  }
  return fc.record(Object.fromEntries(properties), { requiredKeys: schema.required ?? [] });
}

/** This many values. They are the same in every run. */
export const sample = (arbitrary: fc.Arbitrary<unknown>, count: number): unknown[] =>
  fc.sample(arbitrary, { numRuns: count, seed: 20_261_001 });

const ODD: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e300,
  "",
  " ",
  "no such thing",
  "constructor",
  "\u0000",
  "x".repeat(5000),
  [],
  [[]],
  ["x"],
  {},
  { x: 1 },
];

/** Variants of a valid value that may be invalid: each field wrong in every way, a missing field, an additional field. */
export function* mutantsOf(document: ApiDocument, given: Schema | Ref, good: unknown, at = ""): Generator<Mutant> {
  const schema = flatten(document, resolve<Schema>(document, given).value);
  for (const value of [...ODD, ...beyondBounds(schema, good)]) yield { at, value };
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  for (const choice of choices) yield* mutantsOf(document, choice, good, at);
  if (Array.isArray(good) && schema.items) {
    for (const { at: inner, value } of mutantsOf(document, schema.items, good[0], `${at}/0`))
      yield { at: inner, value: [value] };
    return;
  }
  if (typeof good !== "object" || good === null || Array.isArray(good)) return;
  const fields: Record<string, unknown> = { ...good };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const { [name]: present, ...others } = fields;
    yield { at: `${at}/${name} missing`, value: others };
    for (const { at: inner, value } of mutantsOf(document, property, present, `${at}/${name}`)) {
      yield { at: inner, value: { ...fields, [name]: value } };
    }
  }
  yield { at: `${at}/surplus`, value: { ...fields, surplus: 1 } };
}

export interface Mutant {
  /** JSON Pointer to the change. */
  at: string;
  value: unknown;
}

const beyondBounds = (schema: Schema, good: unknown): unknown[] => [
  ...(schema.minimum === undefined ? [] : [schema.minimum - 1]),
  ...(schema.maximum === undefined ? [] : [schema.maximum + 1]),
  ...(schema.minLength === undefined ? [] : ["x".repeat(schema.minLength - 1)]),
  ...(schema.maxLength === undefined ? [] : ["x".repeat(schema.maxLength + 1)]),
  ...(schema.maxItems === undefined
    ? []
    : [Array.from({ length: schema.maxItems + 1 }, () => [good].flat()[0] ?? "x")]),
];
