import { describe, expect, it } from "vitest";
import { api, createIntegration, deliver, deliveriesOf } from "../../support/worker.ts";

describe("GET /v1/deliveries/{id}/payload", () => {
  it("returns the body as a download with its original content type, which no browser runs", async () => {
    const integration = await createIntegration();
    await deliver(integration, '{"title":"<script>"}', { "content-type": "text/html" });
    const [delivery] = await deliveriesOf(integration);
    const reply = await api("GET", `/v1/deliveries/${delivery?.id}/payload`);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      "content-type": "text/html",
      "content-disposition": expect.stringContaining("attachment"),
      "content-security-policy": expect.stringContaining("sandbox"),
      "x-content-type-options": "nosniff",
    });
  });
});
