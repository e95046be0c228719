/**
 * The filter of alerts and of timeline entries. Lists apply it as SQL (db/alerts.ts, db/timeline.ts), the Feed to each entry that
 * it pushes. A property test compares the two.
 */
import { isObject } from "../lib/json.ts";
import { includes, type VisibleTeams } from "../lib/principal.ts";
import { type Condition, type ConditionedAlert, meetsCondition } from "./conditions.ts";
import type { AlertStatus, EntryType, Severity } from "./model.ts";

export interface ContentFilter {
  /** Names and values of labels in the metadata. */
  labels?: Readonly<Record<string, string>> | undefined;
  /** All of them are met. */
  conditions?: readonly Condition[] | undefined;
}

/** A condition that is missing matches everything. */
export interface AlertFilter extends ContentFilter {
  status?: AlertStatus[] | undefined;
  severity?: Severity[] | undefined;
  integrationId?: string | undefined;
  /** Any of these integrations, in addition to `integrationId`. */
  integrationIds?: readonly string[] | undefined;
  /** The alert was triggered at or after this time. */
  since?: Date | undefined;
  /** The alert was triggered before this time. */
  until?: Date | undefined;
  /** The alert is muted now, or is not. */
  muted?: boolean | undefined;
}

/** Entries of these types, of alerts that match the filter or matched it until the entry. */
export interface TimelineFilter extends AlertFilter {
  type?: readonly EntryType[] | undefined;
}

/** The fields of a timeline entry and its alert that the filter reads. */
export interface FilteredEntry {
  entry: { type: EntryType; status: AlertStatus; severity: Severity; changes: unknown };
  alert: ConditionedAlert & {
    triggeredAt: Date;
    /** Null: the alert is not muted. */
    mute: object | null;
  };
}

/** All conditions of a filter on the fields of an alert: its labels are conditions, too. */
export const conditionsOf = ({ labels = {}, conditions = [] }: ContentFilter): Condition[] => [
  ...Object.entries(labels).map(
    ([label, value]) =>
      ({ field: "label", label, patterns: [{ text: value, isPrefix: false }], isNegated: false }) as const,
  ),
  ...conditions,
];

/** The integrations that a filter names; undefined: all. */
export function integrationsOf({
  integrationId,
  integrationIds,
}: Pick<AlertFilter, "integrationId" | "integrationIds">): readonly string[] | undefined {
  if (integrationId === undefined) return integrationIds;
  return integrationIds?.includes(integrationId) === false ? [] : [integrationId];
}

/** Whether a timeline entry matches a filter, and its alert belongs to a visible team. */
export function matchesEntry(
  { entry, alert }: FilteredEntry,
  visibleTeams: VisibleTeams,
  filter: TimelineFilter,
): boolean {
  const { type, status, severity, since, until, muted } = filter;
  return (
    includes(visibleTeams, alert) &&
    (integrationsOf(filter)?.includes(alert.integrationId) ?? true) &&
    (type === undefined || type.includes(entry.type)) &&
    isOrWas("status", entry, status) &&
    isOrWas("severity", entry, severity) &&
    (since === undefined || alert.triggeredAt >= since) &&
    (until === undefined || alert.triggeredAt < until) &&
    (muted === undefined || muted === (alert.mute !== null) || mayChangeMuting(entry)) &&
    conditionsOf(filter).every((condition) => meetsCondition(alert, condition))
  );
}

/** The alert has one of these values after the entry, or had it before: a reader must see alerts leave the filter. */
function isOrWas(
  field: "status" | "severity",
  entry: FilteredEntry["entry"],
  values: readonly string[] | undefined,
): boolean {
  if (values === undefined || values.includes(entry[field])) return true;
  const change = isObject(entry.changes) ? entry.changes[field] : undefined;
  return isObject(change) && typeof change.from === "string" && values.includes(change.from);
}

/** Whether the alert may have been muted before the entry and is not after it, or the reverse: silences can match severities. */
function mayChangeMuting({ changes }: FilteredEntry["entry"]): boolean {
  if (!isObject(changes)) return false;
  const { severity } = changes;
  return "snoozedUntil" in changes || (isObject(severity) && typeof severity.from === "string");
}
