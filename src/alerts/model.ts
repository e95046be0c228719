/** The closed vocabularies of the domain. A provider reads events in a delivery; people work on alerts. */

export const SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const STATUSES = ["OPEN", "ACKNOWLEDGED", "RESOLVED", "CLOSED"] as const;
export type AlertStatus = (typeof STATUSES)[number];

export const ACTIONS = ["trigger", "acknowledge", "resolve"] as const;
export type Action = (typeof ACTIONS)[number];

export const OUTCOMES = ["created", "repeated", "acknowledged", "resolved", "stale", "ignored", "duplicate"] as const;
/** The outcome of an event of a delivery. */
export type Outcome = (typeof OUTCOMES)[number];

export const DELIVERY_STATUSES = ["ACCEPTED", "DUPLICATE", "REJECTED"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];
