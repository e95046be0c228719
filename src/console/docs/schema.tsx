/** A schema as nested lists of its fields. */
import type { FC } from "hono/jsx";
import {
  type ApiDocument,
  flatten,
  isNullable,
  type Ref,
  resolve,
  resolveSchema,
  type Schema,
  typesOf,
} from "./document.ts";
import { Inline } from "../parts/markdown.tsx";

interface Props {
  document: ApiDocument;
  schema: Schema | Ref;
  /** The named schemas that it stands in: none of them is shown again within. */
  within?: readonly string[];
}

/** The fields of a body; or its type alone, when it has none. */
export const BodySchema: FC<Props> = ({ document, schema, within = [] }) => {
  const inner = innerOf(document, schema, within);
  return inner === null ? (
    <p class="type">{typeWords(document, schema)}</p>
  ) : (
    <>
      {inner.isList || inner.name ? <p class="type">{typeWords(document, schema)}</p> : null}
      {inner.node}
    </>
  );
};

/** One field, parameter or header: its name, its type, what is said of it. */
export const Field: FC<Props & { name: string; isRequired: boolean; description?: string | undefined }> = ({
  document,
  schema,
  name,
  isRequired,
  description,
  within = [],
}) => {
  const { value } = resolve<Schema>(document, schema);
  const said = description ?? value.description;
  const inner = innerOf(document, schema, within);
  return (
    <div class="field">
      <dt>
        <code class="name">{name}</code>
        {/* What a request must have, and what an answer may lack: the style sheet shows the one or the other. */}
        <span class={isRequired ? "required" : "optional"}>{isRequired ? "required" : "may be missing"}</span>
        <span class="type">{typeWords(document, schema)}</span>
      </dt>
      <dd>
        {said === undefined ? null : <Inline text={said} />}
        <Facts schema={value} />
        {inner === null ? null : (
          <details>
            <summary>{inner.name ?? "fields"}</summary>
            {inner.node}
          </details>
        )}
      </dd>
    </div>
  );
};

/** What may be said of a value beside its type. */
const Facts: FC<{ schema: Schema }> = ({ schema }) => {
  const words = enumOf(schema).filter((word) => word !== null);
  const example = schema.example ?? schema.examples?.[0];
  return (
    <>
      {words.length > 0 ? (
        <span class="fact">
          one of{" "}
          {words.map((word) => (
            <code>{asText(word)}</code>
          ))}
        </span>
      ) : null}
      {schema.pattern !== undefined && schema.format === undefined ? (
        <span class="fact">
          like <code>{schema.pattern}</code>
        </span>
      ) : null}
      {schema.default === undefined ? null : (
        <span class="fact">
          default <code>{JSON.stringify(schema.default)}</code>
        </span>
      )}
      {example === undefined || schema.format === "date-time" ? null : (
        <span class="fact">
          for example <code>{asText(example)}</code>
        </span>
      )}
    </>
  );
};

/** The words that a value, or each item of a list, is one of. */
function enumOf(schema: Schema | Ref): unknown[] {
  if ("$ref" in schema) return [];
  const parts = [schema.items ?? [], schema.anyOf ?? []].flat();
  return [...new Set([...(schema.enum ?? []), ...parts.flatMap(enumOf)])];
}

const Fields: FC<{ document: ApiDocument; schema: Schema; within: readonly string[] }> = ({
  document,
  schema,
  within,
}) => (
  <dl>
    {Object.entries(schema.properties ?? {}).map(([name, property]) => (
      <Field
        document={document}
        name={name}
        schema={property}
        isRequired={schema.required?.includes(name) ?? false}
        within={within}
      />
    ))}
  </dl>
);

/** What is inside a value: the fields of an object, of the items of a list, of the values of a map, of each choice. */
function innerOf(
  document: ApiDocument,
  given: Schema | Ref,
  within: readonly string[],
): { name: string | null; isList: boolean; node: unknown } | null {
  const { name, value } = resolveSchema(document, given);
  if (name !== null && within.includes(name)) return null;
  const schema = flatten(document, value);
  const inside = name === null ? within : [...within, name];
  const element =
    schema.items ?? (typeof schema.additionalProperties === "object" ? schema.additionalProperties : null);
  if (schema.properties && Object.keys(schema.properties).length > 0) {
    return { name, isList: false, node: <Fields document={document} schema={schema} within={inside} /> };
  }
  if (element) {
    const inner = innerOf(document, element, inside);
    return inner && { ...inner, isList: true };
  }
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])]
    .map((choice) => ({ words: choiceName(document, choice), inner: innerOf(document, choice, inside) }))
    .filter(({ inner }) => inner !== null);
  if (choices.length === 0) return null;
  const [only] = choices;
  if (choices.length === 1 && only?.inner) return { ...only.inner, name: only.inner.name ?? name };
  return {
    name,
    isList: false,
    node: choices.map(({ words, inner }) => (
      <details>
        <summary>{words}</summary>
        {inner?.node}
      </details>
    )),
  };
}

/** What tells a choice from the others: its constant, or its type. */
function choiceName(document: ApiDocument, given: Schema | Ref): string {
  const { value } = resolveSchema(document, given);
  for (const [name, property] of Object.entries(value.properties ?? {})) {
    const { const: constant, enum: words } = resolve<Schema>(document, property).value;
    const only = constant ?? (words?.length === 1 ? words[0] : undefined);
    if (only !== undefined) return `${name}: ${asText(only)}`;
  }
  return typeWords(document, given);
}

/** A type in words: `list of string (uuid), 1 to 500 items`. */
function typeWords(document: ApiDocument, given: Schema | Ref, isItem = false): string {
  const { name, value } = resolveSchema(document, given);
  const schema = flatten(document, value);
  const orNull = isNullable(schema) ? " or null" : "";
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((choice) => typeWords(document, choice));
  const types = typesOf(schema);
  if (types.includes("array")) {
    const items = schema.items ? typeWords(document, schema.items, true) : "anything";
    return `list of ${items}${bounds(schema.minItems, schema.maxItems, "items")}${orNull}`;
  }
  if (name !== null) return `${name}${orNull}`;
  if (choices.length > 0) return [...new Set(choices)].join(" or ");
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (types.includes("object") && !schema.properties && typeof schema.additionalProperties === "object") {
    return `map of ${typeWords(document, schema.additionalProperties)}${orNull}`;
  }
  if (types.length === 0) return schema.type === "null" ? "null" : "anything";
  const format = schema.format === undefined ? "" : ` (${schema.format})`;
  if (isItem) return `${types.join(" or ")}${format}${orNull}`;
  const size = bounds(schema.minLength, schema.maxLength, "characters") + bounds(schema.minimum, schema.maximum, "");
  return `${types.join(" or ")}${format}${size}${orNull}`;
}

/** Every integer is bounded by what a double can hold: that goes without saying. */
const stated = (bound: number | undefined) =>
  bound === undefined || Math.abs(bound) >= Number.MAX_SAFE_INTEGER ? undefined : bound;

function bounds(least: number | undefined, most: number | undefined, unit: string): string {
  const from = stated(least);
  const to = stated(most);
  const words = unit && ` ${unit}`;
  if (from !== undefined && to !== undefined) return `, ${from === to ? from : `${from} to ${to}`}${words}`;
  if (to !== undefined) return `, at most ${to}${words}`;
  return from === undefined || (from === 0 && unit !== "") ? "" : `, at least ${from}${words}`;
}

const asText = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));
