/** The Durable Object Feed: pushes new timeline entries to live clients. Its rules are in the modules beside it. */
import { retryable } from "cloudflare:durable-objects";
import { DurableObject } from "cloudflare:workers";
import { describeError } from "../../db/errors.ts";
import { parseCursor } from "../../db/timeline.ts";
import { log } from "../../lib/log.ts";
import { Alarm, BACKSTOP_MS } from "../shared/alarm.ts";
import { includesTeam } from "../../lib/principal.ts";
import { Audience, type Listener } from "./audience.ts";
import { MutingWatch } from "./muting-watch.ts";
import { FeedReader } from "./reader.ts";
import { type AccessChange, type ListName, MORE, PING, PONG, type NewListener, LISTENER_HEADER } from "./rpc.ts";
import { PositionStore } from "./position-store.ts";
import { pushEvent } from "./push-event.ts";
import { timelineOf } from "./timeline.ts";

export class Feed extends DurableObject<Env> {
  readonly #alarm: Alarm;
  readonly #audience: Audience;
  readonly #store: PositionStore;
  readonly #reader: FeedReader;
  readonly #muting: MutingWatch;

  static {
    retryable(
      this.prototype.notify,
      this.prototype.mutingChanged,
      this.prototype.listChanged,
      this.prototype.endAccess,
      this.prototype.listenerCount,
    );
  }

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    state.setWebSocketAutoResponse(new WebSocketRequestResponsePair(PING, PONG));
    this.#alarm = new Alarm(state.storage, () => this.alarm());
    this.#audience = new Audience(state);
    this.#store = new PositionStore(state.storage.kv);
    const dependencies = {
      audience: this.#audience,
      store: this.#store,
      timeline: timelineOf(env),
      publicUrl: env.PUBLIC_URL,
      now: () => Date.now(),
    };
    this.#muting = new MutingWatch(dependencies);
    this.#reader = new FeedReader({ ...dependencies, onSnooze: () => this.#muting.forget() });
    // The object was killed or hibernated while it still had to read.
    if (this.#reader.hasWork) state.waitUntil(this.#run());
  }

  /** See FeedObject (rpc.ts), as for all public methods. */
  async notify(xid: string): Promise<void> {
    if (this.#audience.size === 0) return;
    this.#reader.expect(BigInt(xid));
    this.ctx.waitUntil(this.#run());
    await this.#schedule();
  }

  async mutingChanged(teamId: string | null): Promise<void> {
    if (this.#audience.size === 0) return;
    this.#muting.changed(teamId);
    this.ctx.waitUntil(this.#run());
    await this.#schedule();
  }

  listChanged(list: ListName, teamIds: readonly (string | null)[]): void {
    const isConcerned = ({ sessionId, visibleTeams }: Listener): boolean =>
      sessionId !== null && teamIds.some((teamId) => includesTeam(visibleTeams, teamId));
    pushEvent(this.#audience, list, isConcerned, this.#store.state.position, Date.now());
  }

  endAccess(change: AccessChange): void {
    this.#audience.endAccess(change, Date.now());
  }

  listenerCount(): number {
    return this.#audience.size;
  }

  override async fetch(request: Request): Promise<Response> {
    const listener = readListener(request);
    const isFirst = this.#audience.size === 0;
    const joined = this.#audience.join(listener, Date.now());
    if (typeof joined === "number") return new Response(null, { status: joined });
    // The Feed ignored notifications while it had no listeners.
    if (isFirst) this.#reader.forget();
    if (isFirst) this.#muting.forget();
    this.#reader.addListener(joined.listener, listener.cursor === null ? null : parseCursor(listener.cursor));
    this.ctx.waitUntil(this.#run());
    await this.#schedule();
    return new Response(null, { status: 101, webSocket: joined.client });
  }

  override webSocketMessage(socket: WebSocket, message: string | ArrayBuffer): void {
    const listener = this.#audience.listenerOf(socket);
    if (message !== MORE || !listener) return;
    this.#reader.continueWith(listener);
    this.ctx.waitUntil(this.#run());
  }

  override webSocketClose(socket: WebSocket): void {
    this.#audience.leave(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#audience.leave(socket);
  }

  /** Never throws: the platform would retry it only a few times. */
  override async alarm(): Promise<void> {
    this.#alarm.fired();
    try {
      this.#audience.closeExpired(Date.now());
      this.ctx.waitUntil(this.#run());
      await this.#schedule();
    } catch (error) {
      log.error("alarm failed", { feed: this.ctx.id.name, error: describeError(error) });
      await this.#alarm.wakeAt(Date.now() + BACKSTOP_MS);
    }
  }

  async #run(): Promise<void> {
    // Reads may wait for Postgres. An entry may change when the next mute ends.
    await Promise.all([this.#muting.run(), this.#reader.run()]);
    await this.#muting.run();
    await this.#schedule();
  }

  /**
   * Sets the alarm for the next expiry and the next change of mutes, and in case the object dies before it has read. Sets it for the earliest of all times:
   * an object that was loaded again does not know the time of its alarm.
   */
  async #schedule(): Promise<void> {
    const times = [
      this.#audience.nextExpiry,
      this.#muting.nextAt,
      this.#reader.hasWork ? Date.now() + BACKSTOP_MS : null,
    ];
    for (const time of times) if (time !== null) await this.#alarm.wakeAt(time);
  }
}

/** Reads a NewListener. JSON turns dates into text. */
function readListener(request: Request): NewListener {
  const listener = JSON.parse(decodeURIComponent(request.headers.get(LISTENER_HEADER) ?? "")) as NewListener;
  const { since, until } = listener.filter;
  const filter = {
    ...listener.filter,
    since: since && new Date(since),
    until: until && new Date(until),
  };
  return { ...listener, filter };
}
