import { z } from "zod";

/** Longest expression, in characters: deeper ones would tire the parser. */
const MAX_EXPRESSION = 4000;

const expression = z.string().trim().min(1).max(MAX_EXPRESSION);

/**
 * How the `custom` provider reads: JSONata expressions (https://docs.jsonata.org), each evaluated over one event. In all of
 * them `$body` is the whole body and `$headers` its headers, by lower-case names.
 */
export const mappingSchema = z
  .strictObject({
    events: expression
      .optional()
      .describe("Over the body: its events. By default the body, or each element of an array"),
    action: expression
      .optional()
      .describe("`trigger`, `acknowledge` or `resolve`, or a common word for one. By default trigger"),
    alertKey: expression.optional().describe("What ties the events of one alert together; several values make one key"),
    externalId: expression.optional().describe("The id that the source gives it"),
    title: expression.describe("A line that says what is wrong"),
    description: expression.optional().describe("More about it"),
    severity: expression.optional().describe("A severity, or a common word for one. By default MEDIUM"),
    source: expression.optional().describe("The host, service or check that it is about"),
    url: expression.optional().describe("Where the source shows it"),
    occurredAt: expression.optional().describe("RFC 3339, or Unix seconds or milliseconds"),
    metadata: expression.optional().describe("An object. By default the event itself"),
    fingerprint: expression.optional().describe("What tells contents apart. By default everything that is read"),
  })
  .meta({ id: "Mapping" });

export type Mapping = z.infer<typeof mappingSchema>;

/** The names of a mapping's expressions. */
export const MAPPED = Object.keys(mappingSchema.shape) as (keyof Mapping)[];
