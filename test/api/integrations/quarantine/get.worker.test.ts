import { describe, expect, it } from "vitest";
import { api } from "../../../support/worker.ts";
import { createQuarantine, listRows, pathOf, ROW_1, ROW_2 } from "./fixtures.ts";

describe("GET /v1/integrations/{id}/quarantine/{row}", () => {
  it("returns everything that the row would write", async () => {
    const integration = await createQuarantine();
    const deliveryId = (await listRows(integration))[0]?.deliveryId;
    expect(deliveryId).toBeTypeOf("string");
    const { body } = await api("GET", `${pathOf(integration)}/${ROW_1}`);
    expect(body).toMatchObject({
      deliveryId,
      delivery: { id: deliveryId, status: "NONSENSE" },
      alerts: [{ alert_key: "a" }],
      timeline: [{ delivery_id: deliveryId }],
      body: '{"id":"a","title":"a"}',
      bodyEncoding: "utf-8",
    });
  });

  it("does not find a row that Postgres has", async () => {
    const integration = await createQuarantine();
    expect((await api("GET", `${pathOf(integration)}/${ROW_2}`)).status).toBe(404);
  });
});
