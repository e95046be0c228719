import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call } from "../support/worker.ts";

const settings = env as { CORS_ORIGINS: string };

const preflight = async (origin: string) =>
  (await call("OPTIONS", "/v1/alerts", { headers: { origin, "access-control-request-method": "GET" } })).headers;
const get = async (origin?: string) =>
  (
    await call("GET", "/v1/providers", {
      headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, ...(origin !== undefined && { origin }) },
    })
  ).headers;

describe("cross-origin requests", () => {
  it("are not allowed by default", async () => {
    expect((await preflight("https://pages.test")).get("access-control-allow-origin")).toBeNull();
    expect((await get()).get("vary")).toBeNull();
  });

  describe("with CORS_ORIGINS", () => {
    beforeEach(() => {
      settings.CORS_ORIGINS = "https://other.test, https://pages.test";
    });
    afterEach(() => {
      settings.CORS_ORIGINS = "";
    });

    it("are allowed for the listed origins, without credentials", async () => {
      const headers = await preflight("https://pages.test");
      expect(headers.get("access-control-allow-origin")).toBe("https://pages.test");
      expect(headers.get("access-control-allow-credentials")).toBeNull();
      expect((await get("https://pages.test")).get("access-control-expose-headers")).toMatch(
        /etag.*idempotency-replayed/,
      );
    });

    it("are not allowed for other origins", async () => {
      expect((await preflight("https://evil.test")).get("access-control-allow-origin")).toBeNull();
    });
  });
});
