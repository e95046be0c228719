import { describe, expect, it } from "vitest";
import { api, call } from "../../support/worker.ts";

describe("PATCH /v1/api-keys/{id}", () => {
  it("renames a key, which stays valid", async () => {
    const { body } = await api<{ id: string; key: string }>("POST", "/v1/api-keys", {
      name: "Pager",
      scopes: ["integrations:read"],
    });
    const path = `/v1/api-keys/${body.id}`;
    const renamed = await api("PATCH", path, { name: " Night pager " });
    expect([renamed.status, renamed.body.name]).toEqual([200, "Night pager"]);
    expect((await api("GET", path)).body).toEqual(renamed.body);
    const reply = await call("GET", "/v1/providers", { headers: { authorization: `Bearer ${body.key}` } });
    expect(reply.status).toBe(200);
    const events = async () =>
      (
        await api<{ data: { action: string; before: unknown; after: unknown }[] }>(
          "GET",
          `/v1/audit-events?targetId=${body.id}`,
        )
      ).body.data;
    expect((await events())[0]).toMatchObject({
      action: "api-key.update",
      before: { name: "Pager" },
      after: { name: "Night pager" },
    });
    expect((await api("PATCH", path, { name: "Night pager" })).status).toBe(200);
    expect(await events()).toHaveLength(2);
  });

  it.each([{}, { name: "" }, { name: "x", scopes: ["admin"] }])("rejects %j", async (change) => {
    const { body } = await api<{ id: string }>("POST", "/v1/api-keys", { name: "x", scopes: ["alerts:read"] });
    expect((await api("PATCH", `/v1/api-keys/${body.id}`, change)).status).toBe(400);
  });

  it("does not rename a revoked key", async () => {
    const { body } = await api<{ id: string }>("POST", "/v1/api-keys", { name: "x", scopes: ["alerts:read"] });
    await api("DELETE", `/v1/api-keys/${body.id}`);
    expect((await api("PATCH", `/v1/api-keys/${body.id}`, { name: "y" })).status).toBe(409);
  });
});
