import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { objectName, partitionOfAlert, shardOf } from "../../../../src/objects/integration/shards/index.ts";
import {
  alertsOf,
  api,
  createIntegration,
  deliver,
  deliveriesOf,
  type DeliveryReply,
  type TestIntegration,
  until,
} from "../../../support/worker.ts";

const setShards = async ({ id }: TestIntegration, shards: number) => {
  const { status, body } = await api("PATCH", `/v1/integrations/${id}`, { shards });
  if (status !== 200) throw new Error(JSON.stringify(body));
};

const shardsOf = ({ id }: TestIntegration, count = 4) =>
  Array.from({ length: count }, (_, shard) => env.INTEGRATIONS.getByName(objectName(id, shard)));

/** Waits until Postgres has everything that the shards accepted. */
const allFlushed = ({ id }: TestIntegration) =>
  until(async () => {
    const { body } = await api<{ outbox: { rows: number } }>("GET", `/v1/integrations/${id}`);
    return body.outbox.rows === 0;
  });

/** Alert keys for each of four shards. */
const KEYS = Array.from({ length: 12 }, (_, number) => `alert-${number}`);

const outcomesOf = ({ body }: { body: DeliveryReply }) => body.alerts.map(({ outcome }) => outcome);

describe("A sharded integration", () => {
  it("spreads the alert keys of this test over all four shards", () => {
    const shards = KEYS.map((alertKey) => shardOf(partitionOfAlert({ id: "", alertKey }), 4));
    expect(new Set(shards).size).toBe(4);
  });

  it("decides like a single object: duplicates, occurrences, resolves", async () => {
    const integration = await createIntegration({ shards: 4 });
    for (const id of KEYS) expect((await deliver(integration, { id, title: "a" })).status).toBe(202);
    for (const id of KEYS) expect((await deliver(integration, { id, title: "a" })).status).toBe(200);
    for (const id of KEYS) expect(outcomesOf(await deliver(integration, { id, title: "b" }))).toEqual(["repeated"]);
    for (const id of KEYS.slice(0, 6)) {
      expect(outcomesOf(await deliver(integration, { id, title: "c", status: "resolved" }))).toEqual(["resolved"]);
    }
    await allFlushed(integration);
    const alerts = await alertsOf(integration);
    expect(alerts).toHaveLength(KEYS.length);
    expect(alerts.every(({ occurrences }) => occurrences === 2)).toBe(true);
    expect(alerts.filter(({ status }) => status === "RESOLVED")).toHaveLength(6);
    expect(await deliveriesOf(integration)).toHaveLength(3 * KEYS.length + 6);
  });

  it("answers a delivery event by event, and records each part with the whole body", async () => {
    const integration = await createIntegration({ shards: 4 });
    const batch = KEYS.map((id) => ({ id, title: id }));
    const { status, body } = await deliver(integration, batch);
    expect(status).toBe(202);
    await allFlushed(integration);
    const alerts = new Map((await alertsOf(integration)).map(({ id, title }) => [id, title]));
    expect(body.alerts.map(({ id }) => alerts.get(id ?? ""))).toEqual(KEYS);
    const rows = await deliveriesOf(integration);
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.map(({ id }) => id)).toContain(body.deliveryId);
    expect(rows.every(({ reason }) => reason?.includes(`of the 12 events of delivery ${body.deliveryId}`))).toBe(true);
    for (const { id } of rows) expect((await api("GET", `/v1/deliveries/${id}/payload`)).body).toEqual(batch);

    const again = await deliver(integration, batch);
    expect([again.status, again.body.duplicateOf]).toEqual([200, body.deliveryId]);
  });

  it("changes the status of alerts on every shard, with and without an alert key", async () => {
    const integration = await createIntegration({ shards: 4 });
    for (const id of KEYS) await deliver(integration, { id, title: id });
    for (const title of KEYS) await deliver(integration, { title });
    await allFlushed(integration);
    const ids = (await alertsOf(integration)).map(({ id }) => id);
    const { body } = await api("POST", "/v1/alerts/bulk", { ids, status: "ACKNOWLEDGED" });
    expect(body).toMatchObject({ changed: 24 });
    await allFlushed(integration);
    expect((await alertsOf(integration)).every(({ status }) => status === "ACKNOWLEDGED")).toBe(true);
  });

  it("merges the previews of its shards in a dry run", async () => {
    const integration = await createIntegration({ shards: 4 });
    await deliver(integration, { id: KEYS[0], title: "a" });
    const { body } = await api("POST", `/v1/integrations/${integration.id}/dry-run`, {
      body: JSON.stringify(KEYS.map((id) => ({ id, title: "b" }))),
      headers: { "content-type": "application/json" },
    });
    expect(body).toMatchObject({ decision: { status: "ACCEPTED" } });
    const { outcomes } = (body as { decision: { outcomes: { outcome: string }[] } }).decision;
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(["repeated", ...Array<string>(11).fill("created")]);
  });

  it("resolves a missed heartbeat after a delivery to any shard", async () => {
    const integration = await createIntegration({ shards: 4, heartbeatMinutes: 1 });
    const [first] = shardsOf(integration);
    const missedHeartbeat = async () => (await first!.getHeartbeat()).missedHeartbeatAlertId;
    await runInDurableObject(first!, (_, { storage }) => {
      storage.sql.exec("UPDATE meta SET value = value - 120000 WHERE name = 'waiting_since'");
    });
    await runDurableObjectAlarm(first!);
    expect(await missedHeartbeat()).not.toBeNull();
    for (const id of KEYS) await deliver(integration, { id, title: "back" });
    await until(async () => (await missedHeartbeat()) === null);
  });
});

describe("A change of the number of shards", () => {
  const sequence = [1, 4, 2, 16, 3, 1];

  it("keeps every dedup key and every alert", async () => {
    const integration = await createIntegration();
    const batch = KEYS.map((id) => ({ id: `batch-${id}`, title: id }));
    const keyed = (id: string) =>
      deliver(integration, { id: `keyed-${id}`, title: id }, { "idempotency-key": `key ${id}` });
    for (const id of KEYS) await deliver(integration, { id, title: "a" });
    for (const title of KEYS) await deliver(integration, { title });
    for (const id of KEYS) await keyed(id);
    await deliver(integration, batch);
    for (const id of KEYS) await deliver(integration, { id: `counted-${id}`, title: "first" });
    await deliver(integration, { id: "nothing", title: "x", status: "resolved" });
    for (const [round, shards] of sequence.entries()) {
      await setShards(integration, shards);
      for (const id of KEYS) expect((await deliver(integration, { id, title: "a" })).status, `${shards}`).toBe(200);
      for (const title of KEYS) expect((await deliver(integration, { title })).status).toBe(200);
      for (const id of KEYS) expect((await keyed(id)).status).toBe(200);
      expect((await deliver(integration, batch)).status).toBe(200);
      for (const id of KEYS) {
        expect(outcomesOf(await deliver(integration, { id: `counted-${id}`, title: `${round}` }))).toEqual([
          "repeated",
        ]);
      }
    }
    await allFlushed(integration);
    const alerts = await alertsOf(integration);
    expect(alerts).toHaveLength(5 * KEYS.length);
    expect(alerts.filter(({ occurrences }) => occurrences === 1 + sequence.length)).toHaveLength(KEYS.length);
  });

  it("prefers the decision on a part over the remembered decision on the whole delivery", async () => {
    const integration = await createIntegration();
    const [id = ""] = KEYS;
    const fire = () => deliver(integration, { id, title: "a" });
    await fire();
    await setShards(integration, 2);
    await deliver(integration, { id, title: "b", status: "resolved" });
    const { body } = await fire();
    expect(outcomesOf({ body })).toEqual(["created"]);
    for (const shards of [5, 1, 3]) {
      await setShards(integration, shards);
      const again = await fire();
      expect([again.status, again.body.duplicateOf]).toEqual([200, body.deliveryId]);
    }
  });

  it("loses no occurrence of deliveries that arrive during the change", async () => {
    const integration = await createIntegration();
    let isOver = false;
    let number = 0;
    const accepted = new Map(KEYS.map((id) => [id, 0]));
    const sender = async (id: string) => {
      while (!isOver) {
        const { status } = await deliver(integration, { id, title: `${number++}` });
        expect([202, 503]).toContain(status);
        if (status === 202) accepted.set(id, (accepted.get(id) ?? 0) + 1);
        // Without a pause this runtime never reads from its sockets.
        await scheduler.wait(1);
      }
    };
    const senders = KEYS.map(sender);
    for (const shards of sequence) await setShards(integration, shards);
    isOver = true;
    await Promise.all(senders);
    await allFlushed(integration);
    const occurrences = new Map((await alertsOf(integration)).map((alert) => [alert["alertKey"], alert.occurrences]));
    expect(occurrences).toEqual(accepted);
  });

  it("deletes state in each shard that another shard took over", async () => {
    const integration = await createIntegration();
    for (const id of KEYS) await deliver(integration, { id, title: id });
    await setShards(integration, 4);
    for (const [shard, object] of shardsOf(integration).entries()) {
      const keepsOnlyItsOwn = () =>
        runInDurableObject(object, (_, { storage }) => {
          const keys = [...storage.sql.exec<{ alert_key: string }>("SELECT alert_key FROM alerts")];
          return keys.every(({ alert_key }) => shardOf(partitionOfAlert({ id: "", alertKey: alert_key }), 4) === shard);
        });
      expect(await until(keepsOnlyItsOwn)).toBe(true);
    }
  });

  it("keeps the sequences of an alert rising on whichever shard decides", async () => {
    const integration = await createIntegration();
    const [id] = KEYS;
    for (const shards of sequence) {
      await setShards(integration, shards);
      await deliver(integration, { id, title: `with ${shards}` });
    }
    await allFlushed(integration);
    const rows = (await deliveriesOf(integration)).toReversed();
    const numbers = rows.map(({ sequence: number }) => Number(number));
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  });

  it("is rejected above sixteen and below one", async () => {
    const { id } = await createIntegration();
    expect((await api("PATCH", `/v1/integrations/${id}`, { shards: 17 })).status).toBe(400);
    expect((await api("PATCH", `/v1/integrations/${id}`, { shards: 0 })).status).toBe(400);
  });
});
