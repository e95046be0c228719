import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { ORIGIN, withinOneMinute } from "../users/fixtures.ts";
import { api, call } from "../../support/worker.ts";

/** Requests a minute that FAILURE_LIMITER in wrangler.toml allows an address. */
const FAILURE_LIMIT = 100;

const json = { "content-type": "application/json" };
const form = { "content-type": "application/x-www-form-urlencoded", origin: ORIGIN };

describe("a body for callers who are not signed in", () => {
  it.each(["/v1/session", "/v1/session/password"])("may have 4 KiB at %s", async (path) => {
    const send = (bytes: number) =>
      call<{ detail: string }>("POST", path, { headers: json, body: JSON.stringify({ x: "" }).padEnd(bytes) });
    expect((await send(4096)).status).toBe(400);
    const reply = await send(4097);
    expect([reply.status, reply.body.detail]).toEqual([413, "Request body exceeds 4 KiB. Send a smaller one."]);
  });

  it("is bounded without a Content-Length, too", async () => {
    const chunk = new TextEncoder().encode("[],".repeat(1000));
    let chunks = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (++chunks > 1000) controller.close();
        else controller.enqueue(chunk);
      },
    });
    expect((await call("POST", "/v1/session", { headers: json, body })).status).toBe(413);
    expect(chunks).toBeLessThan(100);
  });

  it.each(["/sign-in", "/welcome", "/set-password", "/sign-out"])("may have 64 KiB at the page %s", async (path) => {
    const send = (bytes: number) =>
      call<string>("POST", path, {
        headers: form,
        body: "token=x&newPassword=".padEnd(bytes, "x"),
        redirect: "manual",
      });
    expect((await send(64 * 1024)).status).not.toBe(413);
    const reply = await send(64 * 1024 + 1);
    expect([reply.status, reply.headers.get("content-type")]).toEqual([413, "text/html; charset=UTF-8"]);
    expect(reply.body).toContain("exceeds 64 KiB");
  });

  it("may have 1 MiB at other pages, before the session is looked up", async () => {
    const body = "x".repeat(1024 * 1024 + 1);
    expect((await call("POST", "/integrations/new", { headers: form, body })).status).toBe(413);
  });

  it("may have 7 MiB in the rest of the API", async () => {
    expect((await api("POST", "/v1/teams", { name: "x", more: "x".repeat(5000) })).status).toBe(400);
  });
});

describe("an attempt to sign in", () => {
  it.each([
    ["POST", "/v1/session", "{}"],
    ["POST", "/v1/session", "no JSON"],
    ["POST", "/v1/session/password", "{}"],
    ["POST", "/v1/session/password", JSON.stringify({ token: "made up", newPassword: "a long new password" })],
    ["GET", "/v1/session/oidc/nobody?returnTo=//evil.test", undefined],
  ])("counts although it is invalid: %s %s %s", async (method, path, body) => {
    const statuses = await withinOneMinute(async () => {
      const headers = { ...json, "cf-connecting-ip": `192.0.2.90-${crypto.randomUUID()}` };
      for (let count = 1; count < FAILURE_LIMIT; count++)
        await env.FAILURE_LIMITER.limit({ key: headers["cf-connecting-ip"] });
      const attempt = async () => (await call(method, path, { headers, ...(body !== undefined && { body }) })).status;
      return [await attempt(), await attempt()];
    });
    expect(statuses).toEqual([expect.toSatisfy((status) => status === 400 || status === 404), 429]);
  });

  it("of the console counts for the address of the browser", async () => {
    const statuses = await withinOneMinute(async () => {
      const headers = { ...form, "cf-connecting-ip": `192.0.2.91-${crypto.randomUUID()}` };
      for (let count = 1; count < FAILURE_LIMIT; count++)
        await env.FAILURE_LIMITER.limit({ key: headers["cf-connecting-ip"] });
      const attempt = async () => (await call("POST", "/sign-in", { headers, body: "email=x&password=y" })).status;
      return [await attempt(), await attempt()];
    });
    expect(statuses).toEqual([400, 429]);
  });
});
