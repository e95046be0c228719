import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Totals } from "../../../src/objects/integration/totals.ts";
import {
  api,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  objectOf,
  type TestIntegration,
  withDatabase,
} from "../../support/worker.ts";
import { withSpoiltDeliveries } from "./spoil.ts";

const totalsOf = async (integration: TestIntegration): Promise<Totals> =>
  (await objectOf(integration).getStats()).totals;

const event = { title: "a" };
const withWrongSecret = ({ id }: TestIntegration) => ({ id, secret: "not it" });

describe("The totals of an object", () => {
  it("count every delivery by its result", async () => {
    const integration = await createIntegration();
    const before = Date.now();
    await deliver(integration, event);
    await deliver(integration, event);
    await deliver(integration, "{ no JSON");
    await deliver(withWrongSecret(integration), event);
    await deliver(withWrongSecret(integration), event);
    await api("PATCH", `/v1/integrations/${integration.id}`, { isEnabled: false });
    await deliver(integration, event);
    const { lastDeliveryAt, ...counts } = await totalsOf(integration);
    expect(counts).toEqual({
      accepted: 1,
      duplicate: 1,
      verification: 2,
      body: 1,
      disabled: 1,
      unavailable: 0,
      other: 0,
    });
    expect(lastDeliveryAt).toBeGreaterThanOrEqual(before);
  });

  it("include rejections without a separate row", async () => {
    const integration = await createIntegration();
    await deliver(integration, event);
    const config = (await objectOf(integration).config())!;
    const rejection = {
      id: crypto.randomUUID(),
      configVersion: config.version,
      request: {
        columns: '{"headers":{},"body_bytes":0,"is_body_cut":false,"received_at":"2026-01-01T00:00:00Z"}',
        bodyKind: "none" as const,
      },
      body: new Uint8Array(),
      statusCode: 401,
      reason: "unverified",
      isVerified: false,
      verification: {},
      omittedBefore: 7,
      dependsOnConfig: true,
      isBodyUnreadable: false,
    };
    await objectOf(integration).reject(rejection);
    expect(await totalsOf(integration)).toMatchObject({ accepted: 1, verification: 8 });
    expect(await deliveriesOf(integration)).toHaveLength(2);
  });

  it("do not count a replay as a delivery of the source", async () => {
    const integration = await createIntegration();
    const { body } = await deliver(integration, event);
    await flushed(integration);
    const { lastDeliveryAt } = await totalsOf(integration);
    expect((await api("POST", `/v1/deliveries/${body.deliveryId}/replay`, {})).status).toBe(202);
    expect(await totalsOf(integration)).toMatchObject({ accepted: 2, lastDeliveryAt });
  });

  it("survive an eviction, before and after the flush", async () => {
    const integration = await createIntegration();
    await deliver(integration, event);
    await deliver(withWrongSecret(integration), event);
    await flushed(integration);
    const flushedTotals = await totalsOf(integration);
    await evictDurableObject(objectOf(integration));
    expect(await totalsOf(integration)).toEqual(flushedTotals);
    await withDatabase("down", async () => {
      await deliver(integration, { title: "b" });
      await deliver(integration, { title: "c" });
      const waiting = await totalsOf(integration);
      expect(waiting.accepted).toBe(3);
      await evictDurableObject(objectOf(integration));
      expect(await totalsOf(integration)).toEqual(waiting);
    });
    await runDurableObjectAlarm(objectOf(integration));
    await flushed(integration);
    await evictDurableObject(objectOf(integration));
    expect((await totalsOf(integration)).accepted).toBe(3);
  });

  it("stay the same when rows are quarantined and retried", async () => {
    const integration = await createIntegration();
    await withSpoiltDeliveries(integration, "TRUE", async () => {
      for (const title of ["a", "b"]) await deliver(integration, { title });
    });
    await runDurableObjectAlarm(objectOf(integration));
    await flushed(integration);
    await evictDurableObject(objectOf(integration));
    expect((await totalsOf(integration)).accepted).toBe(2);
    await withDatabase("down", async () => {
      await deliver(integration, { title: "c" });
      expect((await api("POST", `/v1/integrations/${integration.id}/quarantine/retry`, {})).status).not.toBe(200);
      const { quarantined } = await objectOf(integration).getStats();
      expect(await objectOf(integration).retryQuarantine(null)).toBe(quarantined);
      await evictDurableObject(objectOf(integration));
      expect((await totalsOf(integration)).accepted).toBe(3);
    });
  });
});
