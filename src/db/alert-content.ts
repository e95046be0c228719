/** Conditions on the content of alerts, for lists and the timeline. */
import { and, ilike, or, type SQL, sql } from "drizzle-orm";
import { type ContentFilter, labelForms } from "../alerts/alert-filter.ts";
import { alerts, searchText } from "./schema.ts";

/**
 * The alerts whose content matches; undefined: all alerts.
 * @param isFewRows whether other conditions leave few rows, so that a scan of them beats the content indexes
 */
export function contentMatches({ q, labels = {} }: ContentFilter, isFewRows = false): SQL | undefined {
  const pattern = q === undefined ? undefined : `%${q.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const matches = and(
    pattern === undefined ? undefined : ilike(sql`(${searchText(alerts)})`, pattern),
    ...Object.entries(labels).map(([name, value]) => or(...labelForms(name, value).map(contains))),
  );
  // No index serves `is true`, but the planner estimates its condition.
  return matches && isFewRows ? sql`(${matches}) is true` : matches;
}

const contains = (part: unknown): SQL => sql`${alerts.metadata} @> ${JSON.stringify(part)}::jsonb`;
