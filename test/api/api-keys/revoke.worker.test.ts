import { describe, expect, it } from "vitest";
import { api, call } from "../../support/worker.ts";

describe("DELETE /v1/api-keys/{id}", () => {
  it("revokes a key, at once in the same isolate, and can be repeated", async () => {
    const { body } = await api<{ id: string; key: string }>("POST", "/v1/api-keys", {
      name: "test",
      scopes: ["integrations:read"],
    });
    const request = () => call("GET", "/v1/providers", { headers: { authorization: `Bearer ${body.key}` } });
    expect((await request()).status).toBe(200);
    for (let twice = 0; twice < 2; twice++) expect((await api("DELETE", `/v1/api-keys/${body.id}`)).status).toBe(204);
    expect((await request()).status).toBe(401);
    expect((await api("GET", `/v1/api-keys/${body.id}`)).body.revokedAt).toMatch(/Z$/);
    const events = await api<{ data: { action: string }[] }>("GET", `/v1/audit-events?targetId=${body.id}`);
    expect(events.body.data.map(({ action }) => action)).toEqual(["api-key.revoke", "api-key.create"]);
  });
});
