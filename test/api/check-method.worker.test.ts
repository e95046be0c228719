import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { newId } from "../../src/lib/ids.ts";
import { call } from "../support/worker.ts";

const headers = { authorization: `Bearer ${env.ROOT_API_KEY}` };
const { body: document } = await call<{ paths: Record<string, object> }>("GET", "/openapi.json");

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"];

const paths = Object.entries(document.paths)
  .filter(([path]) => !path.startsWith("/in/"))
  .map(([path, item]) => ({ path, methods: Object.keys(item).map((method) => method.toUpperCase()) }));

describe.each(paths)("$path", ({ path, methods }) => {
  const url = path.replaceAll(/\{\w+\}/g, newId());
  const allowed = [...methods, ...(methods.includes("GET") ? ["HEAD"] : []), "OPTIONS"].toSorted();
  const allowOf = (reply: { headers: Headers }) => reply.headers.get("allow")?.split(", ").toSorted();

  it("answers every other method with 405 and the methods that it has", async () => {
    for (const method of METHODS.filter((one) => !methods.includes(one))) {
      const reply = await call<{ type: string }>(method, url, { headers });
      // The errors of Alertmanager's API are texts.
      const type = path.startsWith("/api/v2/") ? undefined : "urn:tocsin:problem:method-not-allowed";
      expect([method, reply.status, reply.body.type]).toEqual([method, 405, type]);
      expect(allowOf(reply)).toEqual(allowed);
    }
  });

  it("answers OPTIONS with its methods, without authentication", async () => {
    const reply = await call("OPTIONS", url);
    expect([reply.status, allowOf(reply)]).toEqual([204, allowed]);
  });
});

describe("the methods of a path", () => {
  it("are not those of a less specific path", async () => {
    const reply = await call("GET", `/v1/integrations/${newId()}/quarantine/retry`, { headers });
    expect([reply.status, reply.headers.get("allow")]).toEqual([405, "POST, OPTIONS"]);
    expect((await call("PATCH", "/v1/alerts/export", { headers })).status).toBe(405);
  });

  it("are checked for pages and documents as well", async () => {
    for (const path of ["/openapi.json", "/docs", "/alerts"]) {
      const reply = await call("DELETE", path);
      expect([path, reply.status, reply.headers.get("allow")?.startsWith("GET, HEAD")]).toEqual([path, 405, true]);
    }
  });

  it("are checked before the length of the query", async () => {
    const url = `/v1/alerts?query=${"x".repeat(9000)}`;
    expect((await call("DELETE", url, { headers })).status).toBe(405);
    expect((await call("GET", url, { headers })).status).toBe(400);
  });

  it("answers an unknown path with 404", async () => {
    for (const method of METHODS) {
      expect((await call(method, "/v1/nothing", { headers })).status).toBe(404);
      expect((await call(method, "/v1/alerts/", { headers })).status).toBe(404);
    }
    expect((await call("OPTIONS", "/nothing")).status).toBe(404);
  });
});

describe("the preflight of an origin that is not listed", () => {
  it("is answered without permission", async () => {
    const reply = await call("OPTIONS", "/v1/alerts", {
      headers: { origin: "https://pages.test", "access-control-request-method": "GET" },
    });
    expect([reply.status, reply.headers.get("access-control-allow-origin")]).toEqual([204, null]);
  });
});
