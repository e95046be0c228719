/** Wire types between the Worker, the Writers and the Feed, and the protocol of its WebSockets. Holds no logic. */
import type { TimelineFilter } from "../../alerts/alert-filter.ts";
import type { VisibleTeams } from "../../lib/principal.ts";

/** Ended or changed access. A Feed closes the sockets of these actors (`user:<id>`, `api:<id>`), of these sessions, and those that show these teams. */
export interface AccessChange {
  actors?: readonly string[];
  sessionIds?: readonly string[];
  teamIds?: readonly string[];
}

/** A live client that joins a Feed. Instants are Unix ms. */
export interface NewListener {
  /** `api:root`, `api:<key id>`, `user:<user id>`. */
  actor: string;
  /** Null: an API key. */
  sessionId: string | null;
  /** When the key or session expires; null: never. */
  expiresAt: number | null;
  /** When the access was read from Postgres. */
  verifiedAt: number;
  visibleTeams: VisibleTeams;
  filter: TimelineFilter;
  /** A timeline cursor as text; null: the present. */
  cursor: string | null;
}

/** A list of the console that also changes without timeline entries. `deliveries`: with the health of integrations. */
export type ListName = "deliveries" | "subscriptions";

/** The calls that a Feed answers, besides the upgrade of a WebSocket by `fetch`. */
export interface FeedObject {
  /** Announces timeline entries up to this transaction (decimal). Resolves once the number is stored, or if there are no listeners. */
  notify(xid: string): Promise<void>;
  /** A silence of a team (null: of everybody) was changed: listeners read their lists again. */
  mutingChanged(teamId: string | null): Promise<void>;
  /** Rows of a list changed. @param teamIds their owners; null: the platform */
  listChanged(list: ListName, teamIds: readonly (string | null)[]): Promise<void>;
  /** Closes the sockets that the change names. Their clients connect and authenticate again. */
  endAccess(change: AccessChange): Promise<void>;
  /** The number of open streams. */
  listenerCount(): Promise<number>;
  /** The upgrade of a WebSocket, with a NewListener as JSON, percent-encoded, in the header LISTENER_HEADER. */
  fetch(request: Request): Promise<Response>;
}

export const LISTENER_HEADER = "tocsin-listener";

/** A Feed answers an upgrade with 101, or with one of these status codes. */
export const JOIN_STATUS = {
  /** Access ended after it was verified. */
  accessEnded: 401,
  /** The filter and the visible teams are too long for an attachment. */
  tooLong: 413,
  /** The actor has MAX_STREAMS open streams. */
  tooManyStreams: 429,
} as const;

/** Open streams of an actor. */
export const MAX_STREAMS = 20;

/**
 * A frame from the Feed is a JSON array of events, in order. `id` is the cursor after the event.
 * - `entry`: `data` is a timeline entry with its alert.
 * - `position`: everything up to this cursor was sent. It is the first event, and comes from time to time while no entry matches.
 * - `reset`: the cursor has expired. The stream continues after `id`.
 * - `muting`: other alerts are muted than before. Lists without muted alerts must be read again.
 * - `deliveries`, `subscriptions`: rows of that list changed. Only for sessions.
 * - `more`: the client is behind. The Feed sends the next page once the client answers MORE.
 */
export type FeedEvent =
  | { event: "entry"; id: string; data: unknown }
  | { event: "position" | "reset" | "more" | "muting" | ListName; id: string };

/** The client asks for the next page. */
export const MORE = "more";

/** The client sends PING at least this often, and receives PONG without waking the Feed. */
export const PING = "ping";
export const PONG = "pong";
export const PING_INTERVAL_MS = 15_000;

/** Close codes of the Feed (RFC 6455 §7.4.2). */
export const CLOSE_CODES = {
  /** Access ended or changed: connect again with the cursor, to be authenticated again. */
  accessEnded: 4401,
  /** The client did not send PING. */
  silent: 4408,
} as const;
