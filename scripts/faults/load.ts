/** Senders: what they send is signed, and every answer that they got is kept. */
import { createHmac } from "node:crypto";
import type { SentEvent } from "./model.ts";

export interface Target {
  id: string;
  secret: string;
}

/** A delivery that was sent, once or more often. */
export interface Sent {
  target: Target;
  body: string;
  key: string | null;
  /** How often it left: each time may have arrived. */
  attempts: number;
  replies: Reply[];
}

/** An answer that says that it was taken. */
export interface Reply {
  deliveryId: string;
  status: "ACCEPTED" | "DUPLICATE";
  duplicateOf: string | null;
  outcomes: string[];
}

export interface Load {
  sent: Sent[];
  /** Answers other than 2xx, and answers that never came. */
  refused: number;
  /** Waits until nothing is on its way, and keeps it so until `resume`. */
  pause(): Promise<void>;
  resume(): void;
  /** Ends the senders; what they sent last is answered or given up. */
  stop(): Promise<void>;
}

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
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
/** As sources do: what failed is tried again, and not for ever. */
const MOST_ATTEMPTS = 12;
const ALERT_KEYS = 12;
const TIMEOUT_MS = 10_000;

/**
 * Starts senders. `urls` are asked anew each time: a service may come back elsewhere, and there may be several.
 * @param options.isSingle each delivery has one event
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
  let held: PromiseWithResolvers<void> | null = null;
  let underWay = 0;
  let quiet = Promise.withResolvers<void>();

  const event = (): SentEvent => ({
    id: `key-${Math.floor(chance() * ALERT_KEYS)}`,
    title: `Delivery ${seed}-${number++}`,
    severity: pick(["critical", "high", "low"]),
    status: chance() < 0.35 ? "resolved" : "firing",
  });
  const next = (): Sent => {
    // Some are sent again word by word, as sources do that missed the answer.
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
    refused: 0,
    async pause() {
      held = Promise.withResolvers();
      quiet = Promise.withResolvers();
      if (underWay > 0) await quiet.promise;
    },
    resume() {
      held?.resolve();
      held = null;
    },
    async stop() {
      isOver = true;
      load.resume();
      await senders;
    },
  };

  const deliver = async (delivery: Sent): Promise<void> => {
    for (let attempt = 0; attempt < MOST_ATTEMPTS && !isOver; attempt++) {
      await held?.promise;
      underWay++;
      try {
        delivery.attempts++;
        const reply = await post(pick(urls()), delivery, chance() < 0.02);
        if (reply !== null) return void delivery.replies.push(reply);
        load.refused++;
      } catch (error) {
        if (error instanceof Refused) return void load.refused++;
        load.refused++;
      } finally {
        if (--underWay === 0) quiet.resolve();
      }
      await new Promise((resolve) => setTimeout(resolve, 20 + chance() * 200));
    }
  };
  const senders = Promise.all(
    Array.from({ length: SENDERS }, async () => {
      while (!isOver) await deliver(next());
    }),
  );
  return load;
}

/** An answer that sending it again would not change. */
class Refused extends Error {}

/** Sends a body to an integration, signed with its secret. */
export const sendSigned = (
  url: string,
  { id, secret }: Target,
  body: string,
  headers: Record<string, string> = {},
): Promise<Response> =>
  fetch(`${url}/in/${id}`, {
    method: "POST",
    body,
    headers: {
      "content-type": "application/json",
      "x-webhook-signature": createHmac("sha256", secret).update(body).digest("hex"),
      ...headers,
    },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });

/** Sends a delivery once. Null: it was not taken, and may be tried again. */
async function post(url: string, { target, body, key }: Sent, isForged: boolean): Promise<Reply | null> {
  const sender = isForged ? { ...target, secret: "somebody else's" } : target;
  const response = await sendSigned(url, sender, body, key === null ? {} : { "idempotency-key": key });
  const reply = (await response.json()) as {
    deliveryId: string;
    duplicateOf?: string;
    alerts: { outcome: string }[];
  };
  if (response.status >= 500) return null;
  if (!response.ok) throw new Refused(String(response.status));
  return {
    deliveryId: reply.deliveryId,
    status: response.status === 202 ? "ACCEPTED" : "DUPLICATE",
    duplicateOf: reply.duplicateOf ?? null,
    outcomes: reply.alerts.map(({ outcome }) => outcome),
  };
}
