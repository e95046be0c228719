import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { partitionOfAlert } from "../../../../src/objects/integration/shards/partitions.ts";
import { shardOf } from "../../../../src/objects/integration/shards/split.ts";
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

const reshard = async ({ id }: TestIntegration, shards: number) => {
  const { status, body } = await api("PATCH", `/v1/integrations/${id}`, { shards });
  if (status !== 200) throw new Error(JSON.stringify(body));
};

const shardsOf = ({ id }: TestIntegration, count = 4) =>
  Array.from({ length: count }, (_, shard) => env.INTEGRATIONS.getByName(shard === 0 ? id : `${id}/${shard}`));

/** Waits until Postgres has what every object of the integration accepted. */
const settled = ({ id }: TestIntegration) =>
  until(async () => {
    const { body } = await api<{ outbox: { rows: number } }>("GET", `/v1/integrations/${id}`);
    return body.outbox.rows === 0;
  });

/** Keys that between them lead to every one of four objects. */
const KEYS = Array.from({ length: 12 }, (_, number) => `alert-${number}`);

const outcomesOf = ({ body }: { body: DeliveryReply }) => body.alerts.map(({ outcome }) => outcome);

describe("an integration of several objects", () => {
  it("has work for each of them", () => {
    const shards = KEYS.map((alertKey) => shardOf(partitionOfAlert({ id: "", alertKey }), 4));
    expect(new Set(shards).size).toBe(4);
  });

  it("decides as one does: duplicates, occurrences, ends", async () => {
    const integration = await createIntegration({ shards: 4 });
    for (const id of KEYS) expect((await deliver(integration, { id, title: "a" })).status).toBe(202);
    for (const id of KEYS) expect((await deliver(integration, { id, title: "a" })).status).toBe(200);
    for (const id of KEYS) expect(outcomesOf(await deliver(integration, { id, title: "b" }))).toEqual(["repeated"]);
    for (const id of KEYS.slice(0, 6)) {
      expect(outcomesOf(await deliver(integration, { id, title: "c", status: "resolved" }))).toEqual(["resolved"]);
    }
    await settled(integration);
    const alerts = await alertsOf(integration);
    expect(alerts).toHaveLength(KEYS.length);
    expect(alerts.every(({ occurrences }) => occurrences === 2)).toBe(true);
    expect(alerts.filter(({ status }) => status === "RESOLVED")).toHaveLength(6);
    expect(await deliveriesOf(integration)).toHaveLength(3 * KEYS.length + 6);
  });

  it("answers a batch event by event, and records it by its parts, each with the whole body", async () => {
    const integration = await createIntegration({ shards: 4 });
    const batch = KEYS.map((id) => ({ id, title: id }));
    const { status, body } = await deliver(integration, batch);
    expect(status).toBe(202);
    await settled(integration);
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

  it("moves alerts to another status wherever they are decided on, those without a key too", async () => {
    const integration = await createIntegration({ shards: 4 });
    for (const id of KEYS) await deliver(integration, { id, title: id });
    for (const title of KEYS) await deliver(integration, { title });
    await settled(integration);
    const ids = (await alertsOf(integration)).map(({ id }) => id);
    const { body } = await api("POST", "/v1/alerts/bulk", { ids, status: "ACKNOWLEDGED" });
    expect(body).toMatchObject({ changed: 24 });
    await settled(integration);
    expect((await alertsOf(integration)).every(({ status }) => status === "ACKNOWLEDGED")).toBe(true);
  });

  it("shows in a dry run what each would decide", async () => {
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

  it("hears of its source through any of them", async () => {
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

describe("another number of objects", () => {
  const sequence = [1, 4, 2, 16, 3, 1];

  it("loses no decision on duplicates, by content or by key, and none on alerts", async () => {
    const integration = await createIntegration();
    const batch = KEYS.map((id) => ({ id: `batch-${id}`, title: id }));
    const keyed = (id: string) =>
      deliver(integration, { id: `keyed-${id}`, title: id }, { "idempotency-key": `key ${id}` });
    for (const id of KEYS) await deliver(integration, { id, title: "a" });
    for (const title of KEYS) await deliver(integration, { title });
    for (const id of KEYS) await keyed(id);
    await deliver(integration, batch);
    await deliver(integration, { id: "nothing", title: "x", status: "resolved" });
    for (const [round, shards] of sequence.entries()) {
      await reshard(integration, shards);
      for (const id of KEYS) expect((await deliver(integration, { id, title: "a" })).status, `${shards}`).toBe(200);
      for (const title of KEYS) expect((await deliver(integration, { title })).status).toBe(200);
      for (const id of KEYS) expect((await keyed(id)).status).toBe(200);
      expect((await deliver(integration, batch)).status).toBe(200);
      for (const id of KEYS) {
        expect(outcomesOf(await deliver(integration, { id, title: `round ${round}` }))).toEqual(["repeated"]);
      }
    }
    await settled(integration);
    const alerts = await alertsOf(integration);
    expect(alerts).toHaveLength(4 * KEYS.length);
    expect(alerts.filter(({ occurrences }) => occurrences === 1 + sequence.length)).toHaveLength(KEYS.length);
  });

  it("keeps what happened since the work was shared before what was known when it was whole", async () => {
    const integration = await createIntegration();
    const [id = ""] = KEYS;
    const fire = () => deliver(integration, { id, title: "a" });
    await fire();
    await reshard(integration, 1 + 1);
    await deliver(integration, { id, title: "b", status: "resolved" });
    const { body } = await fire();
    expect(outcomesOf({ body })).toEqual(["created"]);
    for (const shards of [5, 1, 3]) {
      await reshard(integration, shards);
      const again = await fire();
      expect([again.status, again.body.duplicateOf]).toEqual([200, body.deliveryId]);
    }
  });

  it("is taken up while deliveries come, each alert with every one of them", async () => {
    const integration = await createIntegration();
    let isOver = false;
    let number = 0;
    const accepted = new Map(KEYS.map((id) => [id, 0]));
    const sender = async (id: string) => {
      while (!isOver) {
        const { status } = await deliver(integration, { id, title: `${number++}` });
        expect([202, 503]).toContain(status);
        if (status === 202) accepted.set(id, (accepted.get(id) ?? 0) + 1);
        // Senders that never pause leave this runtime no time to read from its sockets.
        await scheduler.wait(1);
      }
    };
    const senders = KEYS.map(sender);
    for (const shards of sequence) await reshard(integration, shards);
    isOver = true;
    await Promise.all(senders);
    await settled(integration);
    const occurrences = new Map((await alertsOf(integration)).map((alert) => [alert["alertKey"], alert.occurrences]));
    expect(occurrences).toEqual(accepted);
  });

  it("forgets in each object what another has taken over", async () => {
    const integration = await createIntegration();
    for (const id of KEYS) await deliver(integration, { id, title: id });
    await reshard(integration, 4);
    for (const [shard, object] of shardsOf(integration).entries()) {
      const keepsItsOwn = () =>
        runInDurableObject(object, (_, { storage }) => {
          const keys = [...storage.sql.exec<{ alert_key: string }>("SELECT alert_key FROM live_alerts")];
          return keys.every(({ alert_key }) => shardOf(partitionOfAlert({ id: "", alertKey: alert_key }), 4) === shard);
        });
      expect(await until(keepsItsOwn)).toBe(true);
    }
  });

  it("numbers the decisions on an alert upwards whoever makes them", async () => {
    const integration = await createIntegration();
    const [id] = KEYS;
    for (const shards of sequence) {
      await reshard(integration, shards);
      await deliver(integration, { id, title: `with ${shards}` });
    }
    await settled(integration);
    const rows = (await deliveriesOf(integration)).toReversed();
    const numbers = rows.map(({ sequence: place }) => Number(place));
    expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
  });

  it("is no more than sixteen", async () => {
    const { id } = await createIntegration();
    expect((await api("PATCH", `/v1/integrations/${id}`, { shards: 17 })).status).toBe(400);
    expect((await api("PATCH", `/v1/integrations/${id}`, { shards: 0 })).status).toBe(400);
  });
});
