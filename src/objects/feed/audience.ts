/**
 * The listeners of a Feed: its hibernating WebSockets, each with an attachment that survives hibernation. Decides who may
 * receive a frame now. Does not know the content of the frames.
 */
import type { TimelineCursor } from "../../db/timeline.ts";
import { teamsOf } from "../../lib/principal.ts";
import { MINUTE } from "../../lib/time.ts";
import { type AccessChange, CLOSE_CODES, JOIN_STATUS, MAX_STREAMS, type NewListener, PING_INTERVAL_MS } from "./rpc.ts";

/** Where a listener is in the timeline. */
export type Place =
  /** At the position of the Feed. */
  | { kind: "live" }
  /** Waits for the next read. Its entries start after this cursor; null: at the present. */
  | { kind: "starting"; after: TimelineCursor | null }
  /** Before the position of the Feed. Its pages are read for it. `isReady`: the client has received the page before. */
  | { kind: "behind"; after: TimelineCursor; isReady: boolean };

/** The state that survives hibernation, at most 16,384 bytes. https://developers.cloudflare.com/durable-objects/best-practices/websockets/ */
interface Attachment extends Omit<NewListener, "cursor" | "verifiedAt"> {
  joinedAt: number;
  place: Place;
}

export interface Listener extends Readonly<Omit<Attachment, "place">> {
  readonly socket: WebSocket;
  readonly place: Place;
  /** When the last frame was sent, in Unix ms; 0: unknown. */
  readonly sentAt: number;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A client without a ping for this long is gone, or its connection is stuck. */
const MAX_SILENCE_MS = 6 * PING_INTERVAL_MS;

/** Longer than an isolate uses a cached API key, which is ten seconds. */
const ENDED_ACCESS_KEPT_MS = MINUTE;

/** Splits frames: clients receive at most 32 MiB, and stop earlier. */
const MAX_FRAME_CHARS = 512 * 1024;

/** The part of the audience that the readers use. */
export type Listeners = Pick<Audience, "size" | "listeners" | "has" | "place" | "send" | "end">;

export class Audience {
  readonly #state: DurableObjectState;
  readonly #listeners = new Map<WebSocket, Mutable<Listener>>();
  /** When the access of an actor or session ended or changed. */
  readonly #endedAt = new Map<string, number>();

  constructor(state: DurableObjectState) {
    this.#state = state;
    for (const socket of state.getWebSockets()) {
      const attachment = socket.deserializeAttachment() as Attachment | null;
      if (attachment && socket.readyState === WebSocket.OPEN) {
        this.#listeners.set(socket, { ...attachment, socket, sentAt: 0 });
      }
    }
  }

  get size(): number {
    return this.#listeners.size;
  }

  /** A copy, because sending may close listeners. */
  get listeners(): Listener[] {
    return [...this.#listeners.values()];
  }

  /** When the first access expires, in Unix ms; null: none does. */
  get nextExpiry(): number | null {
    const times = this.listeners.flatMap(({ expiresAt }) => (expiresAt === null ? [] : [expiresAt]));
    return times.length === 0 ? null : Math.min(...times);
  }

  listenerOf(socket: WebSocket): Listener | undefined {
    return this.#listeners.get(socket);
  }

  has({ socket }: Listener): boolean {
    return this.#listeners.has(socket);
  }

  /**
   * Accepts a WebSocket. The listener waits for its first place.
   * @returns the client's end, or a status code of JOIN_STATUS
   */
  join(
    { cursor: _, verifiedAt, ...caller }: NewListener,
    now: number,
  ): { listener: Listener; client: WebSocket } | number {
    if (this.#hasEnded(caller, verifiedAt)) return JOIN_STATUS.accessEnded;
    const own = this.listeners.filter(({ actor }) => actor === caller.actor).filter((one) => this.#isAlive(one, now));
    if (own.length >= MAX_STREAMS) return JOIN_STATUS.tooManyStreams;
    const { 0: client, 1: socket } = new WebSocketPair();
    const attachment: Attachment = { ...caller, joinedAt: now, place: { kind: "starting", after: null } };
    this.#state.acceptWebSocket(socket);
    try {
      socket.serializeAttachment(attachment);
    } catch {
      socket.close(1009);
      return JOIN_STATUS.tooLong;
    }
    const listener = { ...attachment, socket, sentAt: 0 };
    this.#listeners.set(socket, listener);
    return { listener, client };
  }

  /** Forgets a closed socket. */
  leave(socket: WebSocket): void {
    this.#listeners.delete(socket);
  }

  place(listener: Listener, place: Place): void {
    const own = this.#listeners.get(listener.socket);
    if (!own) return;
    own.place = place;
    const { socket, sentAt: _, ...attachment } = own;
    socket.serializeAttachment(attachment satisfies Attachment);
  }

  /** Sends events (JSON), unless the access has expired or the client is gone. */
  send(listener: Listener, events: readonly string[], now: number): void {
    const own = this.#listeners.get(listener.socket);
    if (!own) return;
    if (isExpired(own, now)) return this.#close(own, CLOSE_CODES.accessEnded, "access ended");
    if (!this.#isAlive(own, now)) return;
    own.sentAt = now;
    try {
      for (const frame of framesOf(events)) own.socket.send(frame);
    } catch {
      // The client has gone, and `webSocketClose` comes later.
      this.#listeners.delete(own.socket);
    }
  }

  /** Closes the streams that an access change names. */
  endAccess({ actors = [], sessionIds = [], teamIds = [] }: AccessChange, now: number): void {
    for (const [name, endedAt] of this.#endedAt) {
      if (now - endedAt > ENDED_ACCESS_KEPT_MS) this.#endedAt.delete(name);
    }
    const ended = [...actors, ...sessionIds, ...teamIds];
    for (const name of ended) this.#endedAt.set(name, now);
    for (const listener of this.listeners) {
      if (namesOf(listener).some((name) => ended.includes(name))) this.end(listener);
    }
  }

  /** Closes one stream whose access has ended or become narrower. */
  end(listener: Listener): void {
    this.#close(listener, CLOSE_CODES.accessEnded, "access changed");
  }

  closeExpired(now: number): void {
    for (const listener of this.listeners) {
      if (isExpired(listener, now)) this.#close(listener, CLOSE_CODES.accessEnded, "access ended");
    }
  }

  /** Whether the access has ended since it was verified. A revoked key never works again, but an isolate may have it cached. */
  #hasEnded(caller: Pick<NewListener, "actor" | "sessionId" | "visibleTeams">, verifiedAt: number): boolean {
    const isKey = caller.sessionId === null;
    return namesOf(caller).some((name) => {
      const endedAt = this.#endedAt.get(name);
      return endedAt !== undefined && (endedAt >= verifiedAt || (isKey && name === caller.actor));
    });
  }

  /** Whether the client still sends pings. Closes its socket if it does not. */
  #isAlive(listener: Listener, now: number): boolean {
    const pingedAt = this.#state.getWebSocketAutoResponseTimestamp(listener.socket)?.getTime() ?? listener.joinedAt;
    if (now - Math.max(pingedAt, listener.joinedAt) <= MAX_SILENCE_MS) return true;
    this.#close(listener, CLOSE_CODES.silent, "no ping");
    return false;
  }

  #close({ socket }: Listener, code: number, reason: string): void {
    this.#listeners.delete(socket);
    socket.close(code, reason);
  }
}

/** The names by which an AccessChange can end the access of a caller. */
const namesOf = ({
  actor,
  sessionId,
  visibleTeams,
}: Pick<NewListener, "actor" | "sessionId" | "visibleTeams">): string[] => {
  const teams = teamsOf(visibleTeams);
  return [actor, ...(sessionId === null ? [] : [sessionId]), ...(teams === "all" ? [] : teams)];
};

const isExpired = ({ expiresAt }: Listener, now: number): boolean => expiresAt !== null && expiresAt <= now;

/** Joins events to frames: JSON arrays of bounded length. */
function framesOf(events: readonly string[]): string[] {
  const frames: string[] = [];
  let part: string[] = [];
  let chars = 0;
  for (const event of events) {
    if (chars > 0 && chars + event.length > MAX_FRAME_CHARS) {
      frames.push(`[${part.join(",")}]`);
      part = [];
      chars = 0;
    }
    part.push(event);
    chars += event.length;
  }
  return part.length === 0 ? frames : [...frames, `[${part.join(",")}]`];
}
