import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { MINUTE } from "../../../src/lib/time.ts";
import { alertsOf, createIntegration, deliver, objectOf, type TestIntegration } from "../../support/worker.ts";
import { minutesAgo, minutesUntilAlarm, timelineOf } from "./system.ts";

const setWaitingSince = (integration: TestIntegration, time: number) =>
  runInDurableObject(objectOf(integration), (_, { storage }) => {
    storage.sql.exec("UPDATE meta SET value = ? WHERE name = 'waiting_since'", time);
  });

describe("Heartbeat", () => {
  it("opens one alert without a delivery for heartbeatMinutes, and resolves it at the next delivery", async () => {
    const integration = await createIntegration({ name: "Backups", heartbeatMinutes: 5 });
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toEqual([]);
    await setWaitingSince(integration, minutesAgo(6));
    for (let round = 0; round < 2; round++) await runDurableObjectAlarm(objectOf(integration));
    const [missedHeartbeat, ...others] = await alertsOf(integration);
    expect([missedHeartbeat, others]).toMatchObject([
      { title: "Backups: no delivery for 5 minutes", severity: "HIGH", status: "OPEN" },
      [],
    ]);

    const { body } = await deliver(integration, { title: "still there" });
    const alerts = await alertsOf(integration);
    expect(alerts.find(({ id }) => id === missedHeartbeat?.id)).toMatchObject({ status: "RESOLVED" });
    expect((await timelineOf(missedHeartbeat!.id)).at(-1)).toMatchObject({
      type: "RESOLVED",
      actor: { type: "system", id: null, name: null },
      deliveryId: body.deliveryId,
    });
    expect(alerts).toHaveLength(2);
  });

  it("wakes the object when the heartbeat is due", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 30 });
    expect(await minutesUntilAlarm(integration)).toBe(30);
  });

  it("restarts the wait with a new config, and resolves the alert if the config expects no heartbeat", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 5 });
    await setWaitingSince(integration, minutesAgo(6));
    await runDurableObjectAlarm(objectOf(integration));
    const config = (await objectOf(integration).config())!;
    await objectOf(integration).configure({ ...config, version: 2, heartbeatMinutes: 10 });
    const { waitingSince, missedHeartbeatAlertId } = await objectOf(integration).getHeartbeat();
    expect(waitingSince).toBeGreaterThan(Date.now() - MINUTE);
    expect(missedHeartbeatAlertId).not.toBeNull();
    await objectOf(integration).configure({ ...config, version: 3, heartbeatMinutes: null });
    expect((await objectOf(integration).getHeartbeat()).missedHeartbeatAlertId).toBeNull();
    expect(await alertsOf(integration)).toMatchObject([{ id: missedHeartbeatAlertId, status: "RESOLVED" }]);
  });

  it("watches nothing while the integration is disabled", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 5 });
    const config = (await objectOf(integration).config())!;
    await objectOf(integration).configure({ ...config, version: 2, isEnabled: false });
    await setWaitingSince(integration, minutesAgo(60));
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toEqual([]);
  });
});
