import { describe, expect, it } from "vitest";
import { alertsOf, api, createIntegration, deliver } from "../../support/worker.ts";

describe("DELETE /v1/integrations/{id}", () => {
  it("rejects further deliveries and keeps the alerts", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "x" });
    expect((await api("DELETE", `/v1/integrations/${integration.id}`)).status).toBe(204);
    expect((await deliver(integration, { title: "x" })).status).toBe(404);
    for (const method of ["GET", "DELETE"])
      expect((await api(method, `/v1/integrations/${integration.id}`)).status).toBe(404);
    expect(await alertsOf(integration)).toHaveLength(1);
  });
});
