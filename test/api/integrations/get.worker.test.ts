import { describe, expect, it } from "vitest";
import { api, createIntegration, deliver, flushed } from "../../support/worker.ts";

describe("GET /v1/integrations/{id}", () => {
  it("counts the deliveries of the last 24 hours and the signature failures among them", async () => {
    const integration = await createIntegration();
    const health = async () => {
      await flushed(integration);
      return (await api("GET", `/v1/integrations/${integration.id}`)).body.health;
    };
    expect(await health()).toMatchObject({
      lastDeliveryAt: null,
      missedHeartbeat: { isHeartbeatMissed: false, waitingSince: null },
    });
    await deliver(integration, { title: "x" });
    await deliver(integration, { title: "x" });
    await deliver({ id: integration.id, secret: "not the secret of it" }, { title: "x" });
    await deliver(integration, "not json");
    const count = (of: number) => ({ count: of, isAtLeast: false });
    expect(await health()).toMatchObject({
      lastDeliveryAt: expect.stringMatching(/Z$/),
      last24Hours: {
        accepted: count(1),
        duplicate: count(1),
        rejected: count(2),
        verificationFailures: count(1),
      },
    });
  });

  it("shows the start of the wait for a heartbeat", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 10 });
    const { body } = await api<{ health: { missedHeartbeat: object } }>("GET", `/v1/integrations/${integration.id}`);
    expect(body.health.missedHeartbeat).toEqual({
      isHeartbeatMissed: false,
      waitingSince: expect.any(String),
      alertId: null,
    });
  });
});
