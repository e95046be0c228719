/**
 * The form of an operator's mapping in the language `paths`: a form without code, as JSON. It has one way to write each thing, so
 * that clients have a type for it: the short forms of form.ts are for providers. It nests less, so that its size bounds its cost.
 */
import { z } from "zod";
import { ACTIONS, SEVERITIES } from "../../alerts/model.ts";
import type { EventForm, Kind } from "./form.ts";
import { FormError, parsePath } from "./path.ts";
import { parseTemplate } from "./source.ts";

const MAX_LENGTH = 500;
/** Of sources of a field, conditions, words and the like. */
const MAX_LIST = 20;
/** Of fields of the metadata, and of texts with words. */
const MAX_NAMES = 100;

/** A text that a parser of the form accepts. */
const parsed = (parse: (text: string) => unknown) =>
  z
    .string()
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
const template = parsed(parseTemplate);
const word = z.string().min(1).max(MAX_LENGTH);
const phrase = z.string().trim().min(1).max(MAX_LENGTH);

const listOf = <Schema extends z.ZodType>(schema: Schema) => z.array(schema).min(1).max(MAX_LIST);

const words = listOf(word);

const namesOf = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .record(word, schema)
    .refine((record) => Object.keys(record).length <= MAX_NAMES, `Too many fields. Use at most ${MAX_NAMES}.`);

type Check = (payload: { value: object; issues: z.core.$ZodRawIssue[] }) => void;

/** Checks that an object has one of some fields, and beside it only fields that belong to it. */
const one =
  (choices: Readonly<Record<string, readonly string[]>>): Check =>
  ({ value, issues }) => {
    const given = Object.entries(value).flatMap(([field, each]) => (each === undefined ? [] : [field]));
    const [chosen, ...others] = given.filter((field) => Object.hasOwn(choices, field));
    if (chosen === undefined) {
      const names = Object.keys(choices).map((name) => `\`${name}\``);
      issues.push({ code: "custom", input: value, message: `Expected one of ${names.join(", ")}.` });
      return;
    }
    const misplaced = given.filter((field) => !Object.hasOwn(choices, field) && !choices[chosen]?.includes(field));
    for (const field of [...others, ...misplaced])
      issues.push({ code: "custom", input: value, path: [field], message: `Not allowed beside \`${chosen}\`.` });
  };

const tests = {
  is: words.optional().describe("Its text is one of these words, in upper or lower case"),
  startsWith: word.optional().describe("Its text starts with this"),
  contains: word.optional().describe("Its text contains this"),
  above: z.number().optional().describe("Its text is a number greater than this"),
};

const test = z.strictObject({ at: path.describe("Path of the value"), ...tests }).meta({
  id: "MappingTest",
  description: "What must hold for the value at a path. Without a test: the value is neither missing, null nor empty",
});

const condition = z
  .strictObject({
    at: path.optional().describe("Path of a value. Without a test: the value is neither missing, null nor empty"),
    ...tests,
    any: listOf(test).optional().describe("One of these holds"),
    all: listOf(test).optional().describe("All of these hold"),
    not: test.optional(),
  })
  .check(one({ at: Object.keys(tests), any: [], all: [], not: [] }))
  .meta({ id: "MappingCondition", description: "One of `at` with its tests, `any`, `all` and `not`" });

const text = z
  .strictObject({
    at: path.optional().describe("Path of the text"),
    text: template.optional().describe("Text with paths in braces"),
  })
  .check(one({ at: [], text: [] }))
  .meta({ id: "MappingText", description: "Either `at` or `text`" });

const source = z
  .strictObject({
    at: path.optional().describe("Path of the value, such as `check.hosts[0].name` or `$headers.x-site`"),
    text: template.optional().describe("Text with paths in braces. No value if one of them has none"),
    join: listOf(text).optional().describe("The texts that are found, joined"),
    with: z.string().max(20).optional().describe("Text between the texts of `join`. Default: an empty line"),
    on: z.array(z.enum(ACTIONS)).min(1).max(ACTIONS.length).optional().describe("Only for these actions"),
    when: condition.optional(),
    words: namesOf(words).optional().describe("Texts, each with the words at `at` that mean it"),
    format: z.literal("utc").optional().describe("A time at `at` without a zone is UTC"),
  })
  .check(one({ at: ["on", "when", "words", "format"], text: ["on", "when"], join: ["with", "on", "when"] }))
  .meta({ id: "MappingSource", description: "The place of a value: one of `at`, `text` and `join`" });

const sources = listOf(source);

const key = z
  .strictObject({
    parts: listOf(parsed((given) => parsePath(given.replace(/\?$/, "")))).describe(
      "Paths. All must have a value, except those that end with `?`",
    ),
  })
  .meta({ id: "MappingKey" });

const wordsFor = <const Values extends readonly string[]>(values: Values) =>
  z.strictObject(
    Object.fromEntries(values.map((value) => [value, words.optional().describe(`Words for \`${value}\``)])) as {
      [Value in Values[number]]: z.ZodOptional<typeof words>;
    },
  );

const stepsFor = <const Values extends readonly string[]>(values: Values) => ({
  at: path.optional().describe("Path of a word"),
  words: wordsFor(values).optional().describe("The source's own words at `at`. They come before the common ones"),
  strict: z.boolean().optional().describe("True: common words at `at` are not read"),
  is: z.enum(values).optional().describe("The result, if the condition `when` holds"),
  when: condition.optional().describe("Default: always"),
});

const WORD_STEPS = { at: ["words", "strict"], is: ["when"] };

const actionRule = z
  .strictObject({
    ...stepsFor(ACTIONS),
    recoveryIn: listOf(path).optional().describe("Sentences that may say that the problem is over"),
    noAlert: phrase.optional().describe("Why the event is no alert"),
  })
  .check(one({ ...WORD_STEPS, recoveryIn: [], noAlert: [] }))
  .meta({ id: "MappingActionRule", description: "One of `at`, `is`, `recoveryIn` and `noAlert`" });

const severityRule = z
  .strictObject(stepsFor(SEVERITIES))
  .check(one(WORD_STEPS))
  .meta({ id: "MappingSeverityRule", description: "Either `at` or `is`" });

const exception = z
  .strictObject({ when: condition, why: phrase.describe("Reason in the record of the delivery") })
  .meta({ id: "MappingException" });

const fields = {
  events: path.describe("The event, or the list of events. The other paths start there. Default: the body").optional(),
  noAlert: listOf(exception).describe("Events that are no alerts, such as tests, and why").optional(),
  action: listOf(actionRule).describe("Common words (`firing`, `ok` …) are known. Default: trigger").optional(),
  alertKey: listOf(key).describe("The key that the events of one alert share. Several parts become one key").optional(),
  externalId: sources.describe("The source's id of the alert. Default: the first part of `alertKey`").optional(),
  title: sources.describe("The problem in one line"),
  description: sources.describe("Details").optional(),
  severity: listOf(severityRule).describe("Common words (`critical`, `P1` …) are known. Default: MEDIUM").optional(),
  source: sources.describe("The affected host, service or check").optional(),
  url: sources.describe("The page of the alert in the source. Values in a `text` are encoded").optional(),
  occurredAt: sources.describe("RFC 3339, or Unix seconds or milliseconds").optional(),
  endsAcknowledgement: condition.describe("When a trigger ends the acknowledgement of its alert").optional(),
  startedAt: sources.describe("Start of the episode that a resolve ends").optional(),
  note: sources.describe("A comment of a person at the source").optional(),
  author: sources.describe("The person who acted at the source").optional(),
  metadata: namesOf(sources).describe("Sources by field name. Default: the event").optional(),
  leftOut: z.array(word).max(MAX_NAMES).describe("Fields of the event that metadata leaves out").optional(),
} satisfies Partial<Record<keyof EventForm, z.ZodType>>;

/** The mapping of the `custom` provider in the language `paths`. */
export const pathMappingSchema = z
  .strictObject({
    language: z.literal("paths").describe("Language of the mapping"),
    ...fields,
    kinds: listOf(
      z
        .strictObject({ when: condition, ...fields, title: fields.title.optional() })
        .meta({ id: "MappingKind", description: "Fields for the bodies for which `when` holds" }),
    )
      .describe("Kinds of bodies. The first whose condition holds reads the body, with the other fields of the mapping")
      .optional(),
  })
  .meta({
    id: "PathMapping",
    description:
      "The places of each field in the body, as for a built-in provider. The first place of a list with a value counts",
  });

export type PathMapping = z.infer<typeof pathMappingSchema>;

/** A mapping as a form: each object of it is one of the alternatives that the form has, which its schema checked. */
export const formOf = ({ language: _, ...mapping }: PathMapping): EventForm & { kinds?: readonly Kind[] } =>
  mapping as EventForm & { kinds?: readonly Kind[] };
