import { describe, expect, it } from "vitest";
import { api, createIntegration } from "../../support/worker.ts";

interface AuditEvent {
  action: string;
  actor: string;
  targetType: string;
  before: { name: string } | null;
  after: { name: string } | null;
}

describe("GET /v1/audit-events", () => {
  it("lists the actions on a target, newest first, filtered by action and actor", async () => {
    const { id } = await createIntegration({ name: "before" });
    await api("PATCH", `/v1/integrations/${id}`, { name: "after" });
    const list = async (query: string) =>
      (await api<{ data: AuditEvent[] }>("GET", `/v1/audit-events?targetId=${id}&${query}`)).body.data;
    const events = await list("");
    expect(events.map(({ action }) => action)).toEqual(["integration.update", "integration.create"]);
    expect(events[0]).toMatchObject({
      actor: "api:root",
      targetType: "integration",
      before: { name: "before" },
      after: { name: "after" },
    });
    expect(await list("action=integration.create&actor=api:root")).toEqual([events[1]]);
    expect(await list("actor=api:nobody")).toEqual([]);
  });
});
