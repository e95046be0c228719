/** Senders: they sign their deliveries, and keep every reply. */
import { createHmac } from "node:crypto";
import type { SentEvent } from "./model.ts";

export interface Target {
  id: string;
  ingestUrl: string;
  secret: string;
}

/** A delivery that was sent once or more often. */
export interface Sent {
  target: Target;
  body: string;
  key: string | null;
  /** Each attempt may have arrived. */
  attempts: number;
  replies: Reply[];
}

/** A reply that acknowledges a delivery. */
export interface Reply {
  deliveryId: string;
  status: "ACCEPTED" | "DUPLICATE";
  duplicateOf: string | null;
  outcomes: string[];
}

export interface Load {
  sent: Sent[];
  /** Replies other than 2xx, and missing replies. */
  rejected: number;
  /** Waits until no request is in flight, and sends nothing until `resume`. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends the senders, after their last requests. */
  stop(): Promise<void>;
}

/** Random numbers from 0 to 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SENDERS = 24;
/** A sender waits up to this time before its next delivery: all together send some hundred a second. */
const PAUSE_MS = 100;
/** Sources retry, but not forever. */
const MAX_ATTEMPTS = 12;
const ALERT_KEYS = 12;
const TIMEOUT_MS = 10_000;

/**
 * Starts senders.
 * @param urls read before each request: a restarted service may have other addresses
 * @param options.isSingle whether each delivery has one event
 */
export function startLoad(
  targets: readonly Target[],
  urls: () => readonly string[],
  seed: number,
  { isSingle = false } = {},
): Load {
  const chance = random(seed);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(chance() * items.length)] as T;
  const sent: Sent[] = [];
  let number = 0;
  let isOver = false;
  let paused: PromiseWithResolvers<void> | null = null;
  let inFlight = 0;
  let idle = Promise.withResolvers<void>();

  const event = (): SentEvent => ({
    id: `key-${Math.floor(chance() * ALERT_KEYS)}`,
    title: `Delivery ${seed}-${number++}`,
    severity: pick(["critical", "high", "low"]),
    status: chance() < 0.35 ? "resolved" : "firing",
  });
  const next = (): Sent => {
    // Some are repeated word for word, as by a source that missed the reply.
    if (sent.length > 0 && chance() < 0.2) return pick(sent.slice(-200));
    const several = !isSingle && chance() < 0.15 ? 2 + Math.floor(chance() * 4) : 1;
    const events = Array.from({ length: several }, event);
    const padding = chance() < 0.1 ? { note: "x".repeat(Math.floor(chance() * 20_000)) } : {};
    const body = JSON.stringify(several === 1 ? { ...events[0], ...padding } : events);
    const key = chance() < 0.3 ? `delivery-${seed}-${number++}` : null;
    const fresh = { target: pick(targets), body, key, attempts: 0, replies: [] };
    sent.push(fresh);
    return fresh;
  };

  const load: Load = {
    sent,
    rejected: 0,
    async pause() {
      paused = Promise.withResolvers();
      idle = Promise.withResolvers();
      if (inFlight > 0) await idle.promise;
    },
    resume() {
      paused?.resolve();
      paused = null;
    },
    async stop() {
      isOver = true;
      load.resume();
      await senders;
    },
  };

  const deliver = async (delivery: Sent): Promise<void> => {
    for (let attempt = 0; attempt < MAX_ATTEMPTS && !isOver; attempt++) {
      await paused?.promise;
      // A paused load that is stopped sends nothing more.
      if (isOver) return;
      inFlight++;
      try {
        delivery.attempts++;
        const reply = await post(pick(urls()), delivery, chance() < 0.02);
        if (reply !== null) return void delivery.replies.push(reply);
        load.rejected++;
      } catch (error) {
        if (error instanceof PermanentRejection) return void load.rejected++;
        load.rejected++;
      } finally {
        if (--inFlight === 0) idle.resolve();
      }
      await new Promise((resolve) => setTimeout(resolve, 20 + chance() * 200));
    }
  };
  const senders = Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (!isOver) {
        await deliver(next());
        await new Promise((resolve) => setTimeout(resolve, chance() * PAUSE_MS));
      }
    }),
  );
  return load;
}

/** A reply that a retry would not change. */
class PermanentRejection extends Error {}

/** Sends a body to an integration, signed with its secret. */
export const sendSigned = (
  url: string,
  { ingestUrl, secret }: Target,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(url + new URL(ingestUrl).pathname, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-webhook-signature": createHmac("sha256", secret).update(body).digest("hex"),
      ...headers,
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });

/** Sends a delivery once. @returns null if it may be retried */
async function post(url: string, { target, body, key }: Sent, isWronglySigned: boolean): Promise<Reply | null> {
  const sender = isWronglySigned ? { ...target, secret: "the secret of another sender" } : target;
  const response = await sendSigned(url, sender, body, key === null ? {} : { "idempotency-key": key });
  const reply = (await response.json()) as {
    deliveryId: string;
    duplicateOf?: string;
    alerts: { outcome: string }[];
  };
  if (response.status >= 500) return null;
  if (!response.ok) throw new PermanentRejection(String(response.status));
  return {
    deliveryId: reply.deliveryId,
    status: response.status === 202 ? "ACCEPTED" : "DUPLICATE",
    duplicateOf: reply.duplicateOf ?? null,
    outcomes: reply.alerts.map(({ outcome }) => outcome),
  };
}
