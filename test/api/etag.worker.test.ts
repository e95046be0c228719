import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call, createIntegration, deliver, flushed } from "../support/worker.ts";

describe("If-None-Match", () => {
  it("returns 304 while the client has the current version", async () => {
    const root = { authorization: `Bearer ${env.ROOT_API_KEY}` };
    const integration = await createIntegration();
    const { body } = await deliver(integration, { id: "k", title: "x" });
    await flushed(integration);
    const path = `/v1/alerts/${body.alerts[0]?.id}`;
    const first = await call("GET", path, { headers: root });
    const headers = { ...root, "if-none-match": first.headers.get("etag") ?? "" };
    expect((await call("GET", path, { headers })).status).toBe(304);
    await deliver(integration, { id: "k", title: "x", status: "resolved" });
    await flushed(integration);
    expect((await call("GET", path, { headers })).status).toBe(200);
  });
});
