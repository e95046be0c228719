/**
 * Keeps the messages of muted alerts. Such an alert is held: its messages are dropped, except that the first of them is remembered.
 * When the mute ends while the alert is unresolved, one message leaves for it, marked as such. When it is resolved, the message of its end
 * leaves if the alert was sent before the mute, so that nothing stays open at the endpoint; else none does.
 * Whether an alert is muted is asked from Postgres: with each page, again before a message that was read more than a second ago, when
 * the mute of a held alert should end, and when a silence changes.
 */
import type { EntryType } from "../../alerts/model.ts";
import { describeError } from "../../db/errors.ts";
import { log } from "../../lib/log.ts";
import { SECOND } from "../../lib/time.ts";
import type { Dependencies, MutableMessage } from "./dependencies.ts";
import type { Message } from "./message.ts";
import type { PendingMessage, PendingMessages } from "./pending.ts";
import type { ReadAhead } from "./read-ahead.ts";
import { retryDelayMs } from "./retry-policy.ts";
import type { SubscriptionStore } from "./store/store.ts";

/** What was read longer ago is asked again before it is sent. */
const FRESH_MS = SECOND;

/** Alerts in one question. */
const MAX_ASKED = 100;

/** The clocks of Postgres and of the object differ. */
const MIN_HOLD_MS = SECOND;

const ENDINGS: ReadonlySet<string> = new Set<EntryType>(["RESOLVED", "CLOSED"]);

export class MuteGate {
  readonly #store: SubscriptionStore;
  readonly #pending: PendingMessages;
  readonly #readAhead: ReadAhead;
  readonly #inFlight: ReadonlyMap<string, unknown>;
  readonly #dependencies: Pick<Dependencies, "timeline" | "clock" | "random">;
  /** How often a silence changed. An answer to an earlier question does not count. */
  #generation = 0;
  /** Questions about held alerts in a row that failed, and the pause after them. */
  #failures = 0;
  #pausedUntil = 0;

  /** @param inFlight by alert, the attempt under way */
  constructor(
    store: SubscriptionStore,
    pending: PendingMessages,
    readAhead: ReadAhead,
    inFlight: ReadonlyMap<string, unknown>,
    dependencies: Pick<Dependencies, "timeline" | "clock" | "random">,
  ) {
    this.#store = store;
    this.#pending = pending;
    this.#readAhead = readAhead;
    this.#inFlight = inFlight;
    this.#dependencies = dependencies;
  }

  /** When to ask about held alerts, in Unix ms; null: none is held. */
  get nextAt(): number | null {
    const next = this.#store.held.nextAt();
    return next === null ? null : Math.max(next, this.#pausedUntil);
  }

  /** Call this before a page is read, and pass the result to `pass`. */
  get generation(): number {
    return this.#generation;
  }

  /** A silence changed: everything is asked again. */
  forget(): void {
    this.#generation++;
    for (const message of this.#pending.all()) message.checkedAt = 0;
    this.#store.held.makeDue();
    this.#pausedUntil = 0;
  }

  /** The snoozes of these alerts changed. */
  askAgain(alertIds: readonly string[]): void {
    this.#store.held.makeDue(alertIds);
  }

  /**
   * Decides about a message of a page.
   * @returns the message to send, which is marked if it is the first after a mute; null: its alert is held
   */
  pass(message: MutableMessage): Message | null {
    const { alertId } = message;
    if (message.mutedUntil !== null) {
      this.#holdPending(alertId, message.mutedUntil);
      this.#hold(alertId, message.id, message.mutedUntil);
      return null;
    }
    if (!this.#store.held.has(alertId)) return message;
    if (!message.isUnresolved && !ENDINGS.has(message.type)) {
      // Its end was kept, and may have to be sent.
      this.#store.held.makeDue([alertId]);
      return message;
    }
    this.#store.held.remove(alertId);
    return message.isUnresolved ? { ...message, body: message.unmutedBody() } : message;
  }

  /** When what a page said about mutes was true, in Unix ms. @param generation before the read */
  checkedAt(generation: number): number {
    return generation === this.#generation ? this.#dependencies.clock.now() : 0;
  }

  /** Whether a message may be sent without another question. */
  isFresh({ checkedAt }: PendingMessage): boolean {
    return Math.abs(this.#dependencies.clock.now() - checkedAt) <= FRESH_MS;
  }

  /** Asks about due messages that were read long ago, and holds those of muted alerts. Without Postgres, what is known applies. */
  async checkDue(due: readonly PendingMessage[]): Promise<void> {
    const stale = due.filter((message) => !this.isFresh(message)).slice(0, MAX_ASKED);
    if (stale.length === 0) return;
    const generation = this.#generation;
    const mutedUntil = await this.#dependencies.timeline
      .mutes(stale.map(({ alertId }) => alertId))
      .catch((error: unknown) => {
        log.warn("mutes not read", { error: describeError(error) });
        return new Map<string, number>();
      });
    for (const message of stale) {
      const until = mutedUntil.get(message.alertId);
      message.checkedAt = this.checkedAt(generation);
      if (until !== undefined) this.#holdPending(message.alertId, until);
    }
  }

  /**
   * Asks about the held alerts that are due. One that is not muted any more becomes pending if it is unresolved, or if its end is to be
   * sent.
   * @param room how many may become pending
   */
  async release(room: number): Promise<void> {
    const { timeline, clock, random } = this.#dependencies;
    if (this.#pausedUntil > clock.now()) return;
    const due = this.#store.held.due(clock.now(), Math.min(room, MAX_ASKED));
    const { cursor } = this.#readAhead;
    if (due.length === 0 || !cursor) return;
    const generation = this.#generation;
    try {
      const held = await timeline.held(
        due.map(({ entryId }) => entryId),
        cursor,
      );
      const answers = new Map(held.map((one) => [one.id, one]));
      this.#failures = 0;
      if (generation !== this.#generation) return;
      for (const { alertId, entryId } of due) {
        const answer = answers.get(entryId);
        if (!this.#store.held.has(alertId)) continue;
        if (answer && answer.mutedUntil !== null) {
          this.#hold(alertId, entryId, answer.mutedUntil);
          continue;
        }
        const message = answer?.isUnresolved ? { ...answer, body: answer.unmutedBody() } : answer?.ending;
        if (message) this.#pending.addNew(message, clock.now());
        this.#store.held.remove(alertId);
      }
    } catch (error) {
      this.#failures++;
      this.#pausedUntil = clock.now() + retryDelayMs(this.#failures, random(), null);
      log.warn("held alerts not read", { error: describeError(error) });
    }
  }

  #hold(alertId: string, entryId: string, until: number): void {
    const earliest = this.#dependencies.clock.now() + MIN_HOLD_MS;
    this.#store.held.hold({ alertId, entryId, until: Math.max(until, earliest) });
  }

  /** Holds an alert from the first of its pending messages on. While one is being sent, the others are asked about after it. */
  #holdPending(alertId: string, until: number): void {
    const queue = this.#pending.ofAlert(alertId);
    const [first] = queue;
    if (!first) return;
    if (this.#inFlight.has(alertId)) {
      for (const message of queue) message.checkedAt = 0;
      return;
    }
    this.#hold(alertId, first.id, until);
    this.#pending.drop(alertId);
  }
}
