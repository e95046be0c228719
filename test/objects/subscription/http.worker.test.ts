import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { Endpoint, NOTHING, only, stateOf, type Subscription } from "../../api/subscriptions/endpoint.ts";
import { api, createIntegration, deliver, flushed, until } from "../../support/worker.ts";

describe("An attempt", () => {
  it("is signed with every valid secret during a rotation", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const { id, secret } = await endpoint.subscribe(only(integration));
    const rotated = await api<Subscription>("POST", `/v1/subscriptions/${id}/rotate-secret`, { overlapMinutes: 60 });
    await deliver(integration, { id: "a", title: "T" });
    await endpoint.waitFor(1);
    const [first] = await endpoint.received();
    for (const one of [secret, rotated.body.secret]) new Webhook(one).verify(first?.body ?? "", first?.headers ?? {});
    await api("POST", `/v1/subscriptions/${id}/rotate-secret`, { overlapMinutes: 0 });
    await deliver(integration, { id: "b", title: "T" });
    await endpoint.waitFor(2);
    const [, second] = await endpoint.received();
    for (const one of [secret, rotated.body.secret]) {
      expect(() => new Webhook(one).verify(second?.body ?? "", second?.headers ?? {})).toThrow();
    }
  });

  it("is signed with the current secret when the previous one cannot be decrypted, and fails when neither can", async () => {
    const endpoint = new Endpoint();
    const { id } = await endpoint.subscribe(NOTHING);
    const { body } = await api<Subscription>("POST", `/v1/subscriptions/${id}/rotate-secret`, { overlapMinutes: 60 });
    const { $client: sql } = connect(env);
    await sql.query("update subscriptions set previous_secret_key_id = 'gone' where id = $1", [id]);
    expect((await api("POST", `/v1/subscriptions/${id}/test`)).body).toMatchObject({ isDelivered: true });
    const [received] = await endpoint.received();
    new Webhook(body.secret).verify(received?.body ?? "", received?.headers ?? {});
    await sql.query("update subscriptions set secret_key_id = 'gone' where id = $1", [id]);
    expect((await api("POST", `/v1/subscriptions/${id}/test`)).body).toMatchObject({
      isDelivered: false,
      error: "Signing failed",
    });
    expect(await endpoint.received()).toHaveLength(1);
    await api("DELETE", `/v1/subscriptions/${id}`);
  });

  it("that gets no answer reports neither the URL nor the body", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    await endpoint.answer(null);
    const subscription = await endpoint.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "T" });
    const { lastError } = await until(async () => {
      const state = await stateOf(subscription);
      return state.pendingMessages === 1 && state.lastError !== null && state;
    });
    expect(lastError).toBe("Connection failed");
  });

  it("is signed over the body that the expression makes", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const expression = '{ "text": data.alert.title & " – ü", "kind": type }';
    const { secret } = await endpoint.subscribe({ ...only(integration), expression });
    await deliver(integration, { id: "a", title: "Disk full" });
    await endpoint.waitFor(1);
    const [received] = await endpoint.received();
    expect(received?.headers["content-type"]).toBe("application/json");
    expect(new Webhook(secret).verify(received?.body ?? "", received?.headers ?? {})).toEqual({
      text: "Disk full – ü",
      kind: "alert.created",
    });
  });

  it("whose expression fails becomes a dead letter at once, without delaying the next message of its alert", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const expression = 'type = "alert.created" ? $number(data.alert.title) : { "kind": type }';
    const subscription = await endpoint.subscribe({ ...only(integration), expression });
    for (const id of ["a", "b", "c"]) await deliver(integration, { id, title: "T" });
    for (const id of ["a", "b", "c"]) await deliver(integration, { id, title: "T", status: "resolved" });
    await endpoint.waitFor(3);
    const state = await until(async () => {
      const current = await stateOf(subscription);
      return current.deadLetters === 3 && current;
    });
    expect(state).toMatchObject({ isCircuitOpen: false, pendingMessages: 0 });
    expect(state.lastError).toMatch(/^Transformation failed: /);
    const path = `/v1/subscriptions/${subscription.id}`;
    const attempts = await api<{ data: object[] }>("GET", `${path}/attempts?outcome=failed`);
    expect(attempts.body.data).toHaveLength(3);
    expect(attempts.body.data[0]).toMatchObject({ statusCode: null, error: state.lastError });
    await api("PATCH", path, { expression: null });
    await api("POST", `${path}/dead-letters/resend`, {});
    expect((await endpoint.waitFor(6)).slice(3).map(({ type }) => type)).toEqual(Array(3).fill("alert.created"));
  });

  it("of a preset is read as its product answers", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    await endpoint.answer({ status: 200, body: "no_text" });
    const subscription = await endpoint.subscribe({ ...only(integration), preset: "slack" });
    await deliver(integration, { id: "a", title: "Disk full" });
    await until(async () => (await stateOf(subscription)).lastError === "HTTP 200 no_text");
    await endpoint.answer({ status: 200, body: "ok" });
    await api("POST", `/v1/subscriptions/${subscription.id}/test`);
    const attempts = await api<{ data: object[] }>("GET", `/v1/subscriptions/${subscription.id}/attempts`);
    expect(attempts.body.data).toMatchObject([{ outcome: "delivered" }, { outcome: "failed" }]);
    const [received] = await endpoint.received();
    expect(JSON.parse(received?.body ?? "")).toMatchObject({ text: expect.stringContaining("Disk full") });
  });

  it("is skipped where the product has no call for an entry", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const presetKey = "0123456789abcdef0123456789abcdef";
    await endpoint.answer({ status: 202, body: '{"status":"success","message":"Event processed","dedup_key":"x"}' });
    const subscription = await endpoint.subscribe({ ...only(integration), preset: "pagerduty", presetKey });
    const { body } = await deliver(integration, { id: "a", title: "T" });
    await flushed(integration);
    for (const status of ["ACKNOWLEDGED", "OPEN", "RESOLVED"]) {
      await api("PATCH", `/v1/alerts/${body.alerts[0]?.id}`, { status });
    }
    const events = await until(async () => {
      const received = (await endpoint.received()).map(
        (message) => JSON.parse(message.body) as Record<string, unknown>,
      );
      return received.length >= 3 && received;
    });
    expect(events).toMatchObject(
      ["trigger", "acknowledge", "resolve"].map((action) => ({
        event_action: action,
        dedup_key: body.alerts[0]?.id,
        routing_key: presetKey,
      })),
    );
    const path = `/v1/subscriptions/${subscription.id}/attempts?outcome=skipped`;
    const skipped = await api<{ data: object[] }>("GET", path);
    expect(skipped.body.data).toMatchObject([{ type: "alert.unacknowledged", statusCode: null }]);
  });

  it("does not follow a redirect", async () => {
    const [endpoint, target, integration] = [new Endpoint(), new Endpoint(), await createIntegration()];
    await endpoint.answer({ status: 307, headers: { location: target.url } });
    const subscription = await endpoint.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "T" });
    await until(async () => (await stateOf(subscription)).lastError === "HTTP 307");
    expect(await target.received()).toEqual([]);
  });
});
