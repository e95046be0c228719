import { describe, expect, it } from "vitest";
import { api, createIntegration, deliver, flushed } from "../../support/worker.ts";

describe("GET /v1/deliveries", () => {
  it("finds a batch and its duplicate by each of their alerts", async () => {
    const integration = await createIntegration();
    const batch = [
      { id: "1", title: "a" },
      { id: "2", title: "b" },
    ];
    const { body } = await deliver(integration, batch);
    await deliver(integration, batch);
    await deliver(integration, { id: "2", title: "b", status: "resolved" });
    await flushed(integration);
    const count = async (alertId: string | null | undefined) =>
      (await api<{ data: unknown[] }>("GET", `/v1/deliveries?alertId=${alertId}`)).body.data.length;
    expect([await count(body.alerts[0]?.id), await count(body.alerts[1]?.id)]).toEqual([2, 3]);
  });
});
