/** Conditions on the content of alerts, for lists and the timeline. */
import { and, ilike, or, type SQL, sql } from "drizzle-orm";
import { type ContentFilter, labelForms } from "../alerts/alert-filter.ts";
import { alerts } from "./schema.ts";

/**
 * The alerts whose content matches; undefined: all alerts.
 * @param isFewRows whether other conditions leave few rows, so that a scan of them beats the content indexes
 */
export function contentMatches({ q, labels = {} }: ContentFilter, isFewRows = false): SQL | undefined {
  // No index matches these expressions.
  const [title, description, metadata] = isFewRows
    ? [sql`${alerts.title} || ''`, sql`${alerts.description} || ''`, sql`(${alerts.metadata} || '{}')`]
    : [alerts.title, alerts.description, alerts.metadata];
  const pattern = q === undefined ? undefined : `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const contains = (part: unknown): SQL => sql`${metadata} @> ${JSON.stringify(part)}::jsonb`;
  return and(
    pattern === undefined ? undefined : or(ilike(title, pattern), ilike(description, pattern)),
    ...Object.entries(labels).map(([name, value]) => or(...labelForms(name, value).map(contains))),
  );
}
