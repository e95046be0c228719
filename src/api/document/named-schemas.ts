/**
 * Gives every object, enum and union of the document a name in `components`. Generators make one type of each named schema, but invent a
 * type, or none, for each inline one.
 */
import { ANNOTATIONS } from "./references.ts";

/** The keywords of JSON Schema that lead to other schemas. Others are copied. */
export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  required?: string[];
  [keyword: string]: unknown;
}

/** The named schemas of a document. */
export class NamedSchemas {
  readonly #schemas = new Map<string, Schema>();
  /** Names by content: equal schemas share one. */
  readonly #names = new Map<string, string>();
  readonly #declared: Readonly<Record<string, Schema>>;

  /** @param declared the schemas that have a name: `.openapi("Alert")` */
  constructor(declared: Readonly<Record<string, Schema>>) {
    this.#declared = declared;
    for (const [name, schema] of Object.entries(declared)) this.#names.set(contentOf(schema), name);
    for (const [name, schema] of Object.entries(declared)) this.#add(name, schema);
  }

  /** All named schemas, in the order in which they were added. */
  get all(): Record<string, Schema> {
    return Object.fromEntries(this.#schemas);
  }

  /**
   * Replaces a schema, or the schemas inside it, by references.
   * @param name of the schema if it needs one. Schemas inside it get this name and the name of their field
   * @throws Error when another schema has the name
   */
  reference(schema: Schema, name: string): Schema {
    if ("$ref" in schema) return schema;
    if (!isNameable(schema)) return this.#inside(schema, name);
    if (isNullable(schema))
      return { anyOf: [this.reference(withoutNull(schema), name), NULL], ...annotationsOf(schema) };
    const content = contentOf(schema);
    const known = this.#names.get(content);
    if (known === undefined) {
      this.#names.set(content, name);
      this.#add(name, schema);
    }
    return { $ref: `#/components/schemas/${known ?? name}`, ...annotationsOf(schema) };
  }

  #add(name: string, schema: Schema): void {
    if (this.#schemas.has(name)) throw new Error(`two schemas are named ${name}: name one of them with .openapi("…")`);
    // First its place in the order, then the schemas inside it.
    this.#schemas.set(name, schema);
    this.#schemas.set(name, this.#inside(schema, name));
  }

  #inside(schema: Schema, name: string): Schema {
    // The generator gives every union of zod a discriminator, also one that a value may omit.
    const { discriminator: _, oneOf, ...rest } = schema;
    const { properties, items, additionalProperties, anyOf, allOf } = rest;
    return {
      ...rest,
      ...(properties && {
        properties: mapValues(properties, (field, key) => this.reference(field, name + toPascalCase(key))),
      }),
      ...(items && { items: this.reference(items, toSingular(name)) }),
      ...(typeof additionalProperties === "object" && {
        additionalProperties: this.reference(additionalProperties, toSingular(name)),
      }),
      ...(anyOf && { anyOf: anyOf.map((part) => this.reference(part, name)) }),
      ...(oneOf && this.#union(oneOf, name)),
      // An extension of another schema: its own fields stay beside the reference.
      ...(allOf && { allOf: allOf.map((part) => ("$ref" in part ? part : this.#inside(part, name))) }),
    };
  }

  /** A union whose variants differ in the single value of one field, which becomes the discriminator. */
  #union(variants: readonly Schema[], name: string): Schema {
    const contents = variants.map((variant) => this.#resolve(variant));
    const propertyName = discriminatorOf(contents);
    const values = contents.map((content) => (propertyName === null ? "" : valueOf(content, propertyName)));
    const references = variants.map((variant, at) => this.reference(variant, name + toPascalCase(values[at] ?? "")));
    // Without one, tools cannot tell that no value fits two variants.
    if (propertyName === null) return { anyOf: references };
    const mapping = Object.fromEntries(values.map((value, at) => [value, references[at]?.$ref]));
    return { oneOf: references, discriminator: { propertyName, mapping } };
  }

  /** The content of a reference to a declared schema. */
  #resolve(schema: Schema): Schema {
    return this.#declared[schema.$ref?.split("/").at(-1) ?? ""] ?? schema;
  }
}

const NULL: Schema = { type: "null" };

/** Whether generators make a type of a schema. */
const isNameable = ({ properties, enum: values = [], oneOf, allOf }: Schema): boolean =>
  (properties ?? oneOf ?? allOf) !== undefined || values.filter((value) => value !== null).length > 1;

const isNullable = ({ type }: Schema): boolean => Array.isArray(type) && type.includes("null");

/** A nullable schema without null, and without annotations: they are about the field. */
function withoutNull({ type, enum: values, ...rest }: Schema): Schema {
  const only = [type ?? []].flat().find((name) => name !== "null");
  return {
    ...(only !== undefined && { type: only }),
    ...(values && { enum: values.filter((value) => value !== null) }),
    ...Object.fromEntries(Object.entries(rest).filter(([keyword]) => !ANNOTATIONS.has(keyword))),
  };
}

/** The field that every variant requires, each with another single value; null: there is none. */
function discriminatorOf(variants: readonly Schema[]): string | null {
  const isDistinct = (field: string) => {
    if (!variants.every(({ required = [] }) => required.includes(field))) return false;
    const values = variants.map((variant) => valueOf(variant, field));
    return values.every((value) => value !== "") && new Set(values).size === values.length;
  };
  return Object.keys(variants[0]?.properties ?? {}).find(isDistinct) ?? null;
}

/** The single value of a field; empty: it has none. */
function valueOf({ properties = {} }: Schema, field: string): string {
  const values = properties[field]?.enum ?? [];
  return values.length === 1 ? String(values[0]) : "";
}

const annotationsOf = (schema: Schema): Schema =>
  Object.fromEntries(Object.entries(schema).filter(([keyword]) => ANNOTATIONS.has(keyword)));

const contentOf = (schema: Schema): string =>
  JSON.stringify(Object.entries(schema).filter(([keyword]) => !ANNOTATIONS.has(keyword)));

/** Converts `last24Hours` to `Last24Hours`, `not-found` to `NotFound`. */
export const toPascalCase = (text: string): string =>
  text.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9]?)/g, (_match, first: string) => first.toUpperCase());

/** The name of one item of a list: `BulkResultResults` has items named `BulkResultResult`, `AlertCountsData` has `AlertCount`. */
function toSingular(name: string): string {
  if (name.endsWith("Data")) return toSingular(name.slice(0, -4));
  if (name.endsWith("ies")) return `${name.slice(0, -3)}y`;
  return /[^su]s$/.test(name) ? name.slice(0, -1) : `${name}Item`;
}

const mapValues = <In, Out>(record: Record<string, In>, map: (value: In, key: string) => Out): Record<string, Out> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value, key)]));
