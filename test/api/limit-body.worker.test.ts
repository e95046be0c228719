import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { call } from "../support/worker.ts";

describe("limitBody", () => {
  it("reads nothing of an unauthenticated request", async () => {
    let chunks = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (++chunks > 200) controller.close();
        else controller.enqueue(new Uint8Array(64 * 1024));
      },
    });
    const reply = await call("POST", "/v1/integrations", { headers: { "content-type": "application/json" }, body });
    expect(reply.status).toBe(401);
    expect(chunks).toBeLessThan(10);
  });

  it("rejects a body of 8 MiB with 413", async () => {
    const reply = await call("POST", "/v1/integrations", {
      headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json" },
      body: `"${"x".repeat(8 * 1024 * 1024)}"`,
    });
    expect(reply.status).toBe(413);
    expect(reply.body).toMatchObject({
      type: "urn:tocsin:problem:too-large",
      detail: "Request body exceeds 7 MiB. Send a smaller one.",
    });
  });
});
