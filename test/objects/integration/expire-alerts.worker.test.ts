import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { MINUTE } from "../../../src/lib/time.ts";
import type { Delivery, IntegrationConfig } from "../../../src/objects/integration/rpc.ts";
import { alertsOf, createIntegration, flushed, objectOf, type TestIntegration } from "../../support/worker.ts";
import { deliveryFor, eventOf, newCall } from "./delivery.ts";
import { minutesUntilAlarm, timelineOf } from "./system.ts";

/** A trigger that ends in these minutes unless the source renews it. */
const trigger = (config: IntegrationConfig, minutes: number, content = "firing"): Delivery => ({
  ...deliveryFor(config),
  dedupKey: { kind: "fingerprint", value: content },
  events: [{ ...eventOf("trigger", "k"), expiresAt: Date.now() + minutes * MINUTE }],
});

/** Submits such a trigger. */
async function submit(integration: TestIntegration, minutes: number) {
  const object = objectOf(integration);
  const [reply] = await object.accept(newCall(), [trigger((await object.config())!, minutes)]);
  await flushed(integration);
  return reply;
}

/** Lets the alerts of the integration expire this long ago, in minutes. */
const expireEarlier = (integration: TestIntegration, minutes: number): Promise<void> =>
  runInDurableObject(objectOf(integration), (_, { storage }) => {
    storage.sql.exec("UPDATE alerts SET expires_at = ?", Date.now() - minutes * MINUTE);
  });

describe("An alert that its source must renew", () => {
  it("resolves when it expires, with the reason", async () => {
    const integration = await createIntegration();
    await submit(integration, 4);
    expect(await minutesUntilAlarm(integration)).toBe(4);
    await expireEarlier(integration, 0.5);
    await runDurableObjectAlarm(objectOf(integration));
    const [alert] = await alertsOf(integration);
    expect(alert?.status).toBe("RESOLVED");
    expect(await timelineOf(alert!.id)).toMatchObject([
      { type: "CREATED" },
      { type: "RESOLVED", actor: { type: "system" }, note: "expired: not renewed", deliveryId: null },
    ]);
  });

  it("stays open while duplicates renew it", async () => {
    const integration = await createIntegration();
    await submit(integration, 1);
    expect(await submit(integration, 9)).toMatchObject({ kind: "decided", status: "DUPLICATE" });
    expect(await minutesUntilAlarm(integration)).toBe(9);
  });

  it("stays open as long as the last trigger of a batch says, also if an earlier one is a duplicate", async () => {
    const integration = await createIntegration();
    await submit(integration, 1);
    const config = (await objectOf(integration).config())!;
    const batch = [trigger(config, 9), trigger(config, 30, "worse")];
    expect(await objectOf(integration).accept(newCall(), batch)).toMatchObject([
      { status: "DUPLICATE" },
      { status: "ACCEPTED" },
    ]);
    await flushed(integration);
    expect(await minutesUntilAlarm(integration)).toBe(30);
  });

  it("gets more time when the object was away, because its source could not renew it", async () => {
    const integration = await createIntegration();
    await submit(integration, 4);
    await expireEarlier(integration, 30);
    expect(await minutesUntilAlarm(integration)).toBe(1);
    expect(await alertsOf(integration)).toMatchObject([{ status: "OPEN" }]);
  });

  it("opens anew when the source sends it after it has expired", async () => {
    const integration = await createIntegration();
    await submit(integration, 4);
    await expireEarlier(integration, 0.5);
    await runDurableObjectAlarm(objectOf(integration));
    expect(await submit(integration, 4)).toMatchObject({ status: "ACCEPTED", outcomes: [{ outcome: "created" }] });
  });
});
