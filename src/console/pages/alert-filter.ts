/** The filters of the list of alerts, as its address has them. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import { given } from "../api.ts";
import { type AlertStatus, SEVERITIES, type Severity, STATUSES } from "../parts/badges.tsx";
import { sinceOf } from "../parts/period.ts";

/** Which statuses a view of the list shows; the first is what people come for. */
export const VIEWS = [
  { id: "unresolved", name: "Unresolved", statuses: ["OPEN", "ACKNOWLEDGED"] },
  { id: "open", name: "Open", statuses: ["OPEN"] },
  { id: "acknowledged", name: "Acknowledged", statuses: ["ACKNOWLEDGED"] },
  { id: "resolved", name: "Resolved", statuses: ["RESOLVED"] },
  { id: "closed", name: "Closed", statuses: ["CLOSED"] },
  { id: "all", name: "All", statuses: STATUSES },
] as const satisfies readonly { id: string; name: string; statuses: readonly AlertStatus[] }[];

export type View = (typeof VIEWS)[number];

export interface AlertFilter {
  view: View;
  severities: Severity[];
  integrationId: string | undefined;
  teamId: string | undefined;
  q: string | undefined;
  /** Each `name=value`. */
  labels: string[];
  /** The name of a length of time. */
  period: string | undefined;
}

/** Reads the filters of an address. What is none is left out. */
export function readFilter(url: string): AlertFilter {
  const query = new URL(url).searchParams;
  const text = (name: string) => query.get(name)?.trim() || undefined;
  const severities = query.getAll("severity");
  return {
    view: VIEWS.find(({ id }) => id === query.get("view")) ?? VIEWS[0],
    severities: SEVERITIES.filter((severity) => severities.includes(severity)),
    integrationId: text("integrationId"),
    teamId: text("teamId"),
    q: text("q"),
    labels: query
      .getAll("label")
      .flatMap((label) => label.split(/\s+/))
      .filter((label) => label.includes("=")),
    period: text("period"),
  };
}

/** The same filters but those of status, as the API takes them in a query. */
export function filterQuery(filter: AlertFilter) {
  const { severities, integrationId, teamId, q, labels, period } = filter;
  return given({
    severity: severities.length > 0 ? severities : undefined,
    integrationId,
    teamId,
    q,
    label: labels.length > 0 ? labelsOf(labels) : undefined,
    since: sinceOf(period),
  });
}

/** The same filters as the API takes them in a body. */
export function filterBody(filter: AlertFilter): Schemas["AlertFilter"] {
  const { label, ...rest } = filterQuery(filter);
  return { ...rest, status: [...filter.view.statuses], ...(label && { labels: label }) };
}

/** Each `name=value` as a field. */
const labelsOf = (labels: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    labels.map((label) => {
      const end = label.indexOf("=");
      return [label.slice(0, end), label.slice(end + 1)];
    }),
  );

/** The address of the stream of the changes that this list shows. */
export function streamUrl(filter: AlertFilter): string {
  const { severity = [], label = {}, since: _, ...rest } = filterQuery(filter);
  const query = new URLSearchParams(rest as Record<string, string>);
  for (const one of severity) query.append("severity", one);
  for (const [name, value] of Object.entries(label)) query.append(`label.${name}`, value);
  return `/v1/timeline/stream?${query.toString()}`;
}
