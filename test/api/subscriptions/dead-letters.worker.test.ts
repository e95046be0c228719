import { runDurableObjectAlarm } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { api, createIntegration, deliver, until } from "../../support/worker.ts";
import { Endpoint, objectOf, only, type Payload, stateOf } from "./endpoint.ts";

afterEach(() => void vi.useRealTimers());

/** A subscription whose message "Given up" is pending, and the path of its dead letters. */
async function withPendingMessage() {
  const [endpoint, integration] = [new Endpoint(), await createIntegration()];
  await endpoint.answer({ status: 422 });
  const subscription = await endpoint.subscribe(only(integration));
  await deliver(integration, { id: "a", title: "Given up" });
  const state = await until(async () => {
    const current = await stateOf(subscription);
    return current.pendingMessages === 1 && current.lastError !== null && current;
  });
  return { endpoint, subscription, state, path: `/v1/subscriptions/${subscription.id}/dead-letters` };
}

async function withDeadLetter() {
  const { endpoint, subscription, path } = await withPendingMessage();
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 25 * 3_600_000 });
  await runDurableObjectAlarm(objectOf(subscription));
  const list = await api<{ data: { messageId: string }[] }>("GET", path);
  return { endpoint, path, list: list.body.data, messageId: list.body.data[0]?.messageId ?? "" };
}

describe("A message that the endpoint rejects", () => {
  it("is pending at first, and counted in the state", async () => {
    const { state } = await withPendingMessage();
    expect(state).toMatchObject({ isCircuitOpen: false, lastError: "HTTP 422", deadLetters: 0, lastDeliveredAt: null });
    expect([state.oldestPendingAt, state.nextAttemptAt]).not.toContain(null);
  });

  it("becomes a dead letter after 24 hours, with its body", async () => {
    const { path, list, messageId } = await withDeadLetter();
    expect(list).toMatchObject([{ alertTitle: "Given up", type: "CREATED", attempts: 2, error: "HTTP 422" }]);
    const letter = await api<{ body: Payload }>("GET", `${path}/${messageId}`);
    expect(letter.body.body).toMatchObject({ type: "alert.created", data: { alert: { title: "Given up" } } });
  });
});

describe("A dead letter", () => {
  it("is resent under its webhook-id, and then is no longer a dead letter", async () => {
    const { endpoint, path, messageId } = await withDeadLetter();
    await endpoint.answer({ status: 200 });
    expect((await api("POST", `${path}/resend`, {})).body).toEqual({ resent: 1 });
    await endpoint.waitFor(1);
    const ids = (await endpoint.received()).map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids)).toEqual(new Set([messageId]));
    expect((await api<{ data: unknown[] }>("GET", path)).body.data).toEqual([]);
    expect((await api("DELETE", `${path}/${messageId}`)).status).toBe(404);
    expect((await api("GET", `${path}/${messageId}`)).status).toBe(404);
  });

  it("is discarded once", async () => {
    const { path, messageId } = await withDeadLetter();
    expect((await api("DELETE", `${path}/${messageId}`)).status).toBe(204);
    expect((await api("DELETE", `${path}/${messageId}`)).status).toBe(404);
    expect((await api("POST", `${path}/resend`, {})).body).toEqual({ resent: 0 });
  });
});
