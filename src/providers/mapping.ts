import { z } from "zod";
import { pathMappingSchema } from "./form/schema.ts";

/** In characters. The parser recurses, so longer expressions could nest too deep. */
const MAX_EXPRESSION_LENGTH = 4000;

const expression = z.string().trim().min(1).max(MAX_EXPRESSION_LENGTH);

/**
 * The mapping of the `custom` provider in JSONata: expressions (https://docs.jsonata.org), each evaluated for one event. In all of
 * them, `$body` is the whole body and `$headers` the headers by lower-case name.
 */
export const expressionMappingSchema = z
  .strictObject({
    // Optional, so that the union finds it by its absence.
    language: z.literal("jsonata").optional().default("jsonata").describe("Language of the mapping"),
    events: expression
      .optional()
      .describe(
        "Evaluated for the body: its events. A body without the path at its start is rejected. Default: the body, or each element of an array",
      ),
    action: expression
      .optional()
      .describe("`trigger`, `acknowledge` or `resolve`, or a common synonym. Default: trigger"),
    alertKey: expression
      .optional()
      .describe("The key that the events of one alert share. Several values are combined into one key"),
    externalId: expression.optional().describe("The source's id of the alert"),
    title: expression.describe("The problem in one line"),
    description: expression.optional().describe("Details"),
    severity: expression.optional().describe("A severity or a common synonym. Default: MEDIUM"),
    source: expression.optional().describe("The affected host, service or check"),
    url: expression.optional().describe("The page of the alert in the source"),
    occurredAt: expression.optional().describe("RFC 3339, or Unix seconds or milliseconds"),
    metadata: expression.optional().describe("An object. Default: the event"),
    fingerprint: expression
      .optional()
      .describe("The value that identifies the content. Default: all fields that are read"),
  })
  .meta({
    id: "ExpressionMapping",
    description: "Expressions in JSONata (https://docs.jsonata.org), one for each field",
  });

/** The mapping of the `custom` provider: expressions or, in the language `paths`, the form that built-in providers have. */
export const mappingSchema = z
  .discriminatedUnion("language", [expressionMappingSchema, pathMappingSchema], {
    error: ({ code }) => (code === "invalid_union" ? "Unknown language. Use `jsonata` or `paths`." : undefined),
  })
  .meta({ id: "FieldMapping" });

export type ExpressionMapping = z.infer<typeof expressionMappingSchema>;
export type Mapping = z.infer<typeof mappingSchema>;
export type MappingField = Exclude<keyof ExpressionMapping, "language">;

export const MAPPING_FIELDS = Object.keys(expressionMappingSchema.shape).filter(
  (field): field is MappingField => field !== "language",
);
