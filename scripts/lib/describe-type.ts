/** Writes the types of OpenAPI schemas in words, for the reference. */
import { formatNumber } from "../../src/lib/text.ts";
import type { Ref, Schema } from "../openapi-document.ts";

const SCHEMAS_PAGE = "schemas.md";

/** A link to a named schema. */
export const schemaLink = (name: string): string => `[${name}](${SCHEMAS_PAGE}#${name.toLowerCase()})`;

/** The type of a schema in Markdown: "array of [Severity](schemas.md#severity)", "integer, 1 to 200, by default 50". */
export function describeType(schema: Schema | Ref): string {
  const parts = [typeOf(schema), ...("$ref" in schema ? [] : limitsOf(schema))];
  const { default: value } = schema as Schema;
  if (value !== undefined) parts.push(`by default \`${JSON.stringify(value)}\``);
  return parts.join(", ");
}

function typeOf(schema: Schema | Ref): string {
  if ("$ref" in schema) return schemaLink(schema.$ref.replace(/^.*\//, ""));
  const { anyOf, items, additionalProperties, enum: values, format } = schema;
  if (anyOf) return anyOf.map(typeOf).join(" or ");
  if (values) return values.map((value) => `\`${JSON.stringify(value)}\``).join(" or ");
  const types = [schema.type ?? "any value"].flat().map((type) => {
    if (type === "array" && items) return `array of ${describeType(items)}`;
    if (type === "object" && typeof additionalProperties === "object" && Object.keys(additionalProperties).length > 0) {
      return `object of ${describeType(additionalProperties)}`;
    }
    return type === "string" && format !== undefined ? format : type;
  });
  return types.join(" or ");
}

function limitsOf({ minimum, maximum, minLength, maxLength, minItems, maxItems, pattern, format }: Schema): string[] {
  return [
    ...between(realBound(minimum), realBound(maximum), ""),
    ...between(minLength, maxLength, " characters"),
    ...between(minItems, maxItems, " items"),
    ...(pattern !== undefined && format === undefined ? [`matches \`${pattern}\``] : []),
  ];
}

function between(least: number | undefined, most: number | undefined, unit: string): string[] {
  const end = most === undefined ? undefined : `${formatNumber(most)}${unit}`;
  if (least === undefined || least <= 0) return end === undefined ? [] : [`at most ${end}`];
  return [end === undefined ? `at least ${formatNumber(least)}${unit}` : `${formatNumber(least)} to ${end}`];
}

/** The bound of a number, unless it is that of every integer. */
const realBound = (bound: number | undefined): number | undefined =>
  bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined;
