import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { subscriptions } from "../../../src/db/schema.ts";
import { api, createIntegration, deliver, deliveriesOf, deliverWithToken, until } from "../../support/worker.ts";
import { Endpoint, isIdle, NOTHING, objectOf, only, stateOf, testAttempt } from "./endpoint.ts";

describe("POST /v1/subscriptions/{id}/test", () => {
  it("sends a signed test message and returns the result", async () => {
    const endpoint = new Endpoint();
    const { id, secret } = await endpoint.subscribe(NOTHING);
    const test = await api<{ messageId: string }>("POST", `/v1/subscriptions/${id}/test`);
    expect(test.body).toMatchObject({ isDelivered: true, statusCode: 204, error: null });
    const [received] = await endpoint.received();
    expect(new Webhook(secret).verify(received?.body ?? "", received?.headers ?? {})).toMatchObject({
      type: "subscription.test",
    });
    expect(received?.headers["webhook-id"]).toBe(test.body.messageId);
    await endpoint.answer({ status: 500 });
    const failed = await api("POST", `/v1/subscriptions/${id}/test`);
    expect(failed.body).toMatchObject({ isDelivered: false, statusCode: 500, error: "HTTP 500" });
  });

  it("keeps the error of a failed test in the state until a test or another message is delivered", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const subscription = await endpoint.subscribe(only(integration));
    const test = () => api("POST", `/v1/subscriptions/${subscription.id}/test`);
    const lastTestError = async () => (await stateOf(subscription)).lastTestError;
    expect(await lastTestError()).toBeNull();

    await endpoint.answer({ status: 500 });
    await test();
    expect(await lastTestError()).toBe("HTTP 500");
    await endpoint.answer({ status: 204 });
    await test();
    expect(await lastTestError()).toBeNull();

    await endpoint.answer({ status: 503 });
    await test();
    expect(await lastTestError()).toBe("HTTP 503");
    await endpoint.answer({ status: 204 });
    await deliver(integration, { title: "Disk full" });
    await until(async () => (await lastTestError()) === null);
    expect((await stateOf(subscription)).lastDeliveredAt).not.toBeNull();
  });
});

describe("The result of a test message", () => {
  it("counts only for the target that the message was sent to", async () => {
    const [before, after] = [new Endpoint(), new Endpoint()];
    const subscription = await before.subscribe(NOTHING);
    const record = (url: string, error: string | null) =>
      objectOf(subscription).recordAttempt(testAttempt(error), { url, preset: null, credentials: null });
    const lastTestError = async () => (await stateOf(subscription)).lastTestError;

    await api("PATCH", `/v1/subscriptions/${subscription.id}`, { url: after.url });
    await record(before.url, "HTTP 500");
    expect(await lastTestError()).toBeNull();
    await record(after.url, "HTTP 503");
    await record(before.url, null);
    expect(await lastTestError()).toBe("HTTP 503");
  });

  it("counts for a new target that the object was not notified of", async () => {
    const [before, after] = [new Endpoint(), new Endpoint()];
    const subscription = await before.subscribe(NOTHING);
    await until(() => isIdle(subscription));
    await connect(env).update(subscriptions).set({ url: after.url }).where(eq(subscriptions.id, subscription.id));
    const target = { url: after.url, preset: null, credentials: null };
    await objectOf(subscription).recordAttempt(testAttempt("HTTP 503"), target);
    expect((await stateOf(subscription)).lastTestError).toBe("HTTP 503");
    await objectOf(subscription).refresh();
    expect((await stateOf(subscription)).lastTestError).toBe("HTTP 503");
  });
});

describe("A message that reaches an integration of the same deployment", () => {
  it("is rejected with 403 and recorded, and one of another deployment is accepted", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration({ verification: { scheme: "token" } })];
    const { id } = await endpoint.subscribe(NOTHING);
    await api("POST", `/v1/subscriptions/${id}/test`);
    const [received] = await endpoint.received();
    const back = (mark: Record<string, string>) => deliverWithToken(integration, received?.body, mark);
    expect((await back({ "tocsin-origin": received?.headers["tocsin-origin"] ?? "" })).status).toBe(403);
    expect((await back({ "tocsin-origin": "another" })).status).toBe(202);
    const [, rejected] = await deliveriesOf(integration);
    expect(rejected).toMatchObject({ status: "REJECTED", statusCode: 403, alertId: null });
  });
});
