/** Describes a form to people: the places in which it finds each field of an alert. */
import type { Severity } from "../../alerts/model.ts";
import type { ActionRule, Condition, EventForm, KeyParts, OneOrMore, ProviderForm, Rule, Source } from "./form.ts";
import { listOf } from "./source.ts";
import { partsOf } from "./value.ts";

/** A field of an alert with its places, in the order of preference: paths, and texts with paths in braces. */
export interface FieldPlaces {
  field: string;
  places: string[];
}

/** What a form says about the bodies that it reads. */
export interface FormDescription {
  fields: FieldPlaces[];
  /** How names at the top of the body are compared. */
  names: NonNullable<ProviderForm["names"]> | "exactly";
  /** Some kinds of bodies are read by code, which has no places. */
  hasCode: boolean;
}

/** The fields that are read from places, in the order of an alert. */
const FIELDS = [
  "title",
  "description",
  "source",
  "url",
  "occurredAt",
  "startedAt",
  "expiresAt",
  "snoozedUntil",
  "externalId",
  "eventId",
  "note",
  "author",
] as const satisfies readonly (keyof EventForm)[];

/** Describes the places of each field, of all kinds of bodies. What a function reads is left out. */
export const describeForm = (form: ProviderForm): FormDescription => ({
  fields: fieldsOf(form),
  names: form.names ?? "exactly",
  hasCode: (form.kinds ?? []).some((kind) => "read" in kind),
});

function fieldsOf(form: ProviderForm): FieldPlaces[] {
  const kinds = [...(form.kinds ?? []).filter((kind) => !("read" in kind)), form] as Partial<EventForm>[];
  const all = (read: (kind: Partial<EventForm>) => string[]) => [...new Set(kinds.flatMap(read))];
  return [
    { field: "events", places: all(({ events }) => (events === undefined ? [] : [events])) },
    { field: "action", places: all(({ action }) => placesOfRules(action)) },
    { field: "alertKey", places: all(({ alertKey }) => placesOfKeys(alertKey)) },
    { field: "severity", places: all(({ severity }) => placesOfRules(severity)) },
    ...FIELDS.map((field) => ({ field, places: all((kind) => listOf(kind[field]).flatMap(placesOf)) })),
  ].filter(({ places }) => places.length > 0);
}

function placesOf(source: Source): string[] {
  if (typeof source === "string") return [source];
  if (typeof source === "function") return [];
  if ("text" in source) return source.text.includes("{") ? [source.text] : [];
  if ("join" in source) return joined(source.join.map(placesOf));
  return listOf(source.at).flatMap(placesOf);
}

const placesOfKeys = (keys: OneOrMore<Source | KeyParts> | undefined): string[] =>
  listOf(keys).flatMap((key) => joined(partsOf(key).map(placesOf)));

/** Several parts as one place. A part of code has no place, and a part with several shows its first. */
function joined(parts: readonly (readonly string[])[]): string[] {
  const shown = parts.flatMap((places) => places.slice(0, 1));
  return shown.length === 0 ? [] : [shown.join(" + ")];
}

const placesOfRules = (rules: OneOrMore<ActionRule | Rule<Severity>> | undefined): string[] =>
  listOf(rules).flatMap((rule) => {
    if (typeof rule !== "object") return [];
    if ("at" in rule) return listOf(rule.at).flatMap(placesOf);
    if ("recoveryIn" in rule) return listOf(rule.recoveryIn).flatMap(placesOf);
    return "when" in rule && rule.when !== undefined ? placesOfCondition(rule.when) : [];
  });

function placesOfCondition(condition: Condition): string[] {
  if (typeof condition === "function") return [];
  if (typeof condition === "string") return condition.split(/\s+/).map((test) => test.replace(/=.*$/s, ""));
  if ("not" in condition) return placesOfCondition(condition.not);
  if ("all" in condition) return condition.all.flatMap(placesOfCondition);
  if ("any" in condition) return condition.any.flatMap(placesOfCondition);
  return listOf(condition.at).flatMap(placesOf);
}
