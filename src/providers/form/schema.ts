/**
 * The form of an operator's mapping in the language `paths`: a form without code, as JSON. It nests less than the form of a
 * provider, so that its size bounds its cost.
 */
import { z } from "zod";
import { ACTIONS, SEVERITIES } from "../../alerts/model.ts";
import { parseTemplate } from "./source.ts";
import { FormError, parsePath } from "./path.ts";
import type { EventForm } from "./form.ts";

const MAX_LENGTH = 500;
const MAX_SOURCES = 20;

/** A text that a parser of the form accepts. */
const parsed = (parse: (text: string) => unknown) =>
  z
    .string()
    .trim()
    .min(1)
    .max(MAX_LENGTH)
    .check(({ value, issues }) => {
      try {
        parse(value);
      } catch (error) {
        if (!(error instanceof FormError)) throw error;
        issues.push({ code: "custom", input: value, message: error.message });
      }
    });

const path = parsed(parsePath);

/** Paths, or paths with `=` and a word, separated by spaces. */
const tests = parsed((text) => {
  for (const test of text.split(/\s+/)) parsePath(test.split("=")[0] ?? "");
});

const paths = parsed((text) => {
  for (const each of text.split(/\s+/)) parsePath(each);
});

const actions = z.enum(ACTIONS).meta({ id: "MappingAction" });
const severities = z.enum(SEVERITIES).meta({ id: "MappingSeverity" });

const oneOrMore = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([schema, z.array(schema).min(1).max(MAX_SOURCES)]);

const words = z.union([z.string().min(1).max(MAX_LENGTH), z.array(z.string().min(1).max(MAX_LENGTH)).max(MAX_SOURCES)]);

const textCondition = z
  .strictObject({
    at: oneOrMore(path),
    is: words.optional(),
    startsWith: z.string().max(MAX_LENGTH).optional(),
    contains: z.string().max(MAX_LENGTH).optional(),
    above: z.number().optional(),
  })
  .meta({ id: "MappingTextCondition" });

const plainCondition = z.union([tests, textCondition]);

const condition = z.union([
  tests,
  textCondition,
  z.strictObject({ any: z.array(plainCondition).min(1).max(MAX_SOURCES) }).meta({ id: "MappingAnyCondition" }),
  z.strictObject({ all: z.array(plainCondition).min(1).max(MAX_SOURCES) }).meta({ id: "MappingAllConditions" }),
  z.strictObject({ not: plainCondition }).meta({ id: "MappingNotCondition" }),
]);

const text = z.strictObject({ text: parsed(parseTemplate) }).meta({ id: "MappingText" });

const source = z.union([
  path,
  text,
  z
    .strictObject({
      join: z
        .array(z.union([path, text]))
        .min(1)
        .max(MAX_SOURCES),
      with: z.string().max(20).optional(),
    })
    .meta({ id: "MappingJoin" }),
  z
    .strictObject({
      at: oneOrMore(path),
      on: oneOrMore(actions).optional(),
      when: condition.optional(),
      words: z.record(z.string().min(1).max(MAX_LENGTH), words).optional(),
      format: z.literal("utc").optional(),
    })
    .meta({ id: "MappingValue" }),
]);

const sources = oneOrMore(source);

/** A path of a key part may end with `?`. */
const keyPart = z.union([parsed((given) => parsePath(given.replace(/\?$/, ""))), source]);

const key = oneOrMore(
  z.union([
    source,
    z.strictObject({ parts: z.array(keyPart).min(1).max(MAX_SOURCES) }).meta({ id: "MappingKeyParts" }),
  ]),
);

const wordsFor = <const Values extends readonly string[]>(values: Values) =>
  z.strictObject(
    Object.fromEntries(values.map((value) => [value, words.optional()])) as {
      [Value in Values[number]]: z.ZodOptional<typeof words>;
    },
  );

const action = oneOrMore(
  z.union([
    actions,
    z
      .strictObject({ at: oneOrMore(path), words: wordsFor(ACTIONS).optional(), strict: z.literal(true).optional() })
      .meta({ id: "MappingActionWords" }),
    z.strictObject({ when: condition, is: actions }).meta({ id: "MappingActionCase" }),
    z.strictObject({ recoveryIn: oneOrMore(path) }).meta({ id: "MappingRecovery" }),
    z.strictObject({ noAlert: z.string().min(1).max(MAX_LENGTH) }).meta({ id: "MappingNoAlert" }),
  ]),
);

const severity = oneOrMore(
  z.union([
    severities,
    z
      .strictObject({ at: oneOrMore(path), words: wordsFor(SEVERITIES).optional(), strict: z.literal(true).optional() })
      .meta({ id: "MappingSeverityWords" }),
    z.strictObject({ when: condition, is: severities }).meta({ id: "MappingSeverityCase" }),
  ]),
);

const phrase = z.string().trim().min(1).max(MAX_LENGTH);

const fields = {
  events: path.describe("The event, or the list of events. The other paths start there. Default: the body").optional(),
  noAlert: z
    .array(z.strictObject({ when: condition, why: phrase }).meta({ id: "MappingException" }))
    .max(MAX_SOURCES)
    .describe("Events that are no alerts, such as tests, and why")
    .optional(),
  action: action.describe("Common words (`firing`, `ok` …) are known. Default: trigger").optional(),
  alertKey: key.describe("The key that the events of one alert share. `parts` are combined into one key").optional(),
  externalId: sources.describe("The source's id of the alert. Default: the first value of `alertKey`").optional(),
  title: sources.describe("The problem in one line"),
  description: sources.describe("Details").optional(),
  severity: severity.describe("Common words (`critical`, `P1` …) are known. Default: MEDIUM").optional(),
  source: sources.describe("The affected host, service or check").optional(),
  url: sources.describe("The page of the alert in the source. Values in a `text` are encoded").optional(),
  occurredAt: sources.describe("RFC 3339, or Unix seconds or milliseconds; with `format`, UTC").optional(),
  startedAt: sources.describe("Start of the episode that a resolve ends").optional(),
  note: sources.describe("A comment of a person at the source").optional(),
  author: sources.describe("The person who acted at the source").optional(),
  metadata: z
    .union([paths, z.record(z.string().min(1).max(MAX_LENGTH), sources)])
    .describe("Paths separated by spaces, or sources by their names. Default: the event")
    .optional(),
  leftOut: z.array(z.string().max(MAX_LENGTH)).max(100).describe("Fields that are no metadata").optional(),
} satisfies Partial<Record<keyof EventForm, z.ZodType>>;

/** The mapping of the `custom` provider in the language `paths`. */
export const pathMappingSchema = z
  .strictObject({
    language: z.literal("paths"),
    ...fields,
    kinds: z
      .array(z.strictObject({ ...fields, title: fields.title.optional(), when: condition }).meta({ id: "MappingKind" }))
      .max(MAX_SOURCES)
      .describe("Kinds of bodies. The first whose condition holds reads the body, with the other fields of the mapping")
      .optional(),
  })
  .meta({ id: "PathMapping" });

export type PathMapping = z.infer<typeof pathMappingSchema>;
