/** Events: the statements of a delivery about alerts, and the outcome of each. */
import type { Action, Outcome, Severity } from "./model.ts";

/** One normalized statement of a delivery. Every text is safe for Postgres and bounded (see bounds.ts). */
export interface AlertEvent {
  action: Action;
  /** Ties the events of one alert together; null: each trigger opens a new alert. */
  alertKey: string | null;
  externalId: string | null;
  /** The source's id of this event, the same wherever it is sent again, alone or in a batch; null: none. */
  eventId: string | null;
  title: string;
  description: string | null;
  severity: Severity;
  /** The affected host, service or check. */
  source: string | null;
  url: string | null;
  /** The time by the source's clock, in Unix ms; null: the source sent no date. */
  occurredAt: number | null;
  /** Whether a trigger ends the acknowledgement of its alert, which is then OPEN again. */
  endsAcknowledgement: boolean;
  /** The start of the episode that a resolve ends, by the source's clock, in Unix ms; null: unknown. */
  startedAt: number | null;
  /** When the alert ends unless the source renews it, in Unix ms. Null: the protocol renews no alerts. */
  expiresAt: number | null;
  /** Until when a snooze mutes the alert, in Unix ms; null: the event is none. */
  snoozedUntil: number | null;
  /** Text of a person at the source: a comment, or the reason of an acknowledgement or a close. */
  note: string | null;
  /** The person who acted at the source: a name or an address. */
  author: string | null;
  metadata: Record<string, unknown>;
}

/** An element of a batch that could not be read. It keeps its position in the response and does not affect the others. */
export interface UnreadableEvent {
  /** The reason, as a phrase for the sender. */
  unreadable: string;
}

/** The part of an event, and of an alert, that no decision depends on. */
export type AlertContent = Pick<AlertEvent, "externalId" | "title" | "description" | "source" | "url" | "metadata">;

/** An event as decisions need it: its content is JSON text that they never open. */
export interface IncomingEvent extends Omit<AlertEvent, keyof AlertContent> {
  /** JSON of AlertContent. */
  content: string;
}

export interface EventOutcome {
  /** The alert that it concerned; null: none. */
  alertId: string | null;
  /** Null: the event was unreadable. */
  action: Action | null;
  outcome: Outcome;
  /** The reason, if the outcome alone does not show it. */
  detail?: string;
}
