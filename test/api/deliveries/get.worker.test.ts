import { describe, expect, it } from "vitest";
import { api, createIntegration, deliver, deliveriesOf, flushed } from "../../support/worker.ts";

describe("GET /v1/deliveries/{id}", () => {
  it("shows the decision as a sentence and as data", async () => {
    const integration = await createIntegration();
    const body = { id: "a", title: "x", status: "open" };
    await deliver(integration, body, { "idempotency-key": "k" });
    await deliver(integration, body, { "idempotency-key": "k" });
    const [second, first] = await deliveriesOf(integration);
    const got = await api("GET", `/v1/deliveries/${second?.id}`);
    expect(got.body).toMatchObject({
      status: "DUPLICATE",
      duplicateOf: first?.id,
      reason: expect.stringMatching(/^duplicate: same idempotency key as delivery .+; the window ends .+Z$/),
      decision: {
        dedupKey: { kind: "key", value: "k" },
        firstDeliveryId: first?.id,
        verification: { scheme: "hmac", isVerified: true, secret: "current" },
      },
      events: [{ action: "trigger", outcome: "duplicate", alertId: first?.alertId }],
    });
  });

  it("names the integration and the alerts of its events", async () => {
    const integration = await createIntegration({ name: "Nightly jobs" });
    await deliver(integration, [
      { id: "1", title: "Disk full" },
      { id: "2", title: "y".repeat(300) },
      { id: "1", title: "Disk full again" },
    ]);
    const [delivery] = await deliveriesOf(integration);
    const { body } = await api("GET", `/v1/deliveries/${delivery?.id}`);
    expect(body).toMatchObject({
      integrationName: "Nightly jobs",
      alerts: [
        { id: delivery?.alertId, title: "Disk full again", severity: "MEDIUM", status: "OPEN" },
        { title: "y".repeat(200) },
      ],
      remedy: null,
    });
  });

  it("says what was checked, and what to do about a rejection", async () => {
    const integration = await createIntegration();
    await api("POST", `/v1/integrations/${integration.id}/rotate-secret`);
    await deliver({ ...integration, secret: "another secret than that" }, { title: "x" });
    await flushed(integration);
    const [delivery] = await deliveriesOf(integration);
    const { body } = await api("GET", `/v1/deliveries/${delivery?.id}`);
    expect(body).toMatchObject({
      statusCode: 401,
      alerts: [],
      remedy: { action: "check-secret" },
      decision: { verification: { failure: "mismatch", checked: "HMAC-SHA256 in x-webhook-signature", secrets: 2 } },
    });
  });
});
