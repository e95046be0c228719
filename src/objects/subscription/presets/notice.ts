/** A message as the chat presets show it: a title, what happened, and facts. Pure; knows no product. */
import type { AlertStatus, EntryType, Severity } from "../../../alerts/model.ts";
import { capitalize } from "../../../lib/text.ts";
import { entryOf, type MessagePayload, UNMUTED } from "../message.ts";
import { shownText } from "./text.ts";

export interface Notice {
  title: string;
  /** What happened, such as `Acknowledged by Ada`. */
  event: string;
  severity: Severity;
  status: AlertStatus;
  description: string | null;
  /** Comment of the entry. */
  note: string | null;
  facts: readonly { name: string; value: string }[];
  /** The alert in the console; null: unknown. */
  consoleUrl: string | null;
  /** The alert at its source. */
  sourceUrl: string | null;
  /** ISO 8601. */
  at: string;
  /** `#rrggbb`: green when the alert is over, else by severity. */
  color: string;
}

const EVENTS: Partial<Record<EntryType, string>> = { CREATED: "Opened", NOTED: "Note", STALE: "Late event" };

const COLORS: Record<Severity, string> = {
  CRITICAL: "#d92d20",
  HIGH: "#e5701c",
  MEDIUM: "#dba617",
  LOW: "#3b82f6",
  INFO: "#6b7280",
};

const OVER_COLOR = "#2e9e5b";

/** Whether nobody has to act on an alert any more. */
export const isOver = (status: AlertStatus): boolean => status === "RESOLVED" || status === "CLOSED";

const inWords = (constant: string): string => capitalize(constant.toLowerCase().replaceAll("_", " "));

/** Labels of a notice. */
const MAX_LABELS = 6;

export function noticeOf(payload: MessagePayload): Notice {
  const entry = entryOf(payload);
  if (!entry) return testNotice(payload.timestamp);
  const isUnmuted = payload.type === UNMUTED;
  const { alert, type, actor, note } = entry;
  const { severity, status } = isUnmuted ? alert : entry;
  const who = actor.type === "source" ? null : shownText(actor.name);
  const source = shownText(alert.source);
  return {
    title: shownText(alert.title) ?? "Alert",
    event: isUnmuted ? "Not muted any more" : (EVENTS[type] ?? inWords(type)) + (who === null ? "" : ` by ${who}`),
    severity,
    status,
    description: shownText(alert.description),
    note: shownText(note),
    facts: [
      { name: "Severity", value: inWords(severity) },
      { name: "Status", value: inWords(status) },
      ...(source === null ? [] : [{ name: "Source", value: source }]),
      ...(alert.occurrences > 1 ? [{ name: "Occurrences", value: String(alert.occurrences) }] : []),
      ...labelsOf(alert.metadata).slice(0, MAX_LABELS),
    ],
    consoleUrl: alert.consoleUrl,
    sourceUrl: alert.url,
    at: isUnmuted ? payload.timestamp : entry.recordedAt,
    color: isOver(status) ? OVER_COLOR : COLORS[severity],
  };
}

const testNotice = (at: string): Notice => ({
  title: "Test message of Tocsin",
  event: "Test",
  severity: "INFO",
  status: "OPEN",
  description: "This subscription works. Alerts that match its filter will arrive here.",
  note: null,
  facts: [],
  consoleUrl: null,
  sourceUrl: null,
  at,
  color: COLORS.INFO,
});

/** The labels of an alert that are texts or numbers. */
export function labelsOf({ labels, tags }: Readonly<Record<string, unknown>>): { name: string; value: string }[] {
  const given = labels ?? tags;
  if (typeof given !== "object" || given === null || Array.isArray(given)) return [];
  return Object.entries(given).flatMap(([key, content]) => {
    const [name, value] = [
      shownText(key),
      typeof content === "string" || typeof content === "number" ? shownText(String(content)) : null,
    ];
    return name === null || value === null ? [] : [{ name, value }];
  });
}
