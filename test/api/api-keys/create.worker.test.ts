import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { api } from "../../support/worker.ts";

describe("POST /v1/api-keys", () => {
  it("shows the key once, and stores only its hash", async () => {
    const { body } = await api<{ id: string; key: string }>("POST", "/v1/api-keys", {
      name: "test",
      scopes: ["integrations:read"],
    });
    const { id, key } = body;
    expect(key).toMatch(/^tocsin_[\w-]{64}$/);
    for (const path of [`/v1/api-keys/${id}`, "/v1/api-keys", "/v1/audit-events"])
      expect(JSON.stringify((await api("GET", path)).body)).not.toContain(key);
    const { rows } = await connect(env).execute(sql`select * from api_keys where id = ${id}`);
    expect(JSON.stringify(rows)).not.toContain(key.slice(7, 27));
  });

  it.each([-1, -60_000])("rejects a key that expired %d ms from now", async (ms) => {
    const expiresAt = new Date(Date.now() + ms).toISOString();
    const reply = await api("POST", "/v1/api-keys", { name: "x", scopes: ["admin"], expiresAt });
    expect([reply.status, reply.body.errors]).toMatchObject([400, [{ pointer: "/expiresAt" }]]);
    const later = new Date(Date.now() + 60_000).toISOString();
    expect((await api("POST", "/v1/api-keys", { name: "x", scopes: ["admin"], expiresAt: later })).status).toBe(201);
  });

  it("rejects an unknown scope", async () => {
    const reply = await api("POST", "/v1/api-keys", { name: "x", scopes: ["everything"] });
    expect([reply.status, reply.body.errors]).toMatchObject([400, [{ pointer: "/scopes/0" }]]);
  });
});
