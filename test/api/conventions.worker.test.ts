import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../src/db/client.ts";
import { apiKeys, idempotencyKeys } from "../../src/db/schema.ts";
import { purgeAnswers } from "../../src/api/idempotency.ts";
import { isGenuine, newApiKey } from "../../src/lib/api-key.ts";
import { DAY } from "../../src/lib/time.ts";
import { api, call, createIntegration, deliver, flushed, until, withDatabase } from "../support/worker.ts";

interface Key {
  id: string;
  key: string;
  lastUsedAt: string | null;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const root = { ...bearer(env.ROOT_API_KEY), "content-type": "application/json" };
const newKey = async (fields: object = {}) =>
  (await api<Key>("POST", "/v1/api-keys", { name: "test", scopes: ["integrations:read"], ...fields })).body;

describe("API keys", () => {
  it("are shown once, and kept as a hash", async () => {
    const { id, key } = await newKey();
    expect(key).toMatch(/^tocsin_[\w-]{64}$/);
    for (const path of [`/v1/api-keys/${id}`, "/v1/api-keys", "/v1/audit-events"])
      expect(JSON.stringify((await api("GET", path)).body)).not.toContain(key);
    const { rows } = await connect(env).execute(sql`select * from api_keys where id = ${id}`);
    expect(JSON.stringify(rows)).not.toContain(key.slice(7, 27));
  });

  it("work until they are revoked, at once in the isolate that revokes", async () => {
    const { id, key } = await newKey();
    expect((await call("GET", "/v1/providers", { headers: bearer(key) })).status).toBe(200);
    for (let twice = 0; twice < 2; twice++) expect((await api("DELETE", `/v1/api-keys/${id}`)).status).toBe(204);
    expect((await call("GET", "/v1/providers", { headers: bearer(key) })).status).toBe(401);
    expect((await api("GET", `/v1/api-keys/${id}`)).body.revokedAt).toMatch(/Z$/);
    const acts = await api<{ data: { action: string }[] }>("GET", `/v1/audit-events?targetId=${id}`);
    expect(acts.body.data.map(({ action }) => action)).toEqual(["api-key.revoke", "api-key.create"]);
  });

  it("end when they say", async () => {
    const { id, key } = await newKey({ expiresAt: "2100-01-01T00:00:00+01:00" });
    expect((await call("GET", "/v1/providers", { headers: bearer(key) })).status).toBe(200);
    const past = await newKey({ expiresAt: "2020-01-01T00:00:00Z" });
    expect((await call("GET", "/v1/providers", { headers: bearer(past.key) })).status).toBe(401);
    expect((await api("GET", `/v1/api-keys/${id}`)).body.expiresAt).toBe("2099-12-31T23:00:00.000Z");
  });

  it("tell when they were used last", async () => {
    const { id, key } = await newKey();
    await call("GET", "/v1/providers", { headers: bearer(key) });
    const lastUsedAt = await until(async () => (await api<Key>("GET", `/v1/api-keys/${id}`)).body.lastUsedAt);
    expect(lastUsedAt).toMatch(/Z$/);
  });

  it("are looked up once, and made-up ones not at all", async () => {
    const { key } = await newKey();
    const fake = await newApiKey("another deployment's secret");
    const tampered = `${key.slice(0, 20)}${key[20] === "A" ? "B" : "A"}${key.slice(21)}`;
    expect((await call("GET", "/v1/providers", { headers: bearer(key) })).status).toBe(200);
    await withDatabase("down", async () => {
      expect((await call("GET", "/v1/providers", { headers: bearer(key) })).status).toBe(200);
      for (const one of [fake, tampered, "tocsin_", "tocsin_x", key.slice(7)])
        expect((await call("GET", "/v1/providers", { headers: bearer(one) })).status).toBe(401);
    });
    expect(await isGenuine(key, env.AUTH_SECRET)).toBe(true);
  });

  it("are counted one by one, with the limit's name in the refusal", async () => {
    const { key } = await newKey();
    const ask = () => call("GET", "/v1/providers", { headers: bearer(key) });
    expect((await ask()).headers.get("ratelimit-policy")).toBe('"api";q=1200;w=60');
    const refused = await until(async () => {
      const replies = await Promise.all(Array.from({ length: 100 }, ask));
      return replies.find(({ status }) => status === 429);
    });
    expect(refused.body.detail).toContain("API_LIMITER");
    expect([refused.headers.get("ratelimit"), refused.headers.get("retry-after")]).toEqual(['"api";r=0;t=60', "60"]);
    const { key: other } = await newKey();
    expect((await call("GET", "/v1/providers", { headers: bearer(other) })).status).toBe(200);
  });

  it("have no scope that nobody has heard of", async () => {
    const reply = await api("POST", "/v1/api-keys", { name: "x", scopes: ["everything"] });
    expect([reply.status, reply.body.errors]).toMatchObject([400, [{ pointer: "/scopes/0" }]]);
  });
});

describe("Idempotency-Key", () => {
  const create = (key: string, body: object) =>
    call("POST", "/v1/integrations", {
      headers: { ...root, "idempotency-key": key },
      body: JSON.stringify({ provider: "generic", ...body }),
    });

  it("gives the first answer again, its secret too, and does nothing a second time", async () => {
    const key = crypto.randomUUID();
    const [first, second] = [await create(key, { name: "once" }), await create(key, { name: "once" })];
    expect([second.status, second.body]).toEqual([first.status, first.body]);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    for (const name of ["location", "etag", "content-type"])
      expect([name, second.headers.get(name)]).toEqual([name, first.headers.get(name)]);
    const kept = JSON.stringify(await connect(env).select().from(idempotencyKeys));
    expect(kept).not.toContain(first.body.secret);
    expect(kept).not.toContain(key);
  });

  it("is refused for another body", async () => {
    const key = crypto.randomUUID();
    await create(key, { name: "one" });
    expect((await create(key, { name: "another" })).status).toBe(422);
  });

  it("lets one of many that are sent at once through", async () => {
    const key = crypto.randomUUID();
    const replies = await Promise.all(Array.from({ length: 10 }, () => create(key, { name: "storm" })));
    expect(replies.filter(({ status }) => status !== 201 && status !== 409)).toEqual([]);
    const made = replies.filter(({ status }) => status === 201).map(({ body }) => body.id);
    expect(new Set(made).size).toBe(1);
  });

  it("is free again after a refusal", async () => {
    const key = crypto.randomUUID();
    expect((await create(key, {})).status).toBe(400);
    expect((await create(key, { name: "now well" })).status).toBe(201);
  });

  it("belongs to who sent it, and to what it was sent for", async () => {
    const key = crypto.randomUUID();
    const { key: other } = await newKey({ scopes: ["integrations:write"] });
    const first = await create(key, { name: "x" });
    const theirs = await call("POST", "/v1/integrations", {
      headers: { ...bearer(other), "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify({ provider: "generic", name: "x" }),
    });
    expect([theirs.status, theirs.body.id === first.body.id]).toEqual([201, false]);
  });

  it("is taken over when its first request never came to its end", async () => {
    const key = crypto.randomUUID();
    await create(key, { name: "x" });
    await connect(env)
      .update(idempotencyKeys)
      .set({ statusCode: null, createdAt: new Date(Date.now() - 2 * 60_000) });
    const again = await create(key, { name: "x" });
    expect([again.status, again.headers.get("idempotency-replayed")]).toEqual([201, null]);
  });

  it("is forgotten after a day", async () => {
    await create(crypto.randomUUID(), { name: "x" });
    await purgeAnswers(env, Date.now() + 2 * DAY);
    expect(await connect(env).select().from(idempotencyKeys)).toEqual([]);
  });
});

describe("Prefer: return=minimal", () => {
  it("leaves out what the client has already, and never a secret", async () => {
    const integration = await createIntegration();
    const minimal = { ...root, prefer: "return=minimal" };
    const patched = await call("PATCH", `/v1/integrations/${integration.id}`, {
      headers: minimal,
      body: JSON.stringify({ name: "x" }),
    });
    expect([patched.status, patched.body, patched.headers.get("preference-applied")]).toEqual([
      204,
      "",
      "return=minimal",
    ]);
    expect(patched.headers.get("etag")).toBe('"2"');
    const rotated = await call("POST", `/v1/integrations/${integration.id}/rotate-secret`, {
      headers: minimal,
      body: "{}",
    });
    expect([rotated.status, typeof rotated.body.secret, rotated.headers.get("preference-applied")]).toEqual([
      200,
      "string",
      null,
    ]);
  });
});

describe("If-None-Match", () => {
  it("says that there is nothing new", async () => {
    const integration = await createIntegration();
    const { body } = await deliver(integration, { id: "k", title: "x" });
    await flushed(integration);
    const path = `/v1/alerts/${body.alerts[0]?.id}`;
    const got = await call("GET", path, { headers: root });
    const headers = { ...root, "if-none-match": got.headers.get("etag") ?? "" };
    expect((await call("GET", path, { headers })).status).toBe(304);
    await deliver(integration, { id: "k", title: "x", status: "resolved" });
    await flushed(integration);
    expect((await call("GET", path, { headers })).status).toBe(200);
  });
});

describe("pages of other origins", () => {
  it("may not call, unless the operator names them", async () => {
    const preflight = (origin: string) =>
      call("OPTIONS", "/v1/alerts", { headers: { origin, "access-control-request-method": "GET" } });
    expect((await preflight("https://pages.test")).headers.get("access-control-allow-origin")).toBeNull();
    expect((await call("GET", "/v1/providers", { headers: root })).headers.get("vary")).toBeNull();
    const mutable = env as { CORS_ORIGINS: string };
    mutable.CORS_ORIGINS = "https://other.test, https://pages.test";
    try {
      const reply = await preflight("https://pages.test");
      expect(reply.headers.get("access-control-allow-origin")).toBe("https://pages.test");
      expect(reply.headers.get("access-control-allow-credentials")).toBeNull();
      const got = await call("GET", "/v1/providers", { headers: { ...root, origin: "https://pages.test" } });
      expect(got.headers.get("access-control-expose-headers")).toContain("etag");
      expect((await preflight("https://evil.test")).headers.get("access-control-allow-origin")).toBeNull();
    } finally {
      mutable.CORS_ORIGINS = "";
    }
  });
});

describe("bodies", () => {
  it("of more than any operation requireScope are refused", async () => {
    const reply = await call("POST", "/v1/integrations", { headers: root, body: `"${"x".repeat(8 * 1024 * 1024)}"` });
    expect([reply.status, reply.body.type]).toEqual([413, "urn:tocsin:problem:too-large"]);
  });
});

describe("a key without a row", () => {
  it("that this deployment made is refused all the same", async () => {
    const { id, key } = await newKey();
    await connect(env).delete(apiKeys).where(eq(apiKeys.id, id));
    expect((await call("GET", "/v1/providers", { headers: bearer(key) })).status).toBe(401);
  });
});
