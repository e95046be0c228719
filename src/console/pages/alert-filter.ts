/** The query parameters of the alert list. */
import { parseAlertQuery } from "../../alerts/query/alert-query.ts";
import { QueryError } from "../../alerts/query/syntax.ts";
import { defined } from "../api.ts";
import type { ExportFormat } from "../parts/export-links.tsx";
import { toTerm, withTerm } from "../triage/query-text.ts";
import { type ListFilter, type Sort, SORTS } from "../triage/rows.ts";
import { type View, VIEWS } from "../triage/views.ts";

/** What alerts can be grouped by, and the key of each in the API. */
export const GROUPINGS = [
  { id: "alertname", name: "Alert name", key: "label.alertname" },
  { id: "service", name: "Service", key: "label.service" },
  { id: "integration", name: "Integration", key: "integrationId" },
] as const;

export type Grouping = (typeof GROUPINGS)[number];

export interface AlertFilter {
  view: View;
  /** In the query language. */
  query: string;
  /** Why the query cannot be understood, and where, in UTF-16 units; null: it can. */
  error: { message: string; offset: number } | null;
  list: ListFilter;
  sort: Sort;
  grouping: Grouping | null;
}

/** Reads the filter of a URL and ignores invalid parameters, but for the query. */
export function readFilter(url: string): AlertFilter {
  const parameters = new URL(url).searchParams;
  const integrationId = parameters.get("integrationId");
  const text = parameters.get("query")?.trim() ?? "";
  const query = integrationId === null ? text : withTerm(text, toTerm("integration", integrationId));
  const view = VIEWS.find(({ id }) => id === parameters.get("view")) ?? VIEWS[0];
  const { parsed, error } = parse(query);
  return {
    view,
    query,
    error,
    // A status in the query replaces the tab.
    list: { statuses: parsed.status ? undefined : view.statuses, query: parsed },
    sort: SORTS.find((sort) => sort === parameters.get("sort")) ?? view.sort,
    grouping: GROUPINGS.find(({ id }) => id === parameters.get("group")) ?? null,
  };
}

function parse(query: string): { parsed: ListFilter["query"]; error: AlertFilter["error"] } {
  try {
    const { status, severity, muted } = parseAlertQuery(query, Date.now());
    return { parsed: defined({ status, severity, muted }), error: null };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { parsed: {}, error: { message: error.message, offset: error.offset } };
  }
}

/** Query parameters of the API for a filter, without the statuses of its tab. */
export const filterQuery = ({ query }: Pick<AlertFilter, "query">) => defined({ query: query || undefined });

/** Query parameters of the API for a filter. */
export const listQuery = (filter: AlertFilter) => ({
  ...filterQuery(filter),
  ...defined({ status: filter.list.statuses && [...filter.list.statuses] }),
});

/** URL of the timeline stream for the alerts of a list. */
export function streamUrl({ query, list }: AlertFilter): string {
  const parameters = new URLSearchParams({ query });
  if (list.query.muted === undefined) parameters.set("muted", "false");
  return `/v1/timeline/stream?${parameters.toString()}`;
}

/** URL of the export of a list. */
export function exportUrl({ query, list }: AlertFilter, format: ExportFormat): string {
  const parameters = new URLSearchParams({ format, query });
  if (list.query.muted === undefined) parameters.set("muted", "false");
  for (const status of list.statuses ?? []) parameters.append("status", status);
  return `/v1/alerts/export?${parameters.toString()}`;
}
