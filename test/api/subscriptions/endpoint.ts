/** Subscriptions of tests inside workerd, and the endpoint that they send to. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject, onTestFinished } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { subscriptions, teams } from "../../../src/db/schema.ts";
import type { Attempt } from "../../../src/objects/subscription/attempt.ts";
import { newId } from "../../../src/lib/ids.ts";
import type { ReceivedMessage } from "../../../scripts/lib/subscriber.ts";
import { api, type TestIntegration, until } from "../../support/worker.ts";

export interface Subscription {
  id: string;
  secret: string;
  version: number;
}

interface Detail extends Subscription {
  state: {
    isCircuitOpen: boolean;
    pendingMessages: number;
    oldestPendingAt: string | null;
    deadLetters: number;
    heldAlerts: number;
    lastDeliveredAt: string | null;
    lastError: string | null;
    lastTestError: string | null;
    nextAttemptAt: string | null;
  };
}

export interface Payload {
  type: string;
  timestamp: string;
  data: {
    id: string;
    type: string;
    alertId: string;
    version: number;
    status: string;
    severity: string;
    alert: { id: string; integrationId: string; alertKey: string; title: string; consoleUrl: string | null };
  };
}

/** An endpoint at a new path. */
export class Endpoint {
  readonly url = `${inject("subscriberUrl")}/${crypto.randomUUID()}`;

  /** All messages, in order. */
  async received(): Promise<ReceivedMessage[]> {
    return (await fetch(this.url)).json();
  }

  /** The payloads that it accepted with 2xx, in order. */
  async accepted(): Promise<Payload[]> {
    const accepted = (await this.received()).filter(({ status }) => status >= 200 && status < 300);
    return accepted.map(({ body }) => JSON.parse(body) as Payload);
  }

  /** Waits for this number of accepted payloads. */
  waitFor = (count: number): Promise<Payload[]> =>
    until(async () => {
      const accepted = await this.accepted();
      return accepted.length >= count && accepted;
    });

  /** Sets the answer to later messages; null: close the connection; `echo`: 200 with the headers of the request. */
  async answer(
    answer: { status: number; headers?: Record<string, string>; body?: string } | "echo" | null,
  ): Promise<void> {
    await fetch(this.url, { method: "PUT", body: JSON.stringify(answer) });
  }

  async subscribe(settings: Record<string, unknown> = {}): Promise<Subscription> {
    const reply = await api<Subscription>("POST", "/v1/subscriptions", { name: "pager", url: this.url, ...settings });
    if (reply.status !== 201) throw new Error(`subscribe: ${reply.status} ${JSON.stringify(reply.body)}`);
    // Every later test would notify a subscription that is left.
    onTestFinished(async () => void (await api("DELETE", `/v1/subscriptions/${reply.body.id}`)));
    return reply.body;
  }
}

export const objectOf = ({ id }: Subscription) => env.SUBSCRIPTIONS.getByName(id);

export const stateOf = async ({ id }: Subscription) => (await api<Detail>("GET", `/v1/subscriptions/${id}`)).body.state;

/** Whether the object of a new subscription has read the timeline, and has nothing to do: it keeps an alarm until then. */
export const isIdle = (subscription: Subscription): Promise<boolean> =>
  runInDurableObject(objectOf(subscription), async (_, { storage }) => (await storage.getAlarm()) === null);

/** Settings of a subscription to the alerts of one integration, because other tests make alerts, too. */
export const only = ({ id }: TestIntegration, filter: Record<string, unknown> = {}) => ({
  filter: { integrationId: id, ...filter },
});

/** Settings of a subscription that matches no alert. */
export const NOTHING = { filter: { labels: { none: "such" } } };

export async function newTeam(): Promise<string> {
  const id = newId();
  await connect(env).insert(teams).values({ id, name: "team" });
  return id;
}

/** The attempt of a test message. @param error null: it was delivered */
export const testAttempt = (error: string | null): Attempt => ({
  id: newId(),
  messageId: newId(),
  alertId: null,
  alertTitle: null,
  type: "subscription.test",
  number: 1,
  startedAt: Date.now(),
  durationMs: 1,
  outcome: error === null ? "delivered" : "failed",
  statusCode: null,
  error,
  request: null,
  responseBody: null,
});

/** Wakes all subscriptions, as notifications do. */
export async function wakeSubscriptions(): Promise<void> {
  const rows = await connect(env).select({ id: subscriptions.id }).from(subscriptions);
  await Promise.all(rows.map(({ id }) => env.SUBSCRIPTIONS.getByName(id).wake("0")));
}
