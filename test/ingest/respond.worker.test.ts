import { describe, expect, it } from "vitest";
import { createIntegration, deliver, deliveriesOf } from "../support/worker.ts";

describe("the reason in the answer to a delivery", () => {
  it("is that of the record, and mentions that the events of a repeated key differ", async () => {
    const integration = await createIntegration();
    const headers = { "idempotency-key": "k" };
    const first = await deliver(integration, { id: "d1", title: "disk full" }, headers);
    const other = await deliver(integration, { id: "d2", title: "raid degraded" }, headers);
    const again = await deliver(integration, { id: "d1", title: "disk full" }, headers);
    expect(other.body.status).toBe("accepted");
    expect(other.body.reason).toContain(
      `same idempotency key as delivery ${first.body.deliveryId}, but its events differ`,
    );
    expect(again.body.reason).toMatch(/^duplicate: same idempotency key/);
    const records = await deliveriesOf(integration);
    // The record adds the notes of the provider.
    const reasons = [again, other, first].map(({ body }) => expect.stringContaining(body.reason) as string);
    expect(records.map(({ reason }) => reason)).toEqual(reasons);
  });
});
