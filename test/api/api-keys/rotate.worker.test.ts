import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { apiKeys } from "../../../src/db/schema.ts";
import { api, call } from "../../support/worker.ts";

interface Key {
  id: string;
  key: string;
  name: string;
  previousKeyExpiresAt: string | null;
}

const newKey = async (): Promise<Key> =>
  (await api<Key>("POST", "/v1/api-keys", { name: "Pager", scopes: ["integrations:read"] })).body;

const rotate = (id: string, body: object = {}) =>
  api<Key & { detail: string }>("POST", `/v1/api-keys/${id}/rotate`, body);

const statusWith = async (key: string): Promise<number> =>
  (await call("GET", "/v1/providers", { headers: { authorization: `Bearer ${key}` } })).status;

describe("POST /v1/api-keys/{id}/rotate", () => {
  it("returns a new key once, and both keys are valid until the overlap ends", async () => {
    const { id, key: first } = await newKey();
    expect(await statusWith(first)).toBe(200);
    const { status, body } = await rotate(id, { overlapMinutes: 60 });
    expect([status, body.id, body.name]).toEqual([200, id, "Pager"]);
    expect(Date.parse(body.previousKeyExpiresAt ?? "")).toBeGreaterThan(Date.now() + 59 * 60_000);
    expect([await statusWith(first), await statusWith(body.key)]).toEqual([200, 200]);
    const stored = await connect(env).execute(sql`select * from api_keys where id = ${id}`);
    for (const key of [first, body.key]) expect(JSON.stringify(stored.rows)).not.toContain(key.slice(7, 27));
    const events = await api<{ data: { action: string }[] }>("GET", `/v1/audit-events?targetId=${id}`);
    expect(events.body.data.map(({ action }) => action)).toEqual(["api-key.rotate", "api-key.create"]);
    expect(JSON.stringify(events.body)).not.toContain(body.key);

    await connect(env).update(apiKeys).set({ previousKeyExpiresAt: new Date() }).where(eq(apiKeys.id, id));
    // Rotating makes this isolate forget what it knows about the key.
    const third = await rotate(id, { overlapMinutes: 60 });
    expect(third.status).toBe(200);
    expect([await statusWith(first), await statusWith(body.key), await statusWith(third.body.key)]).toEqual([
      401, 200, 200,
    ]);
  });

  it("ends the old key at once without an overlap", async () => {
    const { id, key: first } = await newKey();
    expect(await statusWith(first)).toBe(200);
    const { body } = await rotate(id, { overlapMinutes: 0 });
    expect(body.previousKeyExpiresAt).toBeNull();
    expect([await statusWith(first), await statusWith(body.key)]).toEqual([401, 200]);
  });

  it("ends no key before its promised time, unless it is told to", async () => {
    const { id, key: first } = await newKey();
    const second = await rotate(id);
    const early = await rotate(id);
    expect([early.status, early.body.detail]).toEqual([409, expect.stringContaining("endOverlap")]);
    const third = await rotate(id, { endOverlap: true });
    expect(third.status).toBe(200);
    expect([await statusWith(first), await statusWith(second.body.key), await statusWith(third.body.key)]).toEqual([
      401, 200, 200,
    ]);
  });

  it("is repeated safely with an Idempotency-Key", async () => {
    const { id } = await newKey();
    const headers = {
      authorization: `Bearer ${env.ROOT_API_KEY}`,
      "content-type": "application/json",
      "idempotency-key": crypto.randomUUID(),
    };
    const request = () => call<Key>("POST", `/v1/api-keys/${id}/rotate`, { headers, body: "{}" });
    const [first, again] = [await request(), await request()];
    expect([again.status, again.body.key]).toEqual([200, first.body.key]);
  });

  it("revokes both keys together", async () => {
    const { id, key: first } = await newKey();
    const { body } = await rotate(id);
    await api("DELETE", `/v1/api-keys/${id}`);
    expect([await statusWith(first), await statusWith(body.key)]).toEqual([401, 401]);
  });

  it("rejects a revoked key, an expired key and an unknown one", async () => {
    const revoked = await newKey();
    await api("DELETE", `/v1/api-keys/${revoked.id}`);
    expect((await rotate(revoked.id)).status).toBe(409);
    const expired = await newKey();
    await connect(env)
      .update(apiKeys)
      .set({ expiresAt: new Date(0) })
      .where(eq(apiKeys.id, expired.id));
    expect((await rotate(expired.id)).status).toBe(409);
    expect((await rotate(crypto.randomUUID())).status).toBe(404);
  });
});
