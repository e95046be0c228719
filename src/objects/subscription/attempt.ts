/** One attempt as the log keeps it. Instants are Unix ms. */

export const ATTEMPT_OUTCOMES = ["delivered", "failed", "skipped"] as const;
/** `skipped`: the product of the preset has no call for this type of entry. It counts as delivered. */
export type AttemptOutcome = (typeof ATTEMPT_OUTCOMES)[number];

/** The request without secrets, with the beginning of its body. */
export interface LoggedRequest {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string;
  /** In characters, of the whole body. */
  bodyLength: number;
}

/** The result of one try of a message. */
export interface Attempt {
  /** UUIDv7. */
  id: string;
  /** `webhook-id`. */
  messageId: string;
  /** Null: a test message. */
  alertId: string | null;
  /** Title of the alert in the message, with at most MAX_LOGGED_TITLE characters; null: a test message. */
  alertTitle: string | null;
  /** `alert.created` …, or `subscription.test`. */
  type: string;
  /** From 1. */
  number: number;
  startedAt: number;
  durationMs: number;
  outcome: AttemptOutcome;
  /** Null: no answer. */
  statusCode: number | null;
  /** Null: delivered. For `skipped`, the reason. */
  error: string | null;
  /** Null: no request was built. */
  request: LoggedRequest | null;
  /** The beginning of the answer's body; null: no answer. */
  responseBody: string | null;
}

/** Maximum lengths in characters. */
export const MAX_LOGGED_TITLE = 200;
export const MAX_LOGGED_REQUEST = 8 * 1024;
export const MAX_LOGGED_RESPONSE = 4 * 1024;
