import { describe, expect, it } from "vitest";
import { api, createIntegration, deliver, deliveriesOf } from "../../support/worker.ts";

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
});
