import { env, exports } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { PROVIDERS } from "../../src/providers/index.ts";
import { alertsOf, createIntegration, deliveriesOf, deliverWithToken } from "../support/worker.ts";

/** What stands in the first object of a body, before all else. */
const ODD: Record<string, string> = {
  "a megabyte": `"odd":"${"x".repeat(1_000_000)}"`,
  "500 levels": `"odd":${"[".repeat(500)}${"]".repeat(500)}`,
  "a NUL": String.raw`"odd":"a\u0000b","title":"\u0000"`,
  "a lone surrogate": String.raw`"odd":"\ud800","na\udfffme":"\ud800"`,
  "a key twice": '"odd":1,"odd":2',
  "a number past 2^53": '"odd":123456789012345678901234567890,"far":1e400',
};

const payloadOf = async (id: string): Promise<Uint8Array> => {
  const worker = (exports as unknown as { default: Fetcher }).default;
  const request = new Request(`https://tocsin.test/v1/deliveries/${id}/payload`, {
    headers: { authorization: `Bearer ${env.ROOT_API_KEY}` },
  });
  return new Uint8Array(await (await worker.fetch(request)).arrayBuffer());
};

describe.each([...PROVIDERS.values()])("$id", ({ id: provider, sample }) => {
  const settings = {
    provider,
    verification: { scheme: "token" },
    ...(provider === "custom" && { mapping: { events: "incidents", title: "name" } }),
  };

  it("takes odd bodies and keeps them byte for byte, or refuses them", async () => {
    const integration = await createIntegration(settings);
    const text = typeof sample.body === "string" ? sample.body : JSON.stringify(sample.body);
    for (const [name, odd] of Object.entries(ODD)) {
      const body = text.replace(/\{/, () => `{${odd},`);
      const headers = { ...sample.headers, "idempotency-key": name };
      const { status, body: reply } = await deliverWithToken(integration, body, headers);
      expect([name, status]).toEqual([name, expect.toBeOneOf([200, 202, 400])]);
      if (status === 400) continue;
      await deliveriesOf(integration);
      expect(new TextDecoder().decode(await payloadOf(reply.deliveryId)) === body).toBe(true);
    }
  });

  it("refuses what is not UTF-8, with a trace", async () => {
    const integration = await createIntegration(settings);
    const worker = (exports as unknown as { default: Fetcher }).default;
    const bytes = new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]);
    const headers = { "content-type": "application/json", "x-tocsin-token": integration.secret };
    const request = new Request(`https://tocsin.test/in/${integration.id}`, { method: "POST", body: bytes, headers });
    expect((await worker.fetch(request)).status).toBe(400);
    const [delivery] = await deliveriesOf(integration);
    expect(delivery).toMatchObject({ status: "REJECTED", error: "The body is not UTF-8." });
    expect(await payloadOf(delivery!.id)).toEqual(bytes);
  });
});

describe("a batch of ten thousand events", () => {
  const many = <T>(make: (i: number) => T) => Array.from({ length: 10_000 }, (_, i) => make(i));

  it.each([
    ["generic", () => many((i) => ({ id: i, title: "x" })), {}],
    ["alertmanager", () => ({ alerts: many((i) => ({ labels: { n: i } })) }), {}],
    [
      "cloudevents",
      () => many((i) => ({ specversion: "1.0", id: i, source: "s", type: "t", subject: `${i}`, data: { title: "x" } })),
      {},
    ],
    ["custom", () => many((i) => ({ id: i, title: "x" })), { mapping: { alertKey: "id", title: "title" } }],
  ])("opens as many alerts for %s", async (provider, body, settings) => {
    const integration = await createIntegration({ provider, verification: { scheme: "token" }, ...settings });
    const reply = await deliverWithToken(integration, body());
    expect(reply.status).toBe(202);
    expect(reply.body.alerts.filter(({ outcome }) => outcome === "created")).toHaveLength(10_000);
    expect(await alertsOf(integration)).toHaveLength(10_000);
  });
});
