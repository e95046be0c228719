/** The closed vocabularies of the domain. A provider reads events in a delivery; people work on alerts. */

export const SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const STATUSES = ["OPEN", "ACKNOWLEDGED", "RESOLVED", "CLOSED"] as const;
export type AlertStatus = (typeof STATUSES)[number];

/**
 * `note`: a comment at the source; it changes no state. `snooze`: mutes the alert until a time. `heartbeat`: the source of the alert
 * key works; it resolves the alert of that key.
 */
export const ACTIONS = ["trigger", "acknowledge", "resolve", "note", "snooze", "heartbeat"] as const;
export type Action = (typeof ACTIONS)[number];
/** The states of a problem that common words describe. */
export type StateAction = Extract<Action, "trigger" | "acknowledge" | "resolve">;

export const OUTCOMES = [
  "created",
  "repeated",
  "acknowledged",
  "resolved",
  "noted",
  "snoozed",
  "alive",
  "stale",
  "ignored",
  "duplicate",
] as const;
/** The outcome of an event of a delivery. `alive` (a heartbeat), `stale` and `ignored` have no effect on an alert. */
export type Outcome = (typeof OUTCOMES)[number];

/**
 * The types of timeline entries. NOTED: a comment. STALE: an event older than the state of the alert; it is recorded and
 * changes nothing.
 */
export const ENTRY_TYPES = [
  "CREATED",
  "REPEATED",
  "ACKNOWLEDGED",
  "UNACKNOWLEDGED",
  "RESOLVED",
  "CLOSED",
  "REOPENED",
  "NOTED",
  "SNOOZED",
  "UNSNOOZED",
  "STALE",
] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

export const DELIVERY_STATUSES = ["ACCEPTED", "DUPLICATE", "REJECTED"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];
