/** Conditions on what an alert says, as lists and the stream have them in common. */
import { and, ilike, or, type SQL, sql } from "drizzle-orm";
import { alerts } from "./schema.ts";

export interface ContentFilter {
  /** Text in the title or the description, in any case. */
  q?: string | undefined;
  /** Names and values that the metadata must have. */
  labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * Alerts that say all of it; undefined: no condition.
 * @param isFewRows whether the rows are few by other conditions: then they are better looked through than looked up
 */
export function contentMatches({ q, labels = {} }: ContentFilter, isFewRows = false): SQL | undefined {
  // An expression is what no index is on.
  const [title, description, metadata] = isFewRows
    ? [sql`${alerts.title} || ''`, sql`${alerts.description} || ''`, sql`(${alerts.metadata} || '{}')`]
    : [alerts.title, alerts.description, alerts.metadata];
  const pattern = q === undefined ? undefined : `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const contains = (part: unknown): SQL => sql`${metadata} @> ${JSON.stringify(part)}::jsonb`;
  return and(
    pattern === undefined ? undefined : or(ilike(title, pattern), ilike(description, pattern)),
    ...Object.entries(labels).map(([name, value]) => or(...labelled(name, value).map(contains))),
  );
}

/** The forms in which sources give labels: an object under `labels` or `tags`, fields of their own, a list of pairs. */
function labelled(name: string, value: string): unknown[] {
  const values: unknown[] = /^(true|false|-?\d{1,15}(\.\d{1,6})?)$/.test(value) ? [value, JSON.parse(value)] : [value];
  return [
    ...values.flatMap((one) => [{ labels: { [name]: one } }, { tags: { [name]: one } }, { [name]: one }]),
    { tags: [`${name}:${value}`] },
  ];
}
