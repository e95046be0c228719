/** The edge and Postgres store odd bodies. odd-bodies.test.ts covers how every provider reads them. */
import { describe, expect, it } from "vitest";
import { PROVIDERS } from "../../src/providers/index.ts";
import { inWindows1252, LARGE_BATCHES, ODD_MEMBERS, withOddMembers } from "../support/odd-bodies.ts";
import { rawPayload } from "../support/payload.ts";
import { alertsOf, call, createIntegration, deliveriesOf, deliverWithToken, ingestPath } from "../support/worker.ts";

/** One provider of each body format, and the two that most senders use. */
const SAMPLED = ["generic", "alertmanager", "custom", "uptime-kuma", "cloudwatch"];

describe.each(SAMPLED)("%s", (provider) => {
  const { sample } = PROVIDERS.get(provider)!;
  const settings = {
    provider,
    verification: { scheme: "token" },
    ...(provider === "custom" && { mapping: { events: "incidents", title: "name" } }),
  };

  it("stores odd bodies byte for byte, or rejects them", async () => {
    const integration = await createIntegration(settings);
    const accepted: [string, string][] = [];
    for (const [name, members] of Object.entries(ODD_MEMBERS)) {
      const body = withOddMembers(sample.body, members);
      const reply = await deliverWithToken(integration, body, { ...sample.headers, "idempotency-key": name });
      expect([name, reply.status]).toEqual([name, expect.toBeOneOf([200, 202, 400])]);
      if (reply.status !== 400) accepted.push([reply.body.deliveryId, body]);
    }
    await deliveriesOf(integration);
    for (const [id, body] of accepted) {
      expect(new TextDecoder().decode(await rawPayload(id)) === body).toBe(true);
    }
  });

  it("stores a body that is not UTF-8 byte for byte", async () => {
    const integration = await createIntegration(settings);
    const headers = { "content-type": "application/json", ...sample.headers, "x-tocsin-token": integration.secret };
    const body = inWindows1252(sample.body);
    expect((await call("POST", ingestPath(integration), { body, headers })).status).toBeOneOf([200, 202]);
    const [delivery] = await deliveriesOf(integration);
    expect(delivery?.reason).toContain("windows-1252");
    expect(await rawPayload(delivery!.id)).toEqual(body);
  });
});

describe("a batch of 10,000 events", () => {
  it.each(["generic"])("opens 10,000 alerts for %s", async (provider) => {
    const integration = await createIntegration({ provider, verification: { scheme: "token" } });
    const reply = await deliverWithToken(integration, LARGE_BATCHES[provider]!());
    expect(reply.status).toBe(202);
    expect(reply.body.alerts.filter(({ outcome }) => outcome === "created")).toHaveLength(10_000);
    expect(await alertsOf(integration)).toHaveLength(10_000);
  });
});
