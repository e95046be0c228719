import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliver,
  deliverWithToken,
  deliveriesOf,
  flushed,
  type TestIntegration,
} from "../../support/worker.ts";

interface Replay {
  deliveryId: string;
  replayOf: string;
  status: string;
  detail: string;
  alerts: { id: string | null; outcome: string }[];
}

const replay = (deliveryId: string, body: object = {}, key?: string) =>
  call<Replay>("POST", `/v1/deliveries/${deliveryId}/replay`, {
    headers: {
      authorization: `Bearer ${env.ROOT_API_KEY}`,
      "content-type": "application/json",
      ...(key !== undefined && { "idempotency-key": key }),
    },
    body: JSON.stringify(body),
  });

const mapped = (mapping: Record<string, string>) =>
  createIntegration({ provider: "custom", verification: { scheme: "token" }, mapping });

const lastOf = async (integration: TestIntegration) => (await deliveriesOf(integration))[0]!;

describe("a replay", () => {
  it("reads a delivery as its integration reads now, as a new delivery linked to the original", async () => {
    const integration = await mapped({ title: "wrong.name" });
    const body = '{ "name":"Queue is full",  "id": 7 }';
    expect((await deliverWithToken(integration, body)).status).toBe(400);
    const refused = await lastOf(integration);
    const mapping = { title: "name", alertKey: "id" };
    expect((await api("PATCH", `/v1/integrations/${integration.id}`, { mapping })).status).toBe(200);

    const { status, body: reply } = await replay(refused.id);
    expect([status, reply]).toMatchObject([202, { replayOf: refused.id, alerts: [{ outcome: "created" }] }]);
    const [alert] = await alertsOf(integration);
    expect(alert).toMatchObject({ id: reply.alerts[0]?.id, title: "Queue is full", alertKey: "7" });
    const { body: recorded } = await api("GET", `/v1/deliveries/${reply.deliveryId}`);
    expect(recorded).toMatchObject({
      status: "ACCEPTED",
      replayOf: refused.id,
      alertId: alert?.id,
      reason: expect.stringContaining(`replay of delivery ${refused.id}`),
      decision: { verification: { isVerified: true, replayedBy: "api:root" } },
    });
    const bytes = await call<unknown>("GET", `/v1/deliveries/${reply.deliveryId}/payload`, {
      headers: { authorization: `Bearer ${env.ROOT_API_KEY}` },
    });
    expect(bytes.body).toEqual(JSON.parse(body));
    const linked = await api<{ data: { id: string }[] }>("GET", `/v1/deliveries?replayOf=${refused.id}`);
    expect(linked.body.data.map(({ id }) => id)).toEqual([reply.deliveryId]);
  });

  it("is a duplicate of nothing, and finds the alert of its key", async () => {
    const integration = await createIntegration();
    const { body } = await deliver(integration, { id: "k", title: "x" }, { "idempotency-key": "1" });
    const [delivery] = await deliveriesOf(integration);
    const { body: reply } = await replay(delivery!.id);
    expect(reply.alerts).toEqual([{ id: body.alerts[0]?.id, outcome: "repeated" }]);
  });

  it("leaves a later delivery of the source what it was: a duplicate of the first", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "k", title: "x" }, { "idempotency-key": "1" });
    const first = await lastOf(integration);
    await replay(first.id);
    const { body } = await deliver(integration, { id: "k", title: "x" }, { "idempotency-key": "1" });
    expect(body).toMatchObject({ status: "duplicate", duplicateOf: first.id });
  });

  it("happens once for one Idempotency-Key, also when both are sent at once", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "keyless" });
    const { id } = await lastOf(integration);
    const replies = await Promise.all([replay(id, {}, "a"), replay(id, {}, "a")]);
    // The second hears that the first is still at work, or gets its answer.
    expect([202, 409]).toContain(replies[1]?.status);
    expect((await replay(id, {}, "a")).status).toBe(202);
    expect(await alertsOf(integration)).toHaveLength(2);
    await replay(id, {}, "b");
    expect(await alertsOf(integration)).toHaveLength(3);
  });

  it("leaves a trace when it still cannot be read", async () => {
    const integration = await mapped({ title: "wrong.name" });
    await deliverWithToken(integration, { name: "x" });
    const refused = await lastOf(integration);
    const { status, body } = await replay(refused.id);
    expect([status, body.detail]).toEqual([409, expect.stringContaining("cannot be read")]);
    expect(await lastOf(integration)).toMatchObject({ status: "REJECTED", replayOf: refused.id });
  });

  it("of what nobody proved requireScope to be meant", async () => {
    const integration = await createIntegration();
    const forged = { id: integration.id, secret: "not the secret of it" };
    expect((await deliver(forged, { title: "a wrong secret was set" })).status).toBe(401);
    const refused = await lastOf(integration);
    const without = await replay(refused.id);
    expect([without.status, without.body.detail]).toEqual([409, expect.stringContaining("includeUnverified")]);
    expect((await replay(refused.id, { includeUnverified: true })).status).toBe(202);
    expect((await alertsOf(integration))[0]?.title).toBe("a wrong secret was set");
  });

  it("is refused for a body that was not stored in full, a disabled and a deleted integration", async () => {
    const integration = await createIntegration();
    await deliver({ id: integration.id, secret: "not the secret of it" }, { title: "x".repeat(20_000) });
    const cut = await lastOf(integration);
    expect((await replay(cut.id, { includeUnverified: true })).body.detail).toContain("not stored in full");
    await deliver(integration, { title: "y" });
    const whole = await lastOf(integration);
    await api("PATCH", `/v1/integrations/${integration.id}`, { isEnabled: false });
    expect((await replay(whole.id)).body.detail).toContain("disabled");
    await api("DELETE", `/v1/integrations/${integration.id}`);
    expect((await replay(whole.id)).body.detail).toContain("deleted");
  });

  it("gives a trigger without a key the key that it had the first time", async () => {
    const integration = await createIntegration({ provider: "pagerduty" });
    const event = { event_action: "trigger", payload: { summary: "s", severity: "error", source: "x" } };
    await call("POST", `/in/${integration.id}/v2/enqueue`, {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...event, routing_key: integration.secret }),
    });
    const { id } = await lastOf(integration);
    expect((await replay(id)).body.alerts[0]?.outcome).toBe("repeated");
  });
});

interface Many {
  results: { deliveryId: string; outcome: string; replayId: string | null; detail?: string }[];
  replayed: number;
  nextCursor: string | null;
}

describe("POST /v1/deliveries/replay", () => {
  it("replays what was refused in the order in which it came, page by page, and no replay again", async () => {
    const integration = await mapped({ title: "wrong.name" });
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

  it("skips what cannot be replayed, and says why", async () => {
    const integration = await createIntegration();
    await deliver({ id: integration.id, secret: "not the secret of it" }, { title: "x" });
    await flushed(integration);
    const filter = { integrationId: integration.id };
    const { body } = await api<Many>("POST", "/v1/deliveries/replay", { filter });
    expect(body).toMatchObject({ replayed: 0, results: [{ outcome: "skipped", detail: expect.any(String) }] });
  });
});
