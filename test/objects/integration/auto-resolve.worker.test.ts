import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { alertsOf, createIntegration, deliver, flushed, objectOf, type TestIntegration } from "../../support/worker.ts";
import { minutesAgo, minutesUntilAlarm, timelineOf } from "./system.ts";

const setLastActivity = (integration: TestIntegration, time: number) =>
  runInDurableObject(objectOf(integration), (_, { storage }) => {
    storage.sql.exec("UPDATE alerts SET last_activity_at = ?", time);
  });

describe("AutoResolve", () => {
  it("resolves an alert without deliveries for autoResolveMinutes, and the next trigger opens a new one", async () => {
    const integration = await createIntegration({ autoResolveMinutes: 5 });
    await deliver(integration, { id: "k", title: "x" });
    await setLastActivity(integration, minutesAgo(4));
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toMatchObject([{ status: "OPEN" }]);
    await setLastActivity(integration, minutesAgo(5));
    await runDurableObjectAlarm(objectOf(integration));
    const [alert] = await alertsOf(integration);
    expect(alert).toMatchObject({ status: "RESOLVED", version: 2, resolvedAt: expect.any(String) });
    expect(await timelineOf(alert!.id)).toMatchObject([
      { type: "CREATED", actor: { type: "source" } },
      {
        type: "RESOLVED",
        actor: { type: "system" },
        deliveryId: null,
        changes: { status: { from: "OPEN", to: "RESOLVED" } },
      },
    ]);
    expect((await deliver(integration, { id: "k", title: "x" })).body.alerts).toMatchObject([{ outcome: "created" }]);
  });

  it("keeps an alert open that a duplicate repeats", async () => {
    const integration = await createIntegration({ autoResolveMinutes: 5 });
    await deliver(integration, { id: "k", title: "x" });
    await setLastActivity(integration, minutesAgo(6));
    expect((await deliver(integration, { id: "k", title: "x" })).body.status).toBe("duplicate");
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toMatchObject([{ status: "OPEN", version: 1 }]);
  });

  it("gives alerts more time when the object was away, because their source could not repeat them", async () => {
    const integration = await createIntegration({ autoResolveMinutes: 5 });
    await deliver(integration, { id: "k", title: "x" });
    await setLastActivity(integration, minutesAgo(30));
    expect(await minutesUntilAlarm(integration)).toBe(1);
    expect(await alertsOf(integration)).toMatchObject([{ status: "OPEN" }]);
  });

  it("wakes the object when the next alert is due, before a later heartbeat", async () => {
    const integration = await createIntegration({
      autoResolveMinutes: 60,
      heartbeatMinutes: 30,
      deduplicationWindowMinutes: 0,
    });
    expect(await minutesUntilAlarm(integration)).toBe(30);
    await deliver(integration, { id: "k", title: "x" });
    await flushed(integration);
    await setLastActivity(integration, minutesAgo(55));
    expect(await minutesUntilAlarm(integration)).toBe(5);
  });
});
