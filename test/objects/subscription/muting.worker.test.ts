import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { HOUR } from "../../../src/lib/time.ts";
import { Endpoint, only, stateOf, type Subscription } from "../../api/subscriptions/endpoint.ts";
import { api, createIntegration, deliver, flushed, type TestIntegration, until } from "../../support/worker.ts";

/** Silences all alerts of an integration. */
async function silence(integration: TestIntegration): Promise<{ id: string }> {
  const matchers = [{ name: "tocsin_integration", value: integration.id }];
  const endsAt = new Date(Date.now() + HOUR).toISOString();
  return (await api<{ id: string }>("POST", "/v1/silences", { matchers, endsAt, comment: "deploy" })).body;
}

const holds = (subscription: Subscription, count: number) =>
  until(async () => (await stateOf(subscription)).heldAlerts === count);

describe("a subscription to muted alerts", () => {
  it("sends one message for each unresolved alert when the silence expires early", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const subscription = await endpoint.subscribe(only(integration));
    const { id } = await silence(integration);
    for (const key of ["a", "a", "b"]) await deliver(integration, { id: key, title: key, n: Math.random() });
    await deliver(integration, { id: "b", title: "b", status: "resolved" });
    await flushed(integration);
    await holds(subscription, 2);
    expect(await endpoint.received()).toEqual([]);
    await api("DELETE", `/v1/silences/${id}`);
    const [payload] = await endpoint.waitFor(1);
    expect(payload).toMatchObject({
      type: "alert.unmuted",
      data: { type: "CREATED", alert: { alertKey: "a", occurrences: 2, status: "OPEN", silencedBy: [] } },
    });
    await holds(subscription, 0);
    expect(await endpoint.received()).toHaveLength(1);
  });

  it("sends the resolve at the end of the silence if it sent the alert before", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const subscription = await endpoint.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "a" });
    await endpoint.waitFor(1);
    const { id } = await silence(integration);
    await deliver(integration, { id: "a", title: "a", n: 2 });
    await deliver(integration, { id: "a", title: "a", status: "resolved" });
    await flushed(integration);
    await holds(subscription, 1);
    expect(await endpoint.received()).toHaveLength(1);
    await api("DELETE", `/v1/silences/${id}`);
    const payloads = await endpoint.waitFor(2);
    expect(payloads.map(({ type }) => type)).toEqual(["alert.created", "alert.resolved"]);
    await holds(subscription, 0);
  });

  it("sends further entries as usual once the alert is not muted any more", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const subscription = await endpoint.subscribe(only(integration));
    const { id } = await silence(integration);
    await deliver(integration, { id: "a", title: "a" });
    await holds(subscription, 1);
    await api("DELETE", `/v1/silences/${id}`);
    await endpoint.waitFor(1);
    await deliver(integration, { id: "a", title: "a", status: "resolved" });
    const payloads = await endpoint.waitFor(2);
    expect(payloads.map(({ type }) => type)).toEqual(["alert.unmuted", "alert.resolved"]);
  });

  it("asks again when the silence is shortened, and its object was evicted in between", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const subscription = await endpoint.subscribe(only(integration));
    const { id } = await silence(integration);
    await deliver(integration, { id: "a", title: "a" });
    await holds(subscription, 1);
    await env.SUBSCRIPTIONS.getByName(subscription.id).mutingChanged();
    const endsAt = new Date(Date.now() + 1500).toISOString();
    expect((await api("PATCH", `/v1/silences/${id}`, { endsAt })).status).toBe(200);
    const [payload] = await endpoint.waitFor(1);
    expect(payload?.type).toBe("alert.unmuted");
  });
});
