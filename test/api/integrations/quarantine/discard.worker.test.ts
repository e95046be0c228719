import { describe, expect, it } from "vitest";
import { api } from "../../../support/worker.ts";
import { createQuarantine, listRows, pathOf, ROW_1, ROW_3 } from "./fixtures.ts";

describe("DELETE /v1/integrations/{id}/quarantine/{row}", () => {
  it("discards the row and records an audit event with its delivery", async () => {
    const integration = await createQuarantine();
    const [first] = await listRows(integration);
    expect((await api("DELETE", `${pathOf(integration)}/${ROW_1}`)).status).toBe(204);
    expect((await listRows(integration)).map(({ row }) => row)).toEqual([ROW_3]);
    expect((await api("DELETE", `${pathOf(integration)}/${ROW_1}`)).status).toBe(404);
    const { body } = await api<{ data: unknown[] }>("GET", `/v1/audit-events?targetId=${integration.id}`);
    expect(body.data[0]).toMatchObject({
      action: "quarantine.discard",
      actor: "api:root",
      before: { deliveryId: first?.deliveryId, error: first?.error },
    });
  });
});
