import { describe, expect, it } from "vitest";
import { isTestDelivery } from "../../../src/lib/test-delivery.ts";
import { PROVIDERS } from "../../../src/providers/index.ts";
import { alertsOf, api, createIntegration, deliveriesOf } from "../../support/worker.ts";

describe("POST /v1/integrations/{id}/test", () => {
  it.each([
    { scheme: "hmac" },
    { scheme: "hmac", algorithm: "sha1", encoding: "base64", prefix: "" },
    { scheme: "hmac", timestampHeader: "x-time", idHeader: "x-id", content: "v0:{id}:{timestamp}:{body}" },
    { scheme: "standard-webhooks" },
    { scheme: "token" },
    { scheme: "token", in: "basic" },
    { scheme: "token", in: "header", name: "x-key" },
    { scheme: "token", in: "query", name: "key" },
    { scheme: "token", in: "body", name: "key" },
  ])("signs the sample for the verification %j", async (verification) => {
    const integration = await createIntegration({ verification });
    const { status, body } = await api("POST", `/v1/integrations/${integration.id}/test`);
    expect([status, body]).toMatchObject([200, { statusCode: 202, body: { status: "accepted" } }]);
    expect(await deliveriesOf(integration)).toMatchObject([{ id: body.deliveryId, status: "ACCEPTED" }]);
  });

  it.each([...PROVIDERS.values()].filter(({ id }) => id !== "custom").map(({ id }) => id))(
    "sends an accepted delivery for %s",
    async (provider) => {
      const integration = await createIntegration({ provider });
      const { status, body } = await api("POST", `/v1/integrations/${integration.id}/test`);
      if (PROVIDERS.get(provider)?.verification.scheme === "sns") expect(status).toBe(409);
      else expect([status, String(body.statusCode)]).toEqual([200, expect.stringMatching(/^2/)]);
    },
  );

  it.each(["generic", "alertmanager"])(
    "marks the delivery, also if the sample of %s has a user agent",
    async (provider) => {
      const integration = await createIntegration({ provider });
      await api("POST", `/v1/integrations/${integration.id}/test`);
      const [delivery] = await deliveriesOf(integration);
      expect(isTestDelivery(delivery?.headers as Record<string, string>)).toBe(true);
    },
  );

  it("dates the sample with the present time", async () => {
    const integration = await createIntegration();
    const before = Date.now();
    const { body } = await api("POST", `/v1/integrations/${integration.id}/test`);
    expect(body.statusCode).toBe(202);
    const [alert] = await alertsOf(integration);
    const triggeredAt = Date.parse(String(alert?.triggeredAt));
    expect(Math.abs(triggeredAt - before)).toBeLessThan(60_000);
  });

  it("sends a body that the mapping of a custom integration reads", async () => {
    const mapping = {
      events: "incidents[kind='disk']",
      action: "state = 'firing' ? 'trigger' : 'resolve'",
      alertKey: "id",
      title: "$join($map(hosts, function($h) { $h.name }), ', ')",
      occurredAt: "$fromMillis(since * 1000)",
    };
    const integration = await createIntegration({ provider: "custom", mapping });
    const { status, body } = await api("POST", `/v1/integrations/${integration.id}/test`);
    expect([status, body]).toMatchObject([200, { statusCode: 202, body: { status: "accepted" } }]);
  });

  it("answers 409 when no body fits the mapping", async () => {
    const integration = await createIntegration({ provider: "custom", mapping: { title: "$error('no')" } });
    expect((await api("POST", `/v1/integrations/${integration.id}/test`)).status).toBe(409);
  });

  it("returns the response of the ingest route, even a rejection", async () => {
    const integration = await createIntegration();
    await api("PATCH", `/v1/integrations/${integration.id}`, { isEnabled: false });
    const { body } = await api("POST", `/v1/integrations/${integration.id}/test`);
    expect(body).toMatchObject({ statusCode: 410, body: { type: "urn:tocsin:problem:disabled" } });
  });
});
