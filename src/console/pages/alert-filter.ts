/** The filters of the alert list, as query parameters of its URL. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import { printTerms } from "../../alerts/query/syntax.ts";
import { defined } from "../api.ts";
import { type AlertStatus, SEVERITIES, type Severity, STATUSES } from "../parts/badges.tsx";
import { sinceOf } from "../parts/period.ts";

/** Tabs of the list and their statuses; the first is the default. */
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
  /** An id of parts/period.ts. */
  period: string | undefined;
  /** Whether the list shows muted alerts, and only them. */
  isMuted: boolean;
}

/** Reads the filters of a URL and ignores invalid ones. */
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
    isMuted: text("muted") === "true",
  };
}

/** Query parameters of the API for a filter, without the status. */
export function filterQuery(filter: AlertFilter) {
  const { severities, integrationId, teamId, q, labels, period, isMuted } = filter;
  return defined({
    severity: severities.length > 0 ? severities : undefined,
    integrationId,
    teamId,
    query: q === undefined ? undefined : freeText(q),
    label: labels.length > 0 ? labels : undefined,
    since: sinceOf(period),
    muted: isMuted ? ("true" as const) : undefined,
  });
}

/** The query for a text in the title or the description. */
const freeText = (text: string): string =>
  printTerms([
    { field: null, label: null, isNegated: false, values: [{ text, isPrefix: false, offset: 0 }], offset: 0 },
  ]);

/** The body of a bulk change for a filter, with the statuses of its view. */
export function filterBody(filter: AlertFilter): Schemas["AlertFilter"] {
  const { label, muted: _, ...rest } = filterQuery(filter);
  return {
    ...rest,
    ...(filter.isMuted && { muted: true }),
    status: [...filter.view.statuses],
    ...(label && { labels: parseLabels(label) }),
  };
}

/** Converts `name=value` texts to an object. */
const parseLabels = (labels: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    labels.map((label) => {
      const end = label.indexOf("=");
      return [label.slice(0, end), label.slice(end + 1)];
    }),
  );

/** URL of the timeline stream for the alerts of this list. */
export function streamUrl(filter: AlertFilter): string {
  const { severity = [], label = [], since: _, ...rest } = filterQuery(filter);
  const query = new URLSearchParams({ ...(rest as Record<string, string>), muted: String(filter.isMuted) });
  for (const value of severity) query.append("severity", value);
  for (const value of label) query.append("label", value);
  return `/v1/timeline/stream?${query.toString()}`;
}
