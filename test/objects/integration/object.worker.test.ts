import { evictDurableObject, listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import type { Delivery, IntegrationConfig } from "../../../src/objects/integration/rpc.ts";
import { newId } from "../../../src/lib/ids.ts";
import {
  alertsOf,
  api,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  objectOf,
  type TestIntegration,
  until,
  withDatabase,
} from "../../support/worker.ts";

const outboxOf = async (integration: { id: string; secret: string }) => objectOf(integration).getOutboxStatus();

describe("an integration's object", () => {
  it("has everything that it accepted after an eviction, and flushes it on its alarm", async () => {
    const integration = await createIntegration();
    await withDatabase("down", async () => {
      for (const title of ["a", "b", "c"]) expect((await deliver(integration, { title })).status).toBe(202);
      await until(async () => (await outboxOf(integration)).lastError);
      await evictDurableObject(objectOf(integration));
      expect((await outboxOf(integration)).rows).toBe(3);
    });
    await runDurableObjectAlarm(objectOf(integration));
    expect((await alertsOf(integration)).map((alert) => alert.title).toSorted()).toEqual(["a", "b", "c"]);
  });

  it("goes on working on the tables that a newer version made, and leaves them as they are", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "before", title: "a" });
    await flushed(integration);
    await runInDurableObject(objectOf(integration), (_, { storage: { sql } }) => {
      // What a step of a later version may do: tables, and columns that may be empty or have a default.
      sql.exec(`CREATE TABLE later (id INTEGER PRIMARY KEY);
        ALTER TABLE seen ADD COLUMN later TEXT;
        ALTER TABLE live_alerts ADD COLUMN later INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE outbox ADD COLUMN later TEXT;
        ALTER TABLE quarantine ADD COLUMN later TEXT;
        ALTER TABLE calls ADD COLUMN later TEXT;
        ALTER TABLE config ADD COLUMN later TEXT;
        UPDATE meta SET value = 99 WHERE name = 'schema_version'`);
    });
    await evictDurableObject(objectOf(integration));
    expect((await deliver(integration, { id: "before", title: "a" })).status).toBe(200);
    expect((await deliver(integration, { id: "after", title: "b" })).status).toBe(202);
    await flushed(integration);
    expect((await alertsOf(integration)).map((alert) => alert.title).toSorted()).toEqual(["a", "b"]);
    const version = await runInDurableObject(objectOf(integration), (_, { storage: { sql } }) =>
      sql.exec("SELECT value FROM meta WHERE name = 'schema_version'").one(),
    );
    expect(version).toEqual({ value: 99 });
  });

  it("sets its alarm with the rows that it accepts", async () => {
    const integration = await createIntegration();
    await withDatabase("down", async () => {
      await deliver(integration, { title: "a" });
      const alarm = await runInDurableObject(objectOf(integration), (_, state) => state.storage.getAlarm());
      expect(alarm).not.toBeNull();
    });
    await flushed(integration);
  });

  it("goes on accepting while Postgres is down, and everything is there exactly once afterwards", async () => {
    const integration = await createIntegration();
    await withDatabase("down", async () => {
      const replies = await Promise.all(
        Array.from({ length: 50 }, (_, i) => deliver(integration, { title: `t${i % 25}` })),
      );
      expect(replies.filter((reply) => reply.status === 202)).toHaveLength(25);
    });
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toHaveLength(25);
    expect(await deliveriesOf(integration)).toHaveLength(50);
  });

  it("writes a batch once though its answer was lost after the commit", async () => {
    const integration = await createIntegration();
    await withDatabase("answer-lost", async () => {
      await deliver(integration, { id: "k", title: "a" });
      await until(async () => (await outboxOf(integration)).lastError);
      await deliver(integration, { id: "k", title: "b" });
    });
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toMatchObject([{ title: "b", occurrences: 2, version: 2 }]);
    expect(await deliveriesOf(integration)).toHaveLength(2);
  });

  it("sets a row aside that Postgres refuses for its data, and nothing waits behind it", async () => {
    const integration = await createIntegration();
    await withDatabase("down", async () => {
      for (const title of ["a", "b", "c"]) await deliver(integration, { title });
      await runInDurableObject(objectOf(integration), (_, { storage }) => {
        storage.sql.exec(
          `UPDATE outbox SET delivery = replace(delivery, '"status":"ACCEPTED"', '"status":"NONSENSE"') WHERE row = 2`,
        );
      });
    });
    await runDurableObjectAlarm(objectOf(integration));
    await flushed(integration);
    expect(await outboxOf(integration)).toMatchObject({ rows: 0, bytes: 0, quarantined: 1 });
    expect((await deliveriesOf(integration)).map((delivery) => delivery.sequence)).toEqual([3, 1]);
  });

  it("numbers its decisions strictly upwards, also once its outbox was empty and it slept", async () => {
    const integration = await createIntegration();
    for (const title of ["a", "b", "c"]) {
      await deliver(integration, { title });
      await flushed(integration);
      await evictDurableObject(objectOf(integration));
    }
    expect((await deliveriesOf(integration)).map((delivery) => delivery.sequence)).toEqual([3, 2, 1]);
  });

  it("answers a delivery that the edge asks about again as the first time, and records it once", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    const delivery = {
      ...acceptable(config),
      events: [{ action: "trigger", alertKey: null, severity: "LOW", occurredAt: null, content: CONTENT }],
    } satisfies Delivery;
    const [first] = await objectOf(integration).accept(newCall(), [delivery]);
    const [again] = await objectOf(integration).accept(newCall(), [delivery]);
    expect(again).toEqual(first);
    expect(await deliveriesOf(integration)).toHaveLength(1);
    expect(await alertsOf(integration)).toHaveLength(1);
  });

  it("records nothing of a delivery that it cannot record whole, so that its retry is taken", async () => {
    const integration = await createIntegration();
    const rename = (from: string, to: string) =>
      runInDurableObject(
        objectOf(integration),
        (_, { storage }) => void storage.sql.exec(`ALTER TABLE ${from} RENAME TO ${to}`),
      );
    await rename("outbox", "elsewhere");
    expect((await deliver(integration, { id: "k", title: "x" })).status).toBe(503);
    await rename("elsewhere", "outbox");
    expect((await deliver(integration, { id: "k", title: "x" })).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ occurrences: 1, version: 1 }]);
    expect(await deliveriesOf(integration)).toMatchObject([{ sequence: 1 }]);
  });

  it("answers a call that is made again as the first time, whatever it decided", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    const dedupKey = { kind: "fingerprint", value: "1".repeat(64) } as const;
    const event = (action: "trigger" | "resolve") => ({
      ...({ action, alertKey: "k", severity: "LOW", occurredAt: null, content: CONTENT } as const),
    });
    const deliveries = [
      { ...acceptable(config), dedupKey, events: [event("trigger")] },
      // A duplicate; with the resolve behind it, it would be none if it was decided again.
      { ...acceptable(config), dedupKey, events: [event("trigger")] },
      { ...acceptable(config), events: [event("resolve")] },
    ];
    const call = newCall();
    const first = await objectOf(integration).accept(call, deliveries);
    const again = await objectOf(integration).accept(call, deliveries);
    expect(again).toEqual(first);
    expect((await deliveriesOf(integration)).map(({ status }) => status)).toEqual([
      "ACCEPTED",
      "DUPLICATE",
      "ACCEPTED",
    ]);
    expect(await alertsOf(integration)).toMatchObject([{ status: "RESOLVED", occurrences: 1, version: 2 }]);
  });

  it("ends an alert and opens the next one of its key in one delivery", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "disk", title: "first" });
    await deliver(integration, [
      { id: "disk", title: "first", status: "resolved" },
      { id: "disk", title: "second" },
    ]);
    expect((await alertsOf(integration)).map(({ title, status }) => [title, status])).toEqual([
      ["second", "OPEN"],
      ["first", "RESOLVED"],
    ]);
  });

  it("does not decide by a config older than its own", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    await objectOf(integration).configure({ ...config, version: config.version + 1, name: "newer" });
    const [reply] = await objectOf(integration).accept(newCall(), [acceptable(config)]);
    expect(reply).toMatchObject({ kind: "newer-config", config: { name: "newer" } });
    await objectOf(integration).configure({ ...config, name: "older" });
    expect((await objectOf(integration).config())?.name).toBe("newer");
  });

  it("writes nothing for an id that nobody configured", async () => {
    const id = crypto.randomUUID();
    const stub = env.INTEGRATIONS.getByName(id);
    expect([await stub.config(), (await stub.getOutboxStatus()).rows]).toEqual([null, 0]);
    const tables = await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
    );
    expect(tables).toEqual([]);
    expect((await listDurableObjectIds(env.INTEGRATIONS)).length).toBeGreaterThan(0);
  });

  it("splits a delivery of ten thousand events over rows that an object can hold", async () => {
    const integration = await createIntegration();
    const reply = await deliver(
      integration,
      Array.from({ length: 10_000 }, (_, i) => ({ id: i, title: `alert ${i}` })),
    );
    expect(reply.status).toBe(202);
    expect(reply.body.alerts).toHaveLength(10_000);
    expect(await alertsOf(integration)).toHaveLength(10_000);
    expect(await outboxOf(integration)).toMatchObject({ quarantined: 0 });
  });

  it("forgets dedupKeys whose window is over and alerts resolved long ago, and keeps the others", async () => {
    const integration = await createIntegration();
    for (const body of [
      { id: "old", title: "x" },
      { id: "old", title: "x", status: "resolved" },
      { id: "new", title: "y" },
    ]) {
      await deliver(integration, body);
    }
    await flushed(integration);
    const left = await runInDurableObject(objectOf(integration), async (instance, { storage }) => {
      storage.sql.exec("UPDATE seen SET expires_at = 1 WHERE delivery_id <> (SELECT max(delivery_id) FROM seen)");
      storage.sql.exec("UPDATE live_alerts SET changed_at = 1");
      await instance.alarm();
      return [
        storage.sql.exec("SELECT 1 FROM seen").toArray().length,
        storage.sql.exec("SELECT alert_key FROM live_alerts").toArray(),
        await storage.getAlarm(),
      ];
    });
    expect(left).toEqual([1, [{ alert_key: "new" }], expect.any(Number)]);
  });
});

describe("what an object writes", () => {
  const TABLES = /^(?:INSERT (?:OR REPLACE )?INTO|DELETE FROM|UPDATE) (\w+)/;

  /** Rows written from now on, by table. */
  async function countWrites(integration: TestIntegration): Promise<Record<string, number>> {
    const written: Record<string, number> = {};
    await runInDurableObject(objectOf(integration), (_, { storage: { sql } }) => {
      const exec = sql.exec.bind(sql);
      sql.exec = ((query: string, ...bindings: SqlStorageValue[]) => {
        const cursor = exec(query, ...bindings);
        const table = TABLES.exec(query)?.[1];
        if (table !== undefined) written[table] = (written[table] ?? 0) + cursor.rowsWritten;
        return cursor;
      }) as typeof sql.exec;
    });
    return written;
  }

  it("is a row for each thing that it must remember, and no index beside them", async () => {
    const integration = await createIntegration();
    const written = await countWrites(integration);
    await deliver(integration, { id: "k", title: "a" });
    await flushed(integration);
    // The outbox's row is written, and deleted once Postgres has it; `meta` keeps its number, once a batch.
    expect(written).toEqual({ seen: 1, live_alerts: 1, outbox: 2, calls: 1, meta: 1 });
    await deliver(integration, { id: "k", title: "a" });
    await flushed(integration);
    expect(written).toEqual({ seen: 1, live_alerts: 1, outbox: 4, calls: 2, meta: 2 });
  });

  it("is nothing for a delivery that is asked about again", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    const call = { caller: "edge", number: 1 };
    await objectOf(integration).accept(call, [acceptable(config)]);
    await flushed(integration);
    const written = await countWrites(integration);
    await objectOf(integration).accept(call, [acceptable(config)]);
    expect(written).toEqual({});
  });
});

describe("what an object does by itself", () => {
  const minutesAgo = (minutes: number) => Date.now() - minutes * 60_000;
  const setBack = (integration: { id: string }, column: "heard_at" | "waiting_since", time: number) =>
    runInDurableObject(objectOf(integration), (_, { storage }) => {
      if (column === "heard_at") storage.sql.exec("UPDATE live_alerts SET heard_at = ?", time);
      else storage.sql.exec("UPDATE meta SET value = ? WHERE name = 'waiting_since'", time);
    });
  const timelineOf = async (alertId: string) =>
    (await api<{ data: Record<string, unknown>[] }>("GET", `/v1/alerts/${alertId}/timeline`)).body.data;

  it("resolves alerts that were quiet for autoResolveMinutes, and the next trigger opens a new one", async () => {
    const integration = await createIntegration({ autoResolveMinutes: 5 });
    await deliver(integration, { id: "k", title: "x" });
    await setBack(integration, "heard_at", minutesAgo(4));
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toMatchObject([{ status: "OPEN" }]);
    await setBack(integration, "heard_at", minutesAgo(5));
    await runDurableObjectAlarm(objectOf(integration));
    const [alert] = await alertsOf(integration);
    expect(alert).toMatchObject({ status: "RESOLVED", version: 2, resolvedAt: expect.any(String) });
    expect(await timelineOf(alert!.id)).toMatchObject([
      { type: "CREATED", actor: "source" },
      { type: "RESOLVED", actor: "tocsin", deliveryId: null, changes: { status: { from: "OPEN", to: "RESOLVED" } } },
    ]);
    expect((await deliver(integration, { id: "k", title: "x" })).body.alerts).toMatchObject([{ outcome: "created" }]);
  });

  it("takes duplicates for a sign of life", async () => {
    const integration = await createIntegration({ autoResolveMinutes: 5 });
    await deliver(integration, { id: "k", title: "x" });
    await setBack(integration, "heard_at", minutesAgo(6));
    expect((await deliver(integration, { id: "k", title: "x" })).body.status).toBe("duplicate");
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toMatchObject([{ status: "OPEN", version: 1 }]);
  });

  it("opens one alert when a source is silent for heartbeatMinutes, and resolves it at the next delivery", async () => {
    const integration = await createIntegration({ name: "Backups", heartbeatMinutes: 5 });
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toEqual([]);
    await setBack(integration, "waiting_since", minutesAgo(6));
    for (let round = 0; round < 2; round++) await runDurableObjectAlarm(objectOf(integration));
    const [missedHeartbeat, ...others] = await alertsOf(integration);
    expect([missedHeartbeat, others]).toMatchObject([
      { title: "Backups: silent for more than 5 minutes", severity: "HIGH", status: "OPEN" },
      [],
    ]);

    const { body } = await deliver(integration, { title: "still there" });
    const alerts = await alertsOf(integration);
    expect(alerts.find(({ id }) => id === missedHeartbeat?.id)).toMatchObject({ status: "RESOLVED" });
    expect((await timelineOf(missedHeartbeat!.id)).at(-1)).toMatchObject({
      type: "RESOLVED",
      actor: "tocsin",
      deliveryId: body.deliveryId,
    });
    expect(alerts).toHaveLength(2);
  });

  it("is woken up in time for either", async () => {
    const integration = await createIntegration({
      autoResolveMinutes: 60,
      heartbeatMinutes: 30,
      deduplicationWindowMinutes: 0,
    });
    const wakesWithin = async () => {
      await runDurableObjectAlarm(objectOf(integration));
      const at = await runInDurableObject(objectOf(integration), (_, { storage }) => storage.getAlarm());
      return Math.round(((at ?? 0) - Date.now()) / 60_000);
    };
    expect(await wakesWithin()).toBe(30);
    await deliver(integration, { id: "k", title: "x" });
    await flushed(integration);
    await setBack(integration, "heard_at", minutesAgo(55));
    expect(await wakesWithin()).toBe(5);
  });

  it("watches nothing of an integration that is disabled", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 5 });
    const config = (await objectOf(integration).config())!;
    await objectOf(integration).configure({ ...config, version: 2, isEnabled: false });
    await setBack(integration, "waiting_since", minutesAgo(60));
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toEqual([]);
  });
});

let calls = 0;
const newCall = () => ({ caller: "test", number: ++calls });

const CONTENT = '{"externalId":null,"title":"t","description":null,"source":null,"url":null,"metadata":{}}';

function acceptable(config: IntegrationConfig): Delivery {
  const id = newId();
  return {
    id,
    configVersion: config.version,
    request: {
      columns: JSON.stringify({
        headers: {},
        content_type: null,
        source_ip: null,
        body_bytes: 2,
        is_body_cut: false,
        received_at: new Date().toISOString(),
      }),
      bodyKind: "json",
    },
    body: new TextEncoder().encode("{}"),
    dedupKey: { kind: "key", value: id },
    idempotencyKey: id,
    contentFingerprint: "0".repeat(64),
    events: [],
    maxLatenessMs: null,
    verification: {},
    note: null,
  };
}
