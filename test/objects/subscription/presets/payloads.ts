/** Messages for the tests of presets: samples with changes, and any message. */
import { fc } from "@fast-check/vitest";
import { ENTRY_TYPES, type EntryType, SEVERITIES, STATUSES } from "../../../../src/alerts/model.ts";
import { type entryOf, type MessagePayload, testBody } from "../../../../src/objects/subscription/message.ts";
import { sampleBody } from "../../../../src/objects/subscription/sample.ts";

export type Entry = NonNullable<ReturnType<typeof entryOf>>;

export const CONSOLE = "https://tocsin.example.com";

/** A sample, with changes of its entry and its alert. */
export function sample(type: EntryType, entry: Partial<Entry> = {}, alert: Partial<Entry["alert"]> = {}) {
  const payload = JSON.parse(sampleBody(type, null, CONSOLE)) as MessagePayload & { data: Entry };
  return { ...payload, data: { ...payload.data, ...entry, alert: { ...payload.data.alert, ...alert } } };
}

export const TEST = JSON.parse(testBody(Date.UTC(2026, 9, 1))) as MessagePayload;

/** Texts with the characters that a product or JSON treats specially, short and longer than every limit. */
const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 100 }),
  fc.string({ unit: "binary-ascii", maxLength: 200 }),
  fc
    .tuple(fc.constantFrom("&<>", "*_~`", "\\[]()", "😀", "é", '"', "\n", "@everyone <!channel> ", "a"), fc.nat(30_000))
    .map(([unit, length]) => unit.repeat(Math.ceil(length / unit.length))),
);

const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null });

const link = optional(fc.oneof(fc.webUrl(), fc.constant("javascript:alert(1)"), text));

export const anyPayload: fc.Arbitrary<MessagePayload> = fc
  .record({
    type: fc.constantFrom(...ENTRY_TYPES),
    status: fc.constantFrom(...STATUSES),
    severity: fc.constantFrom(...SEVERITIES),
    note: optional(text),
    name: optional(text),
    title: text,
    description: optional(text),
    source: optional(text),
    url: link,
    alertKey: optional(text),
    occurrences: fc.nat(),
    labels: fc.oneof(
      fc.dictionary(text, fc.oneof(text, fc.integer(), fc.constant(null)), { maxKeys: 60 }),
      fc.anything(),
    ),
    hasConsole: fc.boolean(),
  })
  .map(
    ({
      type,
      status,
      severity,
      note,
      name,
      title,
      description,
      source,
      url,
      alertKey,
      occurrences,
      labels,
      hasConsole,
    }) =>
      sample(
        type,
        { status, severity, note, actor: { type: "user", id: null, name } },
        {
          title,
          description,
          source,
          url,
          alertKey,
          occurrences,
          status,
          severity,
          metadata: { labels },
          ...(!hasConsole && { consoleUrl: null }),
        },
      ),
  );
