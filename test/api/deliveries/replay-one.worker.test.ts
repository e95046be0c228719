import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  deliverWithToken,
  flushed,
  ingestPath,
  objectOf,
  type TestIntegration,
} from "../../support/worker.ts";

interface Replay {
  deliveryId: string;
  replayOf: string;
  status: string | number;
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

describe("POST /v1/deliveries/{id}/replay", () => {
  it("leaves no record while a config is expected, so that the same key replays the delivery later", async () => {
    const integration = await mapped({ title: "wrong.name" });
    await deliverWithToken(integration, { name: "Queue is full" });
    const rejected = await lastOf(integration);
    await objectOf(integration).expectConfig(Date.now() * 2);
    expect((await replay(rejected.id, {}, "corrected")).status).toBe(503);
    await flushed(integration);
    expect(await deliveriesOf(integration)).toHaveLength(1);
  });

  it("processes a delivery with the current settings, as a new delivery that is linked to the original", async () => {
    const integration = await mapped({ title: "wrong.name" });
    const body = '{ "name":"Queue is full",  "id": 7 }';
    expect((await deliverWithToken(integration, body)).status).toBe(400);
    const rejected = await lastOf(integration);
    const mapping = { title: "name", alertKey: "id" };
    expect((await api("PATCH", `/v1/integrations/${integration.id}`, { mapping })).status).toBe(200);

    const { status, body: reply } = await replay(rejected.id);
    expect([status, reply]).toMatchObject([202, { replayOf: rejected.id, alerts: [{ outcome: "created" }] }]);
    const [alert] = await alertsOf(integration);
    expect(alert).toMatchObject({ id: reply.alerts[0]?.id, title: "Queue is full", alertKey: "7" });
    const { body: recorded } = await api("GET", `/v1/deliveries/${reply.deliveryId}`);
    expect(recorded).toMatchObject({
      status: "ACCEPTED",
      replayOf: rejected.id,
      alertId: alert?.id,
      reason: expect.stringContaining(`replay of delivery ${rejected.id}`),
      decision: { verification: { isVerified: true, replayedBy: "api:root" } },
    });
    const bytes = await call<unknown>("GET", `/v1/deliveries/${reply.deliveryId}/payload`, {
      headers: { authorization: `Bearer ${env.ROOT_API_KEY}` },
    });
    expect(bytes.body).toEqual(JSON.parse(body));
    const linked = await api<{ data: { id: string }[] }>("GET", `/v1/deliveries?replayOf=${rejected.id}`);
    expect(linked.body.data.map(({ id }) => id)).toEqual([reply.deliveryId]);
  });

  it("is not a duplicate, and repeats the alert of its key", async () => {
    const integration = await createIntegration();
    const { body } = await deliver(integration, { id: "k", title: "x" }, { "idempotency-key": "1" });
    const [delivery] = await deliveriesOf(integration);
    const { body: reply } = await replay(delivery!.id);
    expect(reply.alerts).toEqual([{ id: body.alerts[0]?.id, outcome: "repeated" }]);
  });

  it("keeps later deliveries of the source duplicates of the original", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "k", title: "x" }, { "idempotency-key": "1" });
    const first = await lastOf(integration);
    await replay(first.id);
    const { body } = await deliver(integration, { id: "k", title: "x" }, { "idempotency-key": "1" });
    expect(body).toMatchObject({ status: "duplicate", duplicateOf: first.id });
  });

  it("replays once for one Idempotency-Key, even when two requests are concurrent", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "keyless" });
    const { id } = await lastOf(integration);
    const replies = await Promise.all([replay(id, {}, "a"), replay(id, {}, "a")]);
    // The second request is rejected while the first is running, or gets its response.
    expect([202, 409]).toContain(replies[1]?.status);
    expect((await replay(id, {}, "a")).status).toBe(202);
    expect(await alertsOf(integration)).toHaveLength(2);
    await replay(id, {}, "b");
    expect(await alertsOf(integration)).toHaveLength(3);
  });

  it("records a rejected delivery when the original cannot be parsed", async () => {
    const integration = await mapped({ title: "wrong.name" });
    await deliverWithToken(integration, { name: "x" });
    const rejected = await lastOf(integration);
    const { status, body } = await replay(rejected.id, {}, "a");
    expect([status, body.detail]).toEqual([409, expect.stringContaining("cannot be read")]);
    const record = await lastOf(integration);
    expect(record).toMatchObject({ status: "REJECTED", replayOf: rejected.id });
    expect(body.deliveryId).toBe(record.id);
    // A repeat of the request replays nothing, even if the mapping has been corrected since.
    await api("PATCH", `/v1/integrations/${integration.id}`, { mapping: { title: "name" } });
    const again = await replay(rejected.id, {}, "a");
    expect(again.body).toMatchObject({ status: 409, detail: body.detail, deliveryId: record.id });
    expect((await replay(rejected.id, {}, "b")).status).toBe(202);
  });

  it("replays an unverified delivery only with includeUnverified", async () => {
    const integration = await createIntegration();
    const forged = { id: integration.id, secret: "not the secret of it" };
    expect((await deliver(forged, { title: "a wrong secret was set" })).status).toBe(401);
    const rejected = await lastOf(integration);
    const without = await replay(rejected.id);
    expect([without.status, without.body.detail]).toEqual([409, expect.stringContaining("includeUnverified")]);
    expect((await replay(rejected.id, { includeUnverified: true })).status).toBe(202);
    expect((await alertsOf(integration))[0]?.title).toBe("a wrong secret was set");
  });

  it("reads the stored bytes of a delivery that was rejected for its Content-Encoding", async () => {
    const integration = await createIntegration();
    expect((await deliver(integration, { title: "a" }, { "content-encoding": "utf-8" })).status).toBe(415);
    expect((await replay((await lastOf(integration)).id)).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ title: "a" }]);
  });

  it("records nothing while the integration is disabled", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "a" });
    const { id } = await lastOf(integration);
    await api("PATCH", `/v1/integrations/${integration.id}`, { isEnabled: false });
    expect((await replay(id)).body.detail).toBe("The integration is disabled. Enable it first.");
    expect(await deliveriesOf(integration)).toHaveLength(1);
    await api("PATCH", `/v1/integrations/${integration.id}`, { isEnabled: true });
    expect((await replay(id)).status).toBe(202);
  });

  it("is accepted by an integration that another isolate enabled", async () => {
    const integration = await createIntegration();
    const { body } = await deliver(integration, { title: "x" });
    await flushed(integration);
    await api("PATCH", `/v1/integrations/${integration.id}`, { isEnabled: false });
    expect((await api("POST", `/v1/deliveries/${body.deliveryId}/replay`, {})).status).toBe(409);
    // Only the object has the new config.
    const config = (await objectOf(integration).config())!;
    await objectOf(integration).configure({ ...config, version: config.version + 1, isEnabled: true });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1500 });
    const replayed = await api("POST", `/v1/deliveries/${body.deliveryId}/replay`, {});
    vi.useRealTimers();
    expect(replayed.status).toBe(202);
  });

  it("rejects a delivery with a cut body, of a disabled or of a deleted integration", async () => {
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

  it("uses the generated key of the original for a trigger without a key", async () => {
    const integration = await createIntegration({ provider: "pagerduty" });
    const event = { event_action: "trigger", payload: { summary: "s", severity: "error", source: "x" } };
    await call("POST", `${ingestPath(integration)}/v2/enqueue`, {
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...event, routing_key: integration.secret }),
    });
    const { id } = await lastOf(integration);
    expect((await replay(id)).body.alerts[0]?.outcome).toBe("repeated");
  });
});
