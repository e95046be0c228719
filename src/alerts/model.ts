/** The words of Tocsin. An event is what a provider reads in a delivery; an alert is what people work on. */

export const SEVERITIES = ["CRITICAL", "HIGH", "MEDIUM", "LOW", "INFO"] as const;
export type Severity = (typeof SEVERITIES)[number];

export const STATUSES = ["OPEN", "ACKNOWLEDGED", "RESOLVED", "CLOSED"] as const;
export type AlertStatus = (typeof STATUSES)[number];

export const ACTIONS = ["trigger", "acknowledge", "resolve"] as const;
export type Action = (typeof ACTIONS)[number];

export const OUTCOMES = ["created", "repeated", "acknowledged", "resolved", "stale", "ignored", "duplicate"] as const;
/** What a delivery's event did. */
export type Outcome = (typeof OUTCOMES)[number];

export const DELIVERY_STATUSES = ["ACCEPTED", "DUPLICATE", "REJECTED"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One normalised thing that a delivery says. Every text is safe for Postgres and bounded (see normalise/limits). */
export interface AlertEvent {
  action: Action;
  /** Ties the events of one alert together; null: every trigger opens an alert of its own. */
  alertKey: string | null;
  externalId: string | null;
  title: string;
  description: string | null;
  severity: Severity;
  /** The host, service or check that it is about. */
  source: string | null;
  url: string | null;
  /** When it happened by the source's clock, in Unix milliseconds; null when the source does not say. */
  occurredAt: number | null;
  metadata: Record<string, unknown>;
}

/** An element of a batch that could not be read; the others are not affected. */
export interface UnreadableEvent {
  unreadable: string;
}
