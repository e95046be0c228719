/**
 * The filter of alerts and of timeline entries. Lists apply it as SQL (db/alerts.ts, db/timeline.ts), the Feed to each entry that
 * it pushes. A property test compares the two.
 */
import { isObject } from "../lib/json.ts";
import { includes, type VisibleTeams } from "../lib/principal.ts";
import type { AlertStatus, EntryType, Severity } from "./model.ts";

export interface ContentFilter {
  /** Text in the title or the description, in any case. */
  q?: string | undefined;
  /** Names and values of labels in the metadata. */
  labels?: Readonly<Record<string, string>> | undefined;
}

/** A condition that is missing matches everything. */
export interface AlertFilter extends ContentFilter {
  status?: AlertStatus[] | undefined;
  severity?: Severity[] | undefined;
  integrationId?: string | undefined;
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
  alert: {
    teamId: string | null;
    integrationId: string;
    title: string;
    description: string | null;
    metadata: unknown;
    triggeredAt: Date;
    /** Null: the alert is not muted. */
    mute: object | null;
  };
}

/** Whether a timeline entry matches a filter, and its alert belongs to a visible team. */
export function matchesEntry(
  { entry, alert }: FilteredEntry,
  visibleTeams: VisibleTeams,
  filter: TimelineFilter,
): boolean {
  const { type, status, severity, integrationId, since, until, muted, q, labels = {} } = filter;
  return (
    includes(visibleTeams, alert) &&
    (integrationId === undefined || integrationId === alert.integrationId) &&
    (type === undefined || type.includes(entry.type)) &&
    isOrWas("status", entry, status) &&
    isOrWas("severity", entry, severity) &&
    (since === undefined || alert.triggeredAt >= since) &&
    (until === undefined || alert.triggeredAt < until) &&
    (muted === undefined || muted === (alert.mute !== null) || mayChangeMuting(entry)) &&
    (q === undefined || includesInAnyCase(searchText(alert), q)) &&
    Object.entries(labels).every(([name, value]) =>
      labelForms(name, value).some((form) => contains(alert.metadata, form)),
    )
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

/** The text that `q` searches, as in SQL (`searchText` in db/schema/alerts.ts). */
const searchText = ({ title, description }: FilteredEntry["alert"]): string => `${title}\n${description ?? ""}`;

/** ILIKE compares texts after `lower`, which maps each character without its context. */
const lower = (text: string): string =>
  Array.from(text, (char) => {
    const lowered = char.toLowerCase();
    // A character that becomes several has another simple mapping (İ), or none.
    return lowered.length === char.length ? lowered : char === "İ" ? "i" : char;
  }).join("");

const includesInAnyCase = (text: string, part: string): boolean => lower(text).includes(lower(part));

/** Numbers in JSON: without leading zeros. */
const JSON_SCALAR = /^(true|false|-?(0|[1-9]\d{0,14})(\.\d{1,6})?)$/;

/**
 * The forms in which sources send a label: in an object `labels` or `tags`, as a top-level field, in a list `name:value`.
 * @returns parts of the metadata; one of them matches
 */
export function labelForms(name: string, value: string): Record<string, unknown>[] {
  const values: unknown[] = JSON_SCALAR.test(value) ? [value, JSON.parse(value)] : [value];
  return [
    ...values.flatMap((one) => [{ labels: { [name]: one } }, { tags: { [name]: one } }, { [name]: one }]),
    { tags: [`${name}:${value}`] },
  ];
}

/** The containment of jsonb (`@>`), for values without nested lists of objects, which labels never are. */
function contains(value: unknown, part: unknown): boolean {
  if (Array.isArray(part)) return Array.isArray(value) && part.every((item) => value.includes(item));
  if (!isObject(part)) return value === part;
  return (
    isObject(value) &&
    Object.entries(part).every(([name, item]) => Object.hasOwn(value, name) && contains(value[name], item))
  );
}
