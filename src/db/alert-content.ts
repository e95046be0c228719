/** Conditions on the content of alerts, for lists and the timeline: the SQL of `meetsCondition` in alerts/conditions.ts. */
import { and, ilike, inArray, or, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import { type ContentFilter, conditionsOf } from "../alerts/alert-filter.ts";
import { actorsOf, type Condition, labelForms, type TextPattern } from "../alerts/conditions.ts";
import { acknowledgedByName } from "./actor-names.ts";
import { alerts, searchText } from "./schema.ts";

/**
 * The alerts whose content matches; undefined: all alerts.
 * @param isFewRows whether other conditions leave few rows, so that a scan of them beats the content indexes
 */
export function contentMatches(filter: ContentFilter, isFewRows = false): SQL | undefined {
  const matches = and(...conditionsOf(filter).map(meets));
  // No index serves `is true`, but the planner estimates its condition.
  return matches && isFewRows ? sql`(${matches}) is true` : matches;
}

/** Whether an index may find the alerts that the content of a filter leaves. */
export const hasIndexedContent = (filter: ContentFilter): boolean =>
  conditionsOf(filter).some(
    ({ field, patterns, isNegated }) =>
      !isNegated && (field !== "label" || patterns.every(({ isPrefix }) => !isPrefix)),
  );

function meets({ field, label = "", patterns, isNegated }: Condition): SQL {
  const matches = or(...patterns.map((pattern) => matchesField(field, label, pattern))) ?? sql`false`;
  return isNegated ? sql`(${matches}) is not true` : matches;
}

function matchesField(field: Condition["field"], label: string, pattern: TextPattern): SQL | undefined {
  switch (field) {
    case "text":
      return ilike(sql`(${searchText(alerts)})`, `%${toPattern(pattern.text)}%`);
    case "label":
      return pattern.isPrefix
        ? hasLabelFrom(label, pattern.text)
        : or(...labelForms(label, pattern.text).map(contains));
    case "acknowledgedBy":
      return or(isActor(pattern), isName(pattern));
    case "integrationId":
    case "teamId":
      return sql`${alerts[field]} = ${pattern.text}::uuid`;
    default:
      return matchesText(alerts[field], pattern);
  }
}

/** Escapes a text for LIKE. */
export const toPattern = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

/** A condition on a text that is compared as it is. */
export const matchesText = (column: PgColumn | SQL, { text, isPrefix }: TextPattern): SQL =>
  isPrefix ? sql`${column} like ${`${toPattern(text)}%`}` : sql`${column} = ${text}`;

const isActor = (pattern: TextPattern): SQL =>
  pattern.isPrefix
    ? matchesText(alerts.acknowledgedBy, pattern)
    : inArray(alerts.acknowledgedBy, actorsOf(pattern.text));

/**
 * Whether the name of who acknowledged the alert matches, as it was then and is now. Callers add the users and API keys with the name
 * (`findActorsByName`), which may have had another one then.
 */
const isName = (pattern: TextPattern): SQL | undefined =>
  and(matchesInAnyCase(alerts.acknowledgedByName, pattern), matchesInAnyCase(acknowledgedByName, pattern));

/** A condition on a text that is compared in any case. */
export const matchesInAnyCase = (column: PgColumn | SQL, { text, isPrefix }: TextPattern): SQL =>
  isPrefix
    ? sql`lower(${column}) like lower(${toPattern(text)}::text) || '%'`
    : sql`lower(${column}) = lower(${text}::text)`;

const contains = (part: unknown): SQL => sql`${alerts.metadata} @> ${JSON.stringify(part)}::jsonb`;

/** A label whose value starts with a text. No index serves it. */
const hasLabelFrom = (name: string, text: string): SQL => sql`(exists (
    select 1 from (values (${alerts.metadata} -> 'labels' -> ${name}::text), (${alerts.metadata} -> 'tags' -> ${name}::text),
      (${alerts.metadata} -> ${name}::text)) as label(value)
    where jsonb_typeof(value) in ('string', 'number', 'boolean') and starts_with(value #>> '{}', ${text}))
  or exists (
    select 1 from jsonb_array_elements(
      case jsonb_typeof(${alerts.metadata} -> 'tags') when 'array' then ${alerts.metadata} -> 'tags' else '[]' end) as tag(value)
    where jsonb_typeof(value) = 'string' and starts_with(value #>> '{}', ${`${name}:${text}`})))`;
