/** Conditions on the content of alerts, for lists and the timeline. */
import { and, ilike, or, type SQL, sql } from "drizzle-orm";
import { alerts, searchText } from "./schema.ts";

export interface ContentFilter {
  /** Text in the title or the description, in any case. */
  q?: string | undefined;
  /** Names and values of labels in the metadata. */
  labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * The alerts whose content matches; undefined: all alerts.
 * @param isFewRows whether other conditions leave few rows, so that a scan of them beats the content indexes
 */
export function contentMatches({ q, labels = {} }: ContentFilter, isFewRows = false): SQL | undefined {
  const pattern = q === undefined ? undefined : `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const contains = (part: unknown): SQL => sql`${alerts.metadata} @> ${JSON.stringify(part)}::jsonb`;
  const matches = and(
    pattern === undefined ? undefined : ilike(sql`(${searchText(alerts)})`, pattern),
    ...Object.entries(labels).map(([name, value]) => or(...labelForms(name, value).map(contains))),
  );
  // No index serves `is true`, but the planner estimates its condition.
  return matches && isFewRows ? sql`(${matches}) is true` : matches;
}

/** The forms in which sources send a label: in an object `labels` or `tags`, as a top-level field, in a list `name:value`. */
function labelForms(name: string, value: string): unknown[] {
  const values: unknown[] = /^(true|false|-?\d{1,15}(\.\d{1,6})?)$/.test(value) ? [value, JSON.parse(value)] : [value];
  return [
    ...values.flatMap((one) => [{ labels: { [name]: one } }, { tags: { [name]: one } }, { [name]: one }]),
    { tags: [`${name}:${value}`] },
  ];
}
