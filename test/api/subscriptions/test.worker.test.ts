import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { api, createIntegration, deliver, deliveriesOf, deliverWithToken, until } from "../../support/worker.ts";
import { Endpoint, NOTHING, only, stateOf } from "./endpoint.ts";

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
