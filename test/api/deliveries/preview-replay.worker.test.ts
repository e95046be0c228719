import { describe, expect, it } from "vitest";
import { api, createIntegration, deliver, deliveriesOf, deliverWithToken, flushed } from "../../support/worker.ts";

interface Previews {
  results: { deliveryId: string; isReadable: boolean; reason: string | null; events: { title: string }[] }[];
  readable: number;
}

const preview = (body: unknown) => api<Previews>("POST", "/v1/deliveries/replay/preview", body);

describe("POST /v1/deliveries/replay/preview", () => {
  it("reads the latest deliveries with another mapping, and records nothing", async () => {
    const integration = await createIntegration({
      provider: "custom",
      verification: { scheme: "token" },
      mapping: { title: "title" },
    });
    for (const body of [{ name: "Host" }, { title: "Disk" }, { name: "Queue", list: [1] }, {}])
      await deliverWithToken(integration, body);
    await flushed(integration);
    const before = await deliveriesOf(integration);
    const filter = { integrationId: integration.id, status: ["ACCEPTED", "REJECTED"] };

    const saved = (await preview({ filter })).body;
    expect(saved).toMatchObject({
      readable: 1,
      results: [
        { isReadable: false, reason: expect.stringContaining("title"), status: "REJECTED", events: [] },
        { isReadable: false },
        { isReadable: true, reason: null, status: "ACCEPTED", events: [{ action: "trigger", title: "Disk" }] },
        { isReadable: false },
      ],
    });
    const mapping = { title: "title ? title : name" };
    const tried = (await preview({ filter, mapping })).body;
    expect(tried.readable).toBe(3);
    expect(tried.results.map(({ events }) => events.map(({ title }) => title))).toEqual([
      [],
      ["Queue"],
      ["Disk"],
      ["Host"],
    ]);
    const ids = before.slice(0, 2).map(({ id }) => id);
    const selected = (await preview({ ids, mapping, limit: 1 })).body.results;
    expect(selected.map(({ deliveryId }) => deliveryId)).toEqual([before[0]?.id]);
    expect(await deliveriesOf(integration)).toEqual(before);
  });

  it("names the field of a wrong expression, and rejects a mapping for another provider", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "x" });
    await flushed(integration);
    const filter = { integrationId: integration.id, status: ["ACCEPTED"] };
    expect(await preview({ filter, mapping: { title: "$(" } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: "/mapping/title" }] },
    });
    expect((await preview({ filter, mapping: { title: "title" } })).status).toBe(409);
    for (const wrong of [{}, { filter, ids: [crypto.randomUUID()] }, { filter: { ...filter, query: "a:" } }])
      expect((await preview(wrong)).status).toBe(400);
  });
});
