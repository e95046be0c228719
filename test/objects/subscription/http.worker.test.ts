import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { Endpoint, NOTHING, only, stateOf, type Subscription } from "../../api/subscriptions/endpoint.ts";
import { api, createIntegration, deliver, until } from "../../support/worker.ts";

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

  it("does not follow a redirect", async () => {
    const [endpoint, target, integration] = [new Endpoint(), new Endpoint(), await createIntegration()];
    await endpoint.answer({ status: 307, headers: { location: target.url } });
    const subscription = await endpoint.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "T" });
    await until(async () => (await stateOf(subscription)).lastError === "HTTP 307");
    expect(await target.received()).toEqual([]);
  });
});
