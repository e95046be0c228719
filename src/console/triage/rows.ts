/** The rows of the alert list, as the Worker renders them and the browser keeps them. Pure. */
import type { Schemas } from "../../../packages/client/src/index.ts";
import { labelsOf, OWN_LABELS } from "../../alerts/labels.ts";
import type { AlertQuery } from "../../alerts/query/alert-query.ts";
import { type AlertStatus, SEVERITIES } from "../parts/badges.tsx";

export type Alert = Schemas["Alert"];

/** The fields of an alert that a row needs. */
export interface Row extends Pick<
  Alert,
  | "id"
  | "integrationId"
  | "teamId"
  | "title"
  | "severity"
  | "status"
  | "acknowledgedBy"
  | "occurrences"
  | "triggeredAt"
  | "lastSeenAt"
  | "snoozedUntil"
  | "version"
> {
  isSilenced: boolean;
  /** Labels of the source. */
  labels: Record<string, string>;
}

const OWN: ReadonlySet<string> = new Set(Object.values(OWN_LABELS));

/** The labels that the source gave an alert. */
export const sourceLabels = (alert: Pick<Alert, "integrationId" | "alertKey" | "severity" | "metadata">) =>
  Object.fromEntries(Object.entries(labelsOf(alert)).filter(([name]) => !OWN.has(name)));

export const toRow = (alert: Alert): Row => ({
  id: alert.id,
  integrationId: alert.integrationId,
  teamId: alert.teamId,
  title: alert.title,
  severity: alert.severity,
  status: alert.status,
  acknowledgedBy: alert.acknowledgedBy,
  occurrences: alert.occurrences,
  triggeredAt: alert.triggeredAt,
  lastSeenAt: alert.lastSeenAt,
  snoozedUntil: alert.snoozedUntil,
  isSilenced: alert.silencedBy.length > 0,
  labels: sourceLabels(alert),
  version: alert.version,
});

/** A row carries labels only for the chips. */
const MAX_LABELS = 40;
const MAX_LABEL_LENGTH = 200;

/** A row with short labels, to be sent with a page. */
export const withShortLabels = (row: Row): Row => ({
  ...row,
  labels: Object.fromEntries(
    Object.entries(row.labels)
      .filter(([name, value]) => name.length + value.length <= MAX_LABEL_LENGTH)
      .slice(0, MAX_LABELS),
  ),
});

export const SORTS = ["severity", "triggeredAt", "lastSeenAt"] as const;
export type Sort = (typeof SORTS)[number];

const rankOf = ({ severity }: Row): number => SEVERITIES.indexOf(severity);
const after = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

/** The order of rows: the most severe, then the last seen; the last seen; the latest triggered. */
export const COMPARE: Readonly<Record<Sort, (a: Row, b: Row) => number>> = {
  severity: (a, b) => rankOf(b) - rankOf(a) || after(a.lastSeenAt, b.lastSeenAt) || after(a.id, b.id),
  lastSeenAt: (a, b) => after(a.lastSeenAt, b.lastSeenAt) || after(a.id, b.id),
  triggeredAt: (a, b) => after(a.triggeredAt, b.triggeredAt) || after(a.id, b.id),
};

/** What a list shows, as far as rows decide it. The API and the stream apply the other conditions of a query. */
export interface ListFilter {
  /** Statuses of the tab; undefined: any. */
  statuses: readonly AlertStatus[] | undefined;
  query: Pick<AlertQuery, "status" | "severity" | "muted">;
}

/** Whether an alert is snoozed or silenced. @param now Unix ms */
export const isMuted = ({ snoozedUntil, isSilenced }: Pick<Row, "snoozedUntil" | "isSilenced">, now: number): boolean =>
  isSilenced || (snoozedUntil !== null && Date.parse(snoozedUntil) > now);

/** Whether a list shows a row. @param now Unix ms */
export const isListed = (row: Row, { statuses, query }: ListFilter, now: number): boolean =>
  (statuses?.includes(row.status) ?? true) &&
  (query.status?.includes(row.status) ?? true) &&
  (query.severity?.includes(row.severity) ?? true) &&
  isMuted(row, now) === (query.muted ?? false);
