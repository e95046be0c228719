import { describe, expect, it } from "vitest";
import {
  alertsOf,
  api,
  createIntegration,
  deliver,
  deliverWithToken,
  flushed,
  objectOf,
} from "../../support/worker.ts";

interface Many {
  results: { deliveryId: string; outcome: string; replayId: string | null; detail?: string }[];
  replayed: number;
  nextCursor: string | null;
}

describe("POST /v1/deliveries/replay", () => {
  it("replays rejected deliveries in their order, page by page, and leaves out replays", async () => {
    const integration = await createIntegration({
      provider: "custom",
      verification: { scheme: "token" },
      mapping: { title: "wrong.name" },
    });
    for (const state of ["down", "up", "down"]) {
      await deliverWithToken(integration, { name: "Host", state });
      await flushed(integration);
    }
    const mapping = { title: "name", alertKey: "name", action: 'state = "up" ? "resolve" : "trigger"' };
    await api("PATCH", `/v1/integrations/${integration.id}`, { mapping });

    const filter = { integrationId: integration.id };
    const first = await api<Many>("POST", "/v1/deliveries/replay", { filter, limit: 2 });
    expect(first).toMatchObject({ status: 200, body: { replayed: 2, nextCursor: expect.any(String) } });
    const { nextCursor: cursor } = first.body;
    const second = await api<Many>("POST", "/v1/deliveries/replay", { filter, limit: 2, cursor });
    expect(second.body).toMatchObject({ replayed: 1, nextCursor: null });
    const statuses = (await alertsOf(integration)).map(({ status }) => status).toSorted();
    expect(statuses).toEqual(["OPEN", "RESOLVED"]);
    const all = { ...filter, status: ["ACCEPTED", "DUPLICATE", "REJECTED"] };
    expect((await api<Many>("POST", "/v1/deliveries/replay", { filter: all })).body.results).toHaveLength(3);
  });

  it("skips a delivery that cannot be replayed, with the reason", async () => {
    const integration = await createIntegration();
    await deliver({ id: integration.id, secret: "not the secret of it" }, { title: "x" });
    await flushed(integration);
    const filter = { integrationId: integration.id };
    const { body } = await api<Many>("POST", "/v1/deliveries/replay", { filter });
    expect(body).toMatchObject({ replayed: 0, results: [{ outcome: "skipped", detail: expect.any(String) }] });
  });

  it("replays a group of reasons, and a selection", async () => {
    const integration = await createIntegration({
      provider: "custom",
      verification: { scheme: "token" },
      mapping: { title: "title" },
    });
    for (const body of ["{", JSON.stringify({ name: "a" }), JSON.stringify({ name: "b" })])
      await deliverWithToken(integration, body);
    await flushed(integration);
    await api("PATCH", `/v1/integrations/${integration.id}`, { mapping: { title: "name" } });
    const filter = { integrationId: integration.id, statusCode: [400], query: 'reason:"mapping\'s title"' };
    const group = (await api<Many>("POST", "/v1/deliveries/replay", { filter })).body;
    expect(group.results.map(({ outcome }) => outcome)).toEqual(["replayed", "replayed"]);
    const [first] = group.results;
    const ids = [first?.deliveryId, crypto.randomUUID()];
    const selection = (await api<Many>("POST", "/v1/deliveries/replay", { ids })).body;
    expect(selection).toMatchObject({ replayed: 1, nextCursor: null, results: [{ deliveryId: first?.deliveryId }] });
    for (const wrong of [{}, { filter, ids }])
      expect((await api("POST", "/v1/deliveries/replay", wrong)).status).toBe(400);
  });

  it("leaves an audit event for each integration, with its own deliveries", async () => {
    const deliveries: { integrationId: string; id: string }[] = [];
    for (const title of ["first", "second"]) {
      const integration = await createIntegration({ verification: { scheme: "token" } });
      const { body } = await deliverWithToken(integration, { title });
      await flushed(integration);
      deliveries.push({ integrationId: integration.id, id: (body as { deliveryId: string }).deliveryId });
    }
    const ids = deliveries.map(({ id }) => id);
    const { body } = await api<Many>("POST", "/v1/deliveries/replay", { ids });
    expect(body.replayed).toBe(2);
    for (const { integrationId, id } of deliveries) {
      const route = `/v1/audit-events?targetId=${integrationId}&action=delivery.replay-many`;
      const { data } = (await api<{ data: { after: unknown }[] }>("GET", route)).body;
      expect(data.map(({ after }) => after)).toEqual([{ ids: [id], includeUnverified: false, replayed: 1, of: 1 }]);
    }
  });

  it("leaves an audit event for what was replayed before a failure", async () => {
    const settings = { provider: "custom", verification: { scheme: "token" }, mapping: { title: "wrong.name" } };
    const [first, second] = [await createIntegration(settings), await createIntegration(settings)];
    const ids: string[] = [];
    for (const integration of [first, second]) {
      await deliverWithToken(integration, { name: "Disk full" });
      await flushed(integration);
      const route = `/v1/deliveries?integrationId=${integration.id}`;
      ids.push((await api<{ data: { id: string }[] }>("GET", route)).body.data[0]?.id ?? "");
    }
    await api("PATCH", `/v1/integrations/${first.id}`, { mapping: { title: "name" } });
    // While a config is expected, a delivery that the present one rejects is answered 503.
    await objectOf(second).expectConfig(Date.now() * 2);

    expect((await api("POST", "/v1/deliveries/replay", { ids })).status).toBe(503);
    expect(await alertsOf(first)).toHaveLength(1);
    const eventsOf = async ({ id }: { id: string }) => {
      const route = `/v1/audit-events?targetId=${id}&action=delivery.replay-many`;
      return (await api<{ data: { after: unknown }[] }>("GET", route)).body.data.map(({ after }) => after);
    };
    expect(await eventsOf(first)).toEqual([{ ids: [ids[0]], includeUnverified: false, replayed: 1, of: 1 }]);
    expect(await eventsOf(second)).toEqual([]);
  });
});
