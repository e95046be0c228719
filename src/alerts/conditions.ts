/**
 * The conditions of a query on the fields of an alert. Lists apply them as SQL (db/alert-content.ts), the Feed with
 * `meetsCondition`. A property test compares the two.
 */
import { isObject, type JsonObject } from "../lib/json.ts";

/** A text to compare with: the whole value of a field, or its start. */
export interface TextPattern {
  text: string;
  isPrefix: boolean;
}

export const CONDITION_FIELDS = [
  /** Anywhere in the title or the description, in any case. */
  "text",
  "label",
  "alertKey",
  "externalId",
  "source",
  /** The actor (`user:<id>`), its id, or its name in any case. */
  "acknowledgedBy",
  "integrationId",
  "teamId",
] as const;

export interface Condition {
  field: (typeof CONDITION_FIELDS)[number];
  /** The name of the label, if the field is `label`. */
  label?: string | undefined;
  /** Any of them matches. */
  patterns: readonly TextPattern[];
  isNegated: boolean;
}

/** The fields of an alert that conditions read. */
export interface ConditionedAlert {
  teamId: string | null;
  integrationId: string;
  alertKey: string | null;
  externalId: string | null;
  title: string;
  description: string | null;
  source: string | null;
  acknowledgedBy: string | null;
  acknowledgedByName: string | null;
  metadata: unknown;
}

/** Whether an alert meets a condition. A field without a value meets only negated ones. */
export const meetsCondition = (
  alert: ConditionedAlert,
  { field, label = "", patterns, isNegated }: Condition,
): boolean => patterns.some((pattern) => matchesField(alert, field, label, pattern)) !== isNegated;

function matchesField(
  alert: ConditionedAlert,
  field: Condition["field"],
  label: string,
  pattern: TextPattern,
): boolean {
  switch (field) {
    case "text":
      return includesInAnyCase(searchText(alert), pattern.text);
    case "label":
      return matchesLabel(alert.metadata, label, pattern);
    case "acknowledgedBy":
      return matchesActor(alert, pattern);
    default:
      return matchesText(alert[field], pattern);
  }
}

const matchesText = (value: string | null, { text, isPrefix }: TextPattern): boolean =>
  value !== null && (isPrefix ? value.startsWith(text) : value === text);

/** The actors that a text may name: itself, or the user or API key with this id. */
export const actorsOf = (text: string): string[] => [text, `user:${text}`, `api:${text}`];

const matchesActor = (
  { acknowledgedBy, acknowledgedByName }: ConditionedAlert,
  { text, isPrefix }: TextPattern,
): boolean =>
  matchesText(acknowledgedByName === null ? null : lower(acknowledgedByName), { text: lower(text), isPrefix }) ||
  (acknowledgedBy !== null && (isPrefix ? acknowledgedBy.startsWith(text) : actorsOf(text).includes(acknowledgedBy)));

/** The text that a search reads, as in SQL (`searchText` in db/schema/alerts.ts). */
const searchText = ({ title, description }: Pick<ConditionedAlert, "title" | "description">): string =>
  `${title}\n${description ?? ""}`;

/** Postgres compares texts after `lower`, which maps each character without its context. */
const lower = (text: string): string =>
  Array.from(text, (char) => {
    const lowered = char.toLowerCase();
    // A character that becomes several has another simple mapping (İ), or none.
    return lowered.length === char.length ? lowered : char === "İ" ? "i" : char;
  }).join("");

const includesInAnyCase = (text: string, part: string): boolean => lower(text).includes(lower(part));

function matchesLabel(metadata: unknown, name: string, { text, isPrefix }: TextPattern): boolean {
  if (!isPrefix) return labelForms(name, text).some((form) => contains(metadata, form));
  if (!isObject(metadata)) return false;
  const { tags } = metadata;
  return (
    [metadata.labels, tags, metadata].some((labels) => isObject(labels) && startsWith(own(labels, name), text)) ||
    (Array.isArray(tags) && tags.some((tag) => typeof tag === "string" && tag.startsWith(`${name}:${text}`)))
  );
}

const own = (object: JsonObject, name: string): unknown => (Object.hasOwn(object, name) ? object[name] : undefined);

const startsWith = (value: unknown, text: string): boolean =>
  ["string", "number", "boolean"].includes(typeof value) && String(value).startsWith(text);

/** Numbers in JSON: without leading zeros. */
const JSON_SCALAR = /^(true|false|-?(0|[1-9]\d{0,14})(\.\d{1,6})?)$/;

/**
 * The forms in which sources send a label: in an object `labels` or `tags`, as a top-level field, in a list `name:value`.
 * @returns parts of the metadata; one of them matches
 */
export function labelForms(name: string, value: string): Record<string, unknown>[] {
  const values: unknown[] = JSON_SCALAR.test(value) ? [value, JSON.parse(value)] : [value];
  return [
    ...values.flatMap((one) => [{ labels: { [name]: one } }, { tags: { [name]: one } }, { [name]: one }]),
    { tags: [`${name}:${value}`] },
  ];
}

/** The containment of jsonb (`@>`), for values without nested lists of objects, which labels never are. */
function contains(value: unknown, part: unknown): boolean {
  if (Array.isArray(part)) return Array.isArray(value) && part.every((item) => value.includes(item));
  if (!isObject(part)) return value === part;
  return (
    isObject(value) &&
    Object.entries(part).every(([name, item]) => Object.hasOwn(value, name) && contains(value[name], item))
  );
}
