import { env } from "cloudflare:workers";
import { sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { ask, createIntegration, type Delivery, deliver, flushed } from "../../support/worker.ts";
import { exportedLines } from "../exported.ts";

async function payloadOf(id: string): Promise<Uint8Array> {
  const response = await ask(`/v1/deliveries/${id}/payload`, { authorization: `Bearer ${env.ROOT_API_KEY}` });
  return new Uint8Array(await response.arrayBuffer());
}

describe("GET /v1/deliveries/export?includePayload=true", () => {
  it("contains every body byte for byte, even one that is not JSON, not text or empty", async () => {
    const integration = await createIntegration();
    const bodies = [
      `{ "id": "a",\n "title": "ä €  ${"long ".repeat(100)}", "n": 12345678901234567890 }`,
      "not JSON",
      new Uint8Array([123, 255, 0, 254, 125]),
      "",
    ];
    for (const body of bodies) await deliver(integration, body);
    await flushed(integration);
    const path = `/v1/deliveries/export?integrationId=${integration.id}`;
    const lines = await exportedLines<Delivery & { payloadBase64: string }>(`${path}&includePayload=true`);
    expect(lines).toHaveLength(bodies.length);
    for (const { id, payloadBase64 } of lines) {
      const decoded = Uint8Array.from(atob(payloadBase64), (character) => character.charCodeAt(0));
      expect(decoded).toEqual(await payloadOf(id));
    }
    for (const line of await exportedLines<Delivery>(path)) expect(line).not.toHaveProperty("payloadBase64");
  });

  it("contains all deliveries when large bodies make pages short", async () => {
    const { id } = await createIntegration();
    await connect(env)
      .execute(sql`insert into webhook_deliveries (id, integration_id, sequence, status, status_code, events, decision,
        headers, raw_payload, body_bytes, received_at)
      select gen_random_uuid(), ${id}::uuid, n, 'ACCEPTED', 202, '[]', '{}', '{}', '{}',
        (array[1500000, null, 10, 9000000, 20])[n % 5 + 1], now() from generate_series(1, 23) n`);
    expect(await exportedLines(`/v1/deliveries/export?integrationId=${id}&includePayload=true`)).toHaveLength(23);
  });
});
