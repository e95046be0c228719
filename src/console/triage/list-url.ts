/** URLs of lists. Pure. */
import { printTerms } from "../../alerts/query/syntax.ts";
import { toTerm, withPeriod } from "./query-text.ts";
import type { View } from "./views.ts";

/** A URL of the list with other parameters. Without `cursor`: it begins with the first page. */
export function listUrl(url: string, changes: Record<string, string | undefined>): string {
  const changed = new URL(url, "http://tocsin");
  // The query contains the integration.
  if ("query" in changes) changed.searchParams.delete("integrationId");
  for (const [name, value] of Object.entries({ cursor: undefined, flash: undefined, ...changes })) {
    if (value === undefined || value === "") changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
  }
  return changed.pathname + changed.search;
}

/** A list in a period, with its other conditions. @param from,until Unix ms */
export function periodUrl(list: string, from: number, until: number): string {
  const url = new URL(list, "http://tocsin");
  url.searchParams.set("query", withPeriod(url.searchParams.get("query") ?? "", from, until));
  return url.pathname + url.search;
}

/**
 * URL of the alert list: `alertsUrl({ severity: "critical" }, "open")`.
 * @param conditions values by field of the query language
 * @param view tab of the list; undefined: the unresolved alerts
 */
export function alertsUrl(conditions: Readonly<Record<string, string>> = {}, view?: View["id"]): string {
  const query = printTerms(Object.entries(conditions).map(([field, value]) => toTerm(field, value)));
  const parameters = new URLSearchParams(view && { view });
  if (query !== "") parameters.set("query", query);
  return parameters.size === 0 ? "/alerts" : `/alerts?${parameters.toString()}`;
}
