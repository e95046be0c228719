/** URLs of lists. Pure. */
import { withPeriod } from "./query-text.ts";

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

/** The list in a period. @param from,until Unix ms */
export const periodUrl = (list: string, from: number, until: number): string => {
  const query = new URL(list, "http://tocsin").searchParams.get("query") ?? "";
  return listUrl(list, { query: withPeriod(query, from, until) });
};
