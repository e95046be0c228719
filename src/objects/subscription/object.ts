import { DurableObject } from "cloudflare:workers";
import { toTimelineEntryWithAlert } from "../../db/alert-view.ts";
import { type TimelineCursor, listTimeline } from "../../db/timeline.ts";
import { withConnection } from "../../db/client.ts";
import { describeError } from "../../db/errors.ts";
import { findSubscription, findSubscriptionAt, type SubscriptionRow } from "../../db/subscriptions.ts";
import { log } from "../../lib/log.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../lib/time.ts";
import { visibleTeamsOfSubscription, toConfig } from "./config.ts";
import { Dispatcher } from "./scheduler.ts";
import { messageBody } from "./message.ts";
import type { DeadLetter, Page, SubscriptionState } from "./rpc.ts";
import { postTo } from "./http.ts";
import { SubscriptionStore } from "./store.ts";

/** An object that died at work goes on after this long at the latest. */
const BACKSTOP_MS = 30 * SECOND;

/** A change of the settings that it was not told of holds after so long. */
const MAX_CONFIG_AGE_MS = MINUTE;

/** How long dead letters are kept. */
const DEAD_LETTER_DAYS = 30;

/** Delivers changes of alerts to one subscriber: a door over the dispatcher and its store. */
export class Subscription extends DurableObject<Env> {
  #store: SubscriptionStore;
  #dispatcher: Dispatcher;
  #configReadAt = 0;
  /** How often Postgres was asked for the settings, and the last one of these whose answer holds. */
  #asked = 0;
  #answered = 0;
  #alarmAt: number | null = null;
  #purgedAt = 0;

  constructor(state: DurableObjectState, env: Env) {
    super(state, env);
    this.#store = new SubscriptionStore(state.storage);
    this.#dispatcher = this.#dispatcherOf(this.#store);
  }

  #dispatcherOf(store: SubscriptionStore): Dispatcher {
    return new Dispatcher(store, {
      read: (_, after, limit) => this.#read(after, limit),
      send: (config, message) => postTo(this.env, config, message, Date.now()),
      now: () => Date.now(),
      pause: (ms) => scheduler.wait(ms),
      random: () => Math.random(),
    });
  }

  /** There are changes, up to this transaction at least. */
  async wake(xid: string): Promise<void> {
    // Nobody who writes changes wakes a disabled one: that it is enabled again it was not told.
    if (!this.#store.config?.isEnabled) await this.refresh();
    if (!this.#store.config) return;
    this.#dispatcher.wake(BigInt(xid));
    this.#work();
  }

  /** Postgres has other settings. */
  async refresh(): Promise<void> {
    await this.#renewConfig();
    if (!this.#store.config) return;
    this.#dispatcher.wake(0n);
    this.#work();
  }

  /** How it stands. */
  state(): SubscriptionState {
    const nextAt = this.#store.config?.isEnabled ? this.#dispatcher.nextAt : null;
    return {
      place: this.#store.place,
      waiting: this.#dispatcher.waitingCount,
      oldestWaitingAt: this.#store.oldestWaitingAt(),
      deadLetters: this.#store.deadLetterCount(),
      isDown: this.#dispatcher.isDown,
      lastDeliveredAt: this.#store.meta("lastDeliveredAt"),
      lastError: this.#store.meta("lastError"),
      nextAttemptAt: nextAt,
    };
  }

  /** Dead letters, the oldest changes first, from behind an id on. */
  listDeadLetters(after: string | null, limit: number): DeadLetter[] {
    return this.#store.deadLetters(after, limit);
  }

  /** The dead letter with this id; null: there is none. */
  getDeadLetter(id: string): DeadLetter | null {
    return this.#store.deadLetter(id);
  }

  /** Puts dead letters, or this one alone (else null), behind what waits. Gives how many. */
  resendDeadLetters(id: string | null): number {
    const revived = this.#dispatcher.revive(id);
    if (revived > 0) this.#work();
    return revived;
  }

  /** Forgets a dead letter. Gives whether there was one. */
  discardDeadLetter(id: string): boolean {
    return this.#store.discard(id);
  }

  /** Goes on with what waits. It must never throw. */
  override async alarm(): Promise<void> {
    this.#alarmAt = null;
    try {
      this.#purge(Date.now());
      await this.#renewOldConfig();
      // It may have been away for long: there may be more than it was told of.
      this.#dispatcher.wake(0n);
      await this.#goOn();
    } catch (error) {
      log.error("alarm failed", { subscriptionId: this.ctx.id.name, error: describeError(error) });
      await this.#wakeAt(Date.now() + BACKSTOP_MS);
    }
  }

  /** The alarm commits with what was just written; the work itself starts at once and nobody waits for it. */
  #work(): void {
    this.ctx.waitUntil(this.#wakeAt(Date.now() + BACKSTOP_MS));
    this.ctx.waitUntil(this.#goOn());
  }

  async #goOn(): Promise<void> {
    const next = await this.#dispatcher.run();
    const purgeAt = this.#store.deadLetterCount() > 0 ? Date.now() + HOUR : null;
    for (const time of [next, purgeAt]) if (time !== null) await this.#wakeAt(time);
  }

  /** Sets the alarm unless it rings by then anyway. */
  async #wakeAt(time: number): Promise<void> {
    const isCovered = this.#alarmAt !== null && this.#alarmAt <= time && this.#alarmAt > Date.now() - BACKSTOP_MS;
    if (isCovered) return;
    this.#alarmAt = time;
    await this.ctx.storage.setAlarm(time);
  }

  async #read(after: TimelineCursor, limit: number): Promise<Page> {
    return withConnection(this.env, async (db) => {
      const { row, latest } = await this.#ask(() => findSubscriptionAt(db, this.ctx.id.name ?? ""));
      // Deleted, or disabled, just now: then there is nothing to read.
      if (!row?.isEnabled) return { messages: [], next: after, isMore: false };
      // The database was restored from a dump, and counts its transactions anew.
      if (after.xid > latest.xid) {
        log.error("place in the changes lost", { subscriptionId: row.id });
        return { messages: [], next: latest, isMore: false };
      }
      const config = toConfig(row);
      const {
        entries,
        nextCursor: next,
        hasMore: isMore,
      } = await listTimeline(db, visibleTeamsOfSubscription(config), config.filter, after, limit);
      const messages = entries.map(({ entry, alert }) => ({
        id: entry.id,
        alertId: entry.alertId,
        type: entry.type,
        recordedAt: entry.recordedAt.getTime(),
        body: messageBody(toTimelineEntryWithAlert({ entry, alert })),
        place: { xid: BigInt(entry.recordedXid), version: entry.version, id: entry.id },
      }));
      if (next.xid < latest.xid) return { messages, next, isMore };
      // What came after these settings were read may be a matter of other ones.
      return { messages: messages.filter(({ place }) => place.xid < latest.xid), next: latest, isMore: false };
    });
  }

  /** A change of the settings that it was not told of, when nothing is read with which it would find out. */
  async #renewOldConfig(): Promise<void> {
    if (Math.abs(Date.now() - this.#configReadAt) <= MAX_CONFIG_AGE_MS) return;
    await this.#renewConfig().catch((error: unknown) => {
      log.warn("settings not read", { subscriptionId: this.ctx.id.name, error: describeError(error) });
    });
  }

  async #renewConfig(): Promise<void> {
    await this.#ask(async () => ({
      row: await withConnection(this.env, (db) => findSubscription(db, this.ctx.id.name ?? "")),
    }));
  }

  /** Has Postgres asked for the settings, and takes them, unless what was asked later is answered already. */
  async #ask<Answer extends { row: SubscriptionRow | undefined }>(ask: () => Promise<Answer>): Promise<Answer> {
    const asked = ++this.#asked;
    const answer = await ask();
    if (asked < this.#answered) return answer;
    this.#answered = asked;
    this.#configReadAt = Date.now();
    if (answer.row) this.#store.configure(toConfig(answer.row), Date.now());
    else await this.#end();
    return answer;
  }

  #purge(now: number): void {
    if (!this.#store.config || now - this.#purgedAt < HOUR) return;
    this.#purgedAt = now;
    this.#store.purge(now - DEAD_LETTER_DAYS * DAY);
  }

  /** Nobody subscribes any more: nothing of it stays. */
  async #end(): Promise<void> {
    if (!this.#store.config) return;
    this.#dispatcher.stop();
    await this.ctx.storage.deleteAll();
    this.#store = new SubscriptionStore(this.ctx.storage);
    this.#dispatcher = this.#dispatcherOf(this.#store);
  }
}
