import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { api, call, createIntegration, deliver, flushed } from "../support/worker.ts";

const root = { authorization: `Bearer ${env.ROOT_API_KEY}` };

describe("If-None-Match", () => {
  it("returns 304 while the client has the current version", async () => {
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

  it("returns 304 for every resource with an ETag", async () => {
    const integration = await createIntegration();
    const team = await api<{ id: string }>("POST", "/v1/teams", { name: "x" });
    const user = await api<{ id: string }>("POST", "/v1/users", { name: "x", email: `${crypto.randomUUID()}@x.test` });
    const subscription = await api<{ id: string }>("POST", "/v1/subscriptions", { name: "x", url: "https://x.test/" });
    const paths = [
      `/v1/integrations/${integration.id}`,
      `/v1/teams/${team.body.id}`,
      `/v1/users/${user.body.id}`,
      `/v1/subscriptions/${subscription.body.id}`,
    ];
    for (const path of paths) {
      const { headers } = await api("GET", path);
      const etag = headers.get("etag") ?? "";
      const known = await call("GET", path, { headers: { ...root, "if-none-match": `"0", W/${etag}` } });
      expect([path, known.status, known.body, known.headers.get("etag")]).toEqual([path, 304, "", etag]);
      expect((await call("GET", path, { headers: { ...root, "if-none-match": '"0"' } })).status).toBe(200);
      expect((await api("PATCH", path, { name: "renamed" })).status).toBe(200);
      expect((await call("GET", path, { headers: { ...root, "if-none-match": etag } })).status).toBe(200);
    }
  });
});
