import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { canonicalBytes, rawPayload } from "../support/payload.ts";
import { alertsOf, createIntegration, deliver, deliveriesOf, deliverWithToken, objectOf } from "../support/worker.ts";

describe("the stored delivery", () => {
  it("has credentials and signatures redacted, by name and by value", async () => {
    const integration = await createIntegration({ provider: "alertmanager" });
    const body = { alerts: [{ labels: { alertname: "x" } }] };
    await deliverWithToken(integration, body, {
      cookie: "a=b",
      "x-api-key": "k",
      "x-copy": `is ${integration.secret}`,
      "x-plain": "kept",
    });
    const text = JSON.stringify(await deliveriesOf(integration));
    expect(text).not.toContain(integration.secret);
    expect((await deliveriesOf(integration))[0]?.headers).toMatchObject({
      authorization: "[redacted]",
      cookie: "[redacted]",
      "x-api-key": "[redacted]",
      "x-copy": "[redacted]",
      "x-plain": "kept",
    });
  });

  const bodies: [string, string | Uint8Array][] = [
    ["white space around and inside", ' \n{ "title" :\t"x" }\r\n '],
    ["duplicate keys", '{"title":"a","title":"b"}'],
    ["escaped NUL and lone surrogates", String.raw`{"title":"a\u0000b\ud800c"}`],
    ["numbers past 2^53 and past 1e308", '{"title":"x","n":123456789012345678901234567890,"e":1e999,"z":-0.0}'],
    ["a byte order mark", '\uFEFF{"title":"x"}'],
    ["emoji and RTL", '{"title":"🔥 \u202Eabc"}'],
    ["999 levels", `{"title":"x","deep":${"[".repeat(998)}${"]".repeat(998)}}`],
    ["prototype names", '{"title":"x","__proto__":{"a":1},"constructor":{"prototype":{}}}'],
    ["one mebibyte", `{"title":"x","blob":"${"y".repeat(1024 * 1024 - 23)}"}`],
  ];
  it.each(bodies)("is byte for byte the original: %s", async (_name, body) => {
    const integration = await createIntegration();
    const reply = await deliver(integration, body);
    expect(reply.status).toBe(202);
    const bytes = canonicalBytes(body);
    const [delivery] = await deliveriesOf(integration);
    expect(await rawPayload(delivery!.id)).toEqual(bytes);
    expect(delivery).toMatchObject({ bodyBytes: bytes.length, isBodyCut: false });
    expect(await alertsOf(integration)).toHaveLength(1);
  });

  property.prop(
    [
      fc.array(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue({ stringUnit: "binary" })), {
        minLength: 1,
        maxLength: 5,
      }),
    ],
    {
      numRuns: 40,
    },
  )("is, for any JSON, rejected with a 4xx or stored in Postgres byte for byte", async (body) => {
    const integration = await createIntegration();
    const text = JSON.stringify(body);
    const { status } = await deliver(integration, text);
    const [delivery, ...others] = await deliveriesOf(integration);
    expect(others).toEqual([]);
    expect([202, 400]).toContain(status);
    expect(await rawPayload(delivery!.id)).toEqual(canonicalBytes(text));
    expect((await objectOf(integration).getStats()).quarantined).toBe(0);
  });

  it("is stored without header characters that Postgres rejects", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "x" }, { body_kind: "json", "x-\u0024": '"}{', "x-long": "v".repeat(50_000) });
    const [delivery] = await deliveriesOf(integration);
    expect(delivery?.headers).toMatchObject({ body_kind: "json", "x-$": '"}{' });
  });
});
