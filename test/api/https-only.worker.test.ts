import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { createIntegration } from "../support/worker.ts";

const send = (url: string, init: RequestInit = {}) =>
  (exports as unknown as { default: Fetcher }).default.fetch(new Request(url, { redirect: "manual", ...init }));

describe("plain http", () => {
  it.each([
    ["GET", "http://tocsin.test/alerts?status=OPEN", "https://tocsin.test/alerts?status=OPEN"],
    ["HEAD", "http://tocsin.test:8080/v1/alerts", "https://tocsin.test/v1/alerts"],
    ["GET", "http://localhost.evil.test/", "https://localhost.evil.test/"],
    ["GET", "http://127.evil.test/", "https://127.evil.test/"],
    ["GET", "http://192.0.2.1/healthz", "https://192.0.2.1/healthz"],
  ])("redirects %s %s", async (method, url, location) => {
    const reply = await send(url, { method });
    expect([reply.status, reply.headers.get("location")]).toEqual([308, location]);
    expect(reply.headers.get("strict-transport-security")).toBeNull();
  });

  it.each(["POST", "PUT", "DELETE"])("redirects a delivery with %s, so that method and body stay", async (method) => {
    const { id } = await createIntegration();
    const reply = await send(`http://tocsin.test/in/${id}/v2/alerts`, { method, body: "{}" });
    expect([reply.status, reply.headers.get("location")]).toEqual([308, `https://tocsin.test/in/${id}/v2/alerts`]);
    expect(await reply.text()).toContain("Use https://tocsin.test");
  });

  it.each([
    ["POST", "/v1/session"],
    ["POST", "/sign-in"],
    ["POST", "/v1/integrations"],
    ["DELETE", "/v1/session"],
    ["OPTIONS", "/v1/alerts"],
  ])("rejects %s %s with what to do, although the key is right", async (method, path) => {
    const headers = { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json" };
    const reply = await send(`http://tocsin.test${path}`, {
      method,
      headers,
      ...(method === "POST" && { body: "{}" }),
    });
    expect(reply.status).toBe(403);
    expect(await reply.json()).toMatchObject({
      detail: expect.stringContaining("Use https://tocsin.test, and replace"),
    });
  });

  it.each(["localhost", "tocsin.localhost", "127.0.0.1", "127.1.2.3", "[::1]"])(
    "is served at %s:8787",
    async (host) => {
      const reply = await send(`http://${host}:8787/healthz`);
      expect([reply.status, reply.headers.get("strict-transport-security")]).toEqual([200, null]);
    },
  );
});

describe("https", () => {
  it.each(["/healthz", "/sign-in", "/docs", "/v1/alerts", "/unknown", "/in/not-an-id"])(
    "makes browsers return over https: %s",
    async (path) => {
      const reply = await send(`https://tocsin.test${path}`);
      expect(reply.headers.get("strict-transport-security")).toBe("max-age=31536000");
    },
  );
});
