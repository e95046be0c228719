import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { api, ask, call, createIntegration, deliver } from "../support/worker.ts";

const key = { authorization: `Bearer ${env.ROOT_API_KEY}` };

describe("a response", () => {
  it.each(["/v1/session", "/v1/alerts", "/v1/integrations", "/v1/users", "/v1/stats", "/v1/alerts/export", "/metrics"])(
    "of %s is stored by no cache",
    async (path) => {
      const reply = await ask(path, key);
      await reply.body?.cancel();
      expect(reply.headers.get("cache-control")).toBe("no-store");
    },
  );

  it.each(["/v1/alerts", "/v1/alerts/00000000-0000-7000-8000-000000000000", "/v1/unknown", "/healthz", "/readyz"])(
    "without credentials is stored by no cache: %s",
    async (path) => {
      expect((await call("GET", path)).headers.get("cache-control")).toBe("no-store");
    },
  );

  it("with an ETag may be kept by the client alone, which asks each time", async () => {
    const { id } = await createIntegration();
    const first = await ask(`/v1/integrations/${id}`, key);
    await first.body?.cancel();
    expect(first.headers.get("cache-control")).toBe("private, no-cache");
    expect(first.headers.get("etag")).toMatch(/^"/);
  });

  it("with a secret is stored by no cache, although it has an ETag", async () => {
    const created = await api("POST", "/v1/integrations", { name: "x", provider: "generic" });
    expect([created.headers.get("etag"), created.headers.get("cache-control")]).toEqual([
      expect.any(String),
      "no-store",
    ]);
  });

  it("with a payload is stored by no cache", async () => {
    const integration = await createIntegration();
    const { body } = await deliver(integration, { title: "x" });
    const reply = await ask(`/v1/deliveries/${body.deliveryId}/payload`, key);
    await reply.body?.cancel();
    expect(reply.headers.get("cache-control")).toBe("no-store");
  });
});
