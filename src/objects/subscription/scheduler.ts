/**
 * From the changes in Postgres to a subscriber. Postgres keeps the changes, so what is remembered here is a place in them and
 * the messages that failed: one that was delivered at once writes nothing. Messages of one alert go one after another; those
 * of others do not wait for them.
 */
import type { TimelineCursor } from "../../db/timeline.ts";
import { describeError } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { SECOND } from "../../lib/time.ts";
import type { Attempt, Message, Page, SubscriptionConfig } from "./rpc.ts";
import { deadlineOf, probeDelayMs, retryDelayMs, soonest } from "./schedule.ts";
import type { SubscriptionStore } from "./store.ts";

/** An invocation has six connections that wait for an answer. https://developers.cloudflare.com/workers/platform/limits/ */
const AT_A_TIME = 6;

const PAGE = 100;

/** Pages under way at a time: one slow answer does not keep the next changes from being read. */
const PAGES_AT_A_TIME = 4;

/** With so many messages waiting no more changes are read: those wait in Postgres. */
const MOST_WAITING = 10_000;

/** While so many wait, what failed this often (ten minutes) is given up: it must not keep other alerts from being read. */
const MOST_ATTEMPTS_WHEN_FULL = 8;

/** Beyond this nothing is given up any more: it waits, in Postgres or here. */
const MOST_DEAD = 100_000;

/** When messages of so many alerts failed and none was delivered since, it is the subscriber that fails. */
const ALERTS_THAT_TELL = 3;

/** A change that Postgres has taken may stay invisible for as long as a transaction begun before it lasts. */
const LOOK_AGAIN_MS = { first: 20, longest: 30 * SECOND };

/** A pause that is no longer is not worth an alarm. */
const SHORT_MS = SECOND / 5;

/** What surrounds the dispatcher. */
export interface Dependencies {
  /** The changes behind a place. @throws when Postgres does not answer */
  read(config: SubscriptionConfig, after: TimelineCursor, limit: number): Promise<Page>;
  /** Sends a message. Never rejects. */
  send(config: SubscriptionConfig, message: { id: string; body: string }): Promise<Attempt>;
  /** Unix ms. */
  now(): number;
  pause(ms: number): Promise<void>;
  /** In 0 … 1. */
  random(): number;
}

/** A page whose messages are on their way. */
interface OpenPage {
  /** How many of them neither arrived nor were put down. */
  left: number;
  next: TimelineCursor;
}

/** A message of an alert, in its order. */
interface Item {
  id: string;
  alertId: string;
  deadlineAt: number;
  attempts: number;
  nextAttemptAt: number;
  /** Where it waits in the store, or with which page it goes. */
  kept: { seq: number } | { page: OpenPage; message: Message };
}

/** Delivers what a subscription is owed. */
export class Dispatcher {
  readonly #store: SubscriptionStore;
  readonly #dependencies: Dependencies;
  /** By alert, what is owed of it, in order. */
  readonly #lanes = new Map<string, Item[]>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #pages: OpenPage[] = [];
  /** Ids of messages that wait: after a crash their page may be read once more. */
  readonly #waiting = new Set<string>();
  /** Alerts whose messages failed since the last one was delivered. */
  readonly #failing = new Set<string>();
  #news = Promise.withResolvers<void>();
  /** When to look for changes; null: not before somebody says so. */
  #readAt: number | null = 0;
  #readFailures = 0;
  /** How often it was tried in vain whether the subscriber is back, and when that is tried next; 0: it is not down. */
  #probes: number;
  #probeAt: number;
  /** There are changes up to this transaction at least. */
  #wanted = 0n;
  #wakes = 0;
  #running: Promise<number | null> | null = null;
  #isStopped = false;

  constructor(store: SubscriptionStore, dependencies: Dependencies) {
    this.#store = store;
    this.#dependencies = dependencies;
    this.#probes = store.meta("probes") ?? 0;
    this.#probeAt = store.meta("probeAt") ?? 0;
    for (const waiting of store.waiting()) this.#line({ ...waiting, kept: { seq: waiting.seq } });
  }

  /** There are changes up to this transaction at least, or something else is to be done. */
  wake(xid: bigint): void {
    if (xid > this.#wanted) this.#wanted = xid;
    this.#wakes++;
    this.#readAt = this.#dependencies.now();
    this.#news.resolve();
  }

  /** Puts what was given up, or one of it, behind what waits. Gives how many. */
  revive(id: string | null): number {
    const room = Math.max(0, MOST_WAITING - this.#waiting.size);
    const deadlineAt = deadlineOf(this.#dependencies.now(), 0);
    let revived = 0;
    for (const one of this.#store.deadLetterIds(id, room)) {
      const alertId = this.#store.deadLetter(one)?.alertId ?? "";
      // What is owed already of its alert keeps its place before it.
      this.#putDown(alertId);
      const waiting = this.#store.revive(one, deadlineAt);
      if (!waiting) continue;
      this.#line({ ...waiting, kept: { seq: waiting.seq } });
      revived++;
    }
    this.#settlePages();
    this.#news.resolve();
    return revived;
  }

  /** Does nothing any more, and has no part in what is still on its way: the store is somebody else's. */
  stop(): void {
    this.#isStopped = true;
    this.#news.resolve();
  }

  /** How many messages wait. */
  get waitingCount(): number {
    return this.#waiting.size;
  }

  /**
   * Delivers until there is nothing to do for now. Gives when there will be (Unix ms); null: not before it is woken. Never
   * rejects.
   */
  run(): Promise<number | null> {
    this.#running ??= this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  async #run(): Promise<number | null> {
    for (;;) {
      const { config } = this.#store;
      if (!config?.isEnabled || this.#isStopped) return null;
      this.#news = Promise.withResolvers<void>();
      await this.#readIfDue(config);
      if (this.#isStopped) return null;
      this.#sendDue();
      if (this.#underWay.size > 0) {
        await Promise.race([...this.#underWay.values(), this.#news.promise]);
        continue;
      }
      const next = this.nextAt;
      const pause = next === null ? null : next - this.#dependencies.now();
      if (pause === null || pause > SHORT_MS) return next;
      if (pause > 0) await Promise.race([this.#dependencies.pause(pause), this.#news.promise]);
    }
  }

  /** Whether the subscriber, rather than a message, fails. */
  get isDown(): boolean {
    return this.#probes > 0;
  }

  /** When something can be done that cannot be done now; null: not before it is woken. */
  get nextAt(): number | null {
    const never = Number.POSITIVE_INFINITY;
    const now = this.#dependencies.now();
    const readAt = this.#readAt === null || !this.#hasRoom() ? never : soonest(this.#readAt, now);
    const heads = [...this.#lanes.values()].map(([head]) => (head ? soonest(head.nextAttemptAt, now) : never));
    const next = this.isDown
      ? Math.max(soonest(this.#probeAt, now), heads.length > 0 ? 0 : readAt)
      : heads.reduce((least, at) => Math.min(least, at), readAt);
    return next === never ? null : next;
  }

  /** Whether more changes may be read. While the subscriber is down it is one at a time, to try it with. */
  #hasRoom(): boolean {
    return this.isDown
      ? this.#pages.length === 0
      : this.#pages.length < PAGES_AT_A_TIME && this.#waiting.size < MOST_WAITING;
  }

  async #readIfDue(config: SubscriptionConfig): Promise<void> {
    const now = this.#dependencies.now();
    const after = this.#pages.at(-1)?.next ?? this.#store.place;
    if (!after || this.#readAt === null || soonest(this.#readAt, now) > now || !this.#hasRoom()) return;
    if (this.isDown && soonest(this.#probeAt, now) > now) return;
    const [wanted, wakes] = [this.#wanted, this.#wakes];
    try {
      const page = await this.#dependencies.read(config, after, this.isDown ? 1 : PAGE);
      if (!this.#isStopped) this.#take(page, wanted, wakes);
    } catch (error) {
      this.#readFailures++;
      this.#readAt = this.#dependencies.now() + retryDelayMs(this.#readFailures, this.#dependencies.random(), null);
      log.warn("changes not read", { subscriptionId: config.id, error: describeError(error) });
    }
  }

  #take({ messages, next, isMore }: Page, wanted: bigint, wakes: number): void {
    const page: OpenPage = { left: messages.length, next };
    this.#pages.push(page);
    const isSeen = isMore || (next.xid > wanted && this.#wakes === wakes);
    this.#readFailures = isSeen ? 0 : this.#readFailures + 1;
    const pause = Math.min(LOOK_AGAIN_MS.longest, LOOK_AGAIN_MS.first * 2 ** Math.min(this.#readFailures, 10));
    this.#readAt = isMore ? 0 : isSeen ? null : this.#dependencies.now() + pause;
    const since = this.#triedSince();
    for (const message of messages) {
      if (this.#waiting.has(message.id)) {
        page.left--;
        continue;
      }
      const { id, alertId, recordedAt } = message;
      const deadlineAt = deadlineOf(recordedAt, since);
      this.#line({ id, alertId, deadlineAt, attempts: 0, nextAttemptAt: 0, kept: { page, message } });
      // Behind what waits it may have to wait for long, and the page must not.
      const [head] = this.#lanes.get(alertId) ?? [];
      if (head && isKept(head)) this.#putDown(alertId);
    }
    this.#settlePages();
  }

  /** Since when what is read now has been tried: while the subscriber is down, every change has, read or not. */
  #triedSince(): number {
    const now = this.#dependencies.now();
    return Math.max(this.#store.meta("resumedAt") ?? 0, this.isDown ? (this.#store.meta("downSince") ?? now) : now);
  }

  /** Puts a message behind what is owed of its alert. */
  #line(item: Item): void {
    const lane = this.#lanes.get(item.alertId);
    if (lane) lane.push(item);
    else this.#lanes.set(item.alertId, [item]);
    if ("seq" in item.kept) this.#waiting.add(item.id);
  }

  /** Keeps all that is owed of an alert, so that no page has to wait for it. */
  #putDown(alertId: string): void {
    for (const item of this.#lanes.get(alertId) ?? []) {
      if ("seq" in item.kept) continue;
      const { page, message } = item.kept;
      item.kept = { seq: this.#store.wait(message, item.deadlineAt, item.attempts, item.nextAttemptAt) };
      this.#waiting.add(item.id);
      page.left--;
    }
  }

  /** Notes how far everything is delivered or put down. */
  #settlePages(): void {
    let place: TimelineCursor | null = null;
    while (this.#pages[0]?.left === 0) place = this.#pages.shift()?.next ?? null;
    if (place) this.#store.moveTo(place);
  }

  #sendDue(): void {
    // They may have changed while changes were read.
    const { config } = this.#store;
    if (!config?.isEnabled) return;
    const now = this.#dependencies.now();
    if (this.isDown) {
      const isDue = this.#underWay.size === 0 && now >= soonest(this.#probeAt, now);
      const probe = isDue ? this.#probe() : undefined;
      if (probe) this.#send(config, probe);
      return;
    }
    for (const [alertId, [head]] of this.#lanes) {
      if (this.#underWay.size >= AT_A_TIME) return;
      if (head && soonest(head.nextAttemptAt, now) <= now && !this.#underWay.has(alertId)) this.#send(config, head);
    }
  }

  /** What to try a subscriber with that was down: a change that never failed, else what was tried longest ago. */
  #probe(): Item | undefined {
    const heads = [...this.#lanes.values()].map(([head]) => head).filter((head) => head !== undefined);
    const fresh = heads.find((head) => !isKept(head));
    return fresh ?? heads.toSorted((a, b) => a.nextAttemptAt - b.nextAttemptAt)[0];
  }

  #send(config: SubscriptionConfig, item: Item): void {
    const body = "seq" in item.kept ? this.#store.body(item.kept.seq) : item.kept.message.body;
    const sending = this.#dependencies.send(config, { id: item.id, body }).then(async (attempt) => {
      this.#underWay.delete(item.alertId);
      if (this.#isStopped) return;
      if (attempt.isDelivered) this.#delivered(item);
      else await this.#failed(config, item, attempt);
    });
    this.#underWay.set(item.alertId, sending);
  }

  #delivered(item: Item): void {
    const now = this.#dependencies.now();
    this.#failing.clear();
    if (this.isDown) this.#isBack();
    this.#leave(item);
    // Written with a place that moves anyway, or once in a while.
    if (now - (this.#store.meta("lastDeliveredAt") ?? 0) >= SECOND) this.#store.setMeta("lastDeliveredAt", now);
  }

  /** The subscriber hears again: what waited for that need not wait longer. */
  #isBack(): void {
    // Had the first try succeeded, it was not the subscriber that failed, but messages.
    if (this.#probes > 1) {
      this.#store.hurry();
      for (const lane of this.#lanes.values()) for (const item of lane) item.nextAttemptAt = 0;
    }
    this.#setProbes(0, 0);
  }

  #setProbes(probes: number, probeAt: number): void {
    [this.#probes, this.#probeAt] = [probes, probeAt];
    this.#store.setMeta("probes", probes);
    this.#store.setMeta("probeAt", probeAt);
  }

  /** Takes the first message off its lane. */
  #leave(item: Item): void {
    const lane = this.#lanes.get(item.alertId);
    lane?.shift();
    if (lane?.length === 0) this.#lanes.delete(item.alertId);
    if ("seq" in item.kept) {
      this.#store.forget(item.kept.seq);
      this.#waiting.delete(item.id);
      return;
    }
    item.kept.page.left--;
    this.#settlePages();
  }

  async #failed(config: SubscriptionConfig, item: Item, { error, retryAfterMs }: Attempt & { isDelivered: false }) {
    const now = this.#dependencies.now();
    this.#store.setMeta("lastError", error);
    item.attempts++;
    item.nextAttemptAt = now + retryDelayMs(item.attempts, this.#dependencies.random(), retryAfterMs);
    if ("seq" in item.kept) this.#store.putOff(item.kept.seq, item.attempts, item.nextAttemptAt);
    else this.#putDown(item.alertId);
    this.#settlePages();
    this.#failing.add(item.alertId);
    if (!this.isDown && this.#failing.size < ALERTS_THAT_TELL) {
      const isInTheWay = this.#waiting.size >= MOST_WAITING && item.attempts >= MOST_ATTEMPTS_WHEN_FULL;
      const lane = this.#lanes.get(item.alertId) ?? [];
      return this.#bury(
        isInTheWay ? lane.slice(0, Math.ceil(lane.length / 2)) : this.#overdue([item], now),
        error,
        now,
      );
    }
    if (!this.isDown) this.#store.setMeta("downSince", now);
    const probes = this.#probes + 1;
    this.#setProbes(probes, now + probeDelayMs(probes, this.#dependencies.random(), retryAfterMs));
    // What is left of the pages waits here: when they are read again it would be out of its order.
    for (const alertId of this.#lanes.keys()) this.#putDown(alertId);
    this.#settlePages();
    this.#bury(this.#overdue([...this.#lanes.values()].flat(), now), error, now);
    await this.#buryUnread(config, error);
  }

  /** Of messages those that have been tried for long enough, not counting the time before the subscription went on. */
  #overdue(items: readonly Item[], now: number): Item[] {
    const resumedAt = this.#store.meta("resumedAt") ?? 0;
    return items.filter(({ deadlineAt }) => Math.max(deadlineAt, deadlineOf(0, resumedAt)) <= now);
  }

  /** Gives messages up that wait. */
  #bury(items: readonly Item[], error: string, now: number): void {
    const buried = new Set<Item>();
    for (const item of items) {
      if (!("seq" in item.kept) || this.#underWay.has(item.alertId)) continue;
      if (this.#store.deadLetterCount() >= MOST_DEAD) break;
      this.#store.bury(item.kept.seq, error, now);
      this.#waiting.delete(item.id);
      buried.add(item);
    }
    for (const alertId of new Set([...buried].map((item) => item.alertId))) {
      const lane = this.#lanes.get(alertId)?.filter((item) => !buried.has(item)) ?? [];
      if (lane.length === 0) this.#lanes.delete(alertId);
      else this.#lanes.set(alertId, lane);
    }
  }

  /** Gives up changes that nobody could be told of for as long as they are old, though they were never read. */
  async #buryUnread(config: SubscriptionConfig, error: string): Promise<void> {
    const since = this.#triedSince();
    for (;;) {
      const { place } = this.#store;
      const now = this.#dependencies.now();
      if (!place || deadlineOf(0, since) > now || this.#store.deadLetterCount() >= MOST_DEAD) return;
      const page = await this.#dependencies.read(config, place, PAGE).catch(() => null);
      // Meanwhile it may have gone on.
      if (!page || this.#isStopped || this.#pages.length > 0 || this.#store.place !== place) return;
      const due = page.messages.filter(({ recordedAt }) => deadlineOf(recordedAt, since) <= now);
      const last = due.at(-1);
      if (!last) return;
      for (const message of due) this.#store.buryUnread(message, error, now);
      this.#store.moveTo(last.place);
      if (due.length < page.messages.length) return;
    }
  }
}

/** Whether it waits in the store. */
const isKept = ({ kept }: Item): boolean => "seq" in kept;
