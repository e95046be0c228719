import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../src/db/client.ts";
import { apiKeys } from "../../src/db/schema.ts";
import { isGenuine, newApiKey } from "../../src/lib/api-key.ts";
import { api, call, until, withDatabase } from "../support/worker.ts";

interface Key {
  id: string;
  key: string;
  lastUsedAt: string | null;
}

const bearer = (key: string) => ({ authorization: `Bearer ${key}` });
const newKey = async (fields: object = {}) =>
  (await api<Key>("POST", "/v1/api-keys", { name: "test", scopes: ["integrations:read"], ...fields })).body;
/** A cheap request that the scope of the test keys allows. */
const request = (key: string) => call("GET", "/v1/providers", { headers: bearer(key) });

describe("authentication", () => {
  it.each([
    ["no header", {}],
    ["another scheme", { authorization: `Basic ${btoa(`x:${env.ROOT_API_KEY}`)}` }],
    ["a wrong key", { authorization: "Bearer wrong" }],
    ["an empty key", { authorization: "Bearer " }],
  ])("rejects a request with %s", async (_what, headers: Record<string, string>) => {
    for (const path of ["/v1/alerts", "/v1/nowhere"]) {
      const reply = await call("GET", path, { headers });
      expect([reply.status, reply.body.type]).toEqual([401, "urn:tocsin:problem:unauthenticated"]);
      expect(reply.headers.get("www-authenticate")).toContain("Bearer");
    }
  });

  it("limits wrong keys per address, and accepts the right key from the same address", async () => {
    const wrong = () =>
      call("GET", "/v1/alerts", { headers: { authorization: "Bearer wrong", "cf-connecting-ip": "192.0.2.1" } });
    let last = await wrong();
    for (let count = 0; count < 250 && last.status === 401; count++) last = await wrong();
    expect([last.status, last.headers.get("retry-after")]).toEqual([429, "60"]);
    const right = { authorization: `Bearer ${env.ROOT_API_KEY}`, "cf-connecting-ip": "192.0.2.1" };
    expect((await call("GET", "/v1/alerts", { headers: right })).status).toBe(200);
  });
});

describe("an API key", () => {
  it("is accepted until it expires", async () => {
    const { id, key } = await newKey({ expiresAt: "2100-01-01T00:00:00+01:00" });
    expect((await request(key)).status).toBe(200);
    const past = await newKey({ expiresAt: "2020-01-01T00:00:00Z" });
    expect((await request(past.key)).status).toBe(401);
    expect((await api("GET", `/v1/api-keys/${id}`)).body.expiresAt).toBe("2099-12-31T23:00:00.000Z");
  });

  it("has the time of its last use", async () => {
    const { id, key } = await newKey();
    await request(key);
    const lastUsedAt = await until(async () => (await api<Key>("GET", `/v1/api-keys/${id}`)).body.lastUsedAt);
    expect(lastUsedAt).toMatch(/Z$/);
  });

  it("is cached after its first use, and a forged one is rejected without a query", async () => {
    const { key } = await newKey();
    const otherDeployment = await newApiKey("another deployment's secret");
    const tampered = `${key.slice(0, 20)}${key[20] === "A" ? "B" : "A"}${key.slice(21)}`;
    expect((await request(key)).status).toBe(200);
    await withDatabase("down", async () => {
      expect((await request(key)).status).toBe(200);
      for (const forged of [otherDeployment, tampered, "tocsin_", "tocsin_x", key.slice(7)])
        expect((await request(forged)).status).toBe(401);
    });
    expect(await isGenuine(key, env.AUTH_SECRET)).toBe(true);
  });

  it("without a row is rejected although its checksum is valid", async () => {
    const { id, key } = await newKey();
    await connect(env).delete(apiKeys).where(eq(apiKeys.id, id));
    expect((await request(key)).status).toBe(401);
  });

  it("has a separate rate limit, and the 429 names it", async () => {
    const { key } = await newKey();
    expect((await request(key)).headers.get("ratelimit-policy")).toBe('"api";q=1200;w=60');
    const rejected = await until(async () => {
      // Authenticated and counted like any other request, and answered fast.
      const unknownRoute = () => call("GET", "/v1/nowhere", { headers: bearer(key) });
      const replies = await Promise.all(Array.from({ length: 100 }, unknownRoute));
      return replies.find(({ status }) => status === 429);
    });
    expect(rejected.body.detail).toContain("API_LIMITER");
    expect([rejected.headers.get("ratelimit"), rejected.headers.get("retry-after")]).toEqual(['"api";r=0;t=60', "60"]);
    const { key: other } = await newKey();
    expect((await request(other)).status).toBe(200);
  });
});
