import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call, createIntegration } from "../support/worker.ts";

const headers = {
  authorization: `Bearer ${env.ROOT_API_KEY}`,
  "content-type": "application/json",
  prefer: "return=minimal",
};

describe("Prefer: return=minimal", () => {
  it("omits the body of a change", async () => {
    const { id } = await createIntegration();
    const reply = await call("PATCH", `/v1/integrations/${id}`, { headers, body: JSON.stringify({ name: "x" }) });
    expect([reply.status, reply.body, reply.headers.get("preference-applied")]).toEqual([204, "", "return=minimal"]);
    expect(reply.headers.get("etag")).toBe('"2"');
  });

  it("keeps the body of a created resource, and of a POST that changes nothing", async () => {
    const created = await call("POST", "/v1/teams", { headers, body: JSON.stringify({ name: "x" }) });
    expect([created.status, created.body.name]).toEqual([201, "x"]);
    const { id } = await createIntegration();
    const dryRun = await call("POST", `/v1/integrations/${id}/dry-run`, { headers, body: '{"body":"{}"}' });
    expect([dryRun.status, dryRun.headers.get("preference-applied")]).toEqual([200, null]);
  });

  it("keeps a body that contains a new secret", async () => {
    const { id } = await createIntegration();
    const reply = await call("POST", `/v1/integrations/${id}/rotate-secret`, { headers, body: "{}" });
    expect([reply.status, typeof reply.body.secret, reply.headers.get("preference-applied")]).toEqual([
      200,
      "string",
      null,
    ]);
  });
});
