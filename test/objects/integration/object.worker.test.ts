import { evictDurableObject, listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import {
  alertsOf,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  objectOf,
  type TestIntegration,
  until,
  withDatabase,
} from "../../support/worker.ts";
import { deliveryFor, newCall } from "./delivery.ts";

const outboxOf = async (integration: TestIntegration) => objectOf(integration).getStats();

describe("Integration", () => {
  it("keeps accepted deliveries over an eviction, and flushes them on its alarm", async () => {
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

  it("sets its alarm together with the rows that it writes", async () => {
    const integration = await createIntegration();
    await withDatabase("down", async () => {
      await deliver(integration, { title: "a" });
      const alarm = await runInDurableObject(objectOf(integration), (_, state) => state.storage.getAlarm());
      expect(alarm).not.toBeNull();
    });
    await flushed(integration);
  });

  it("keeps its alarm when it is evicted between deliveries, so that they do not put off its tasks", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "a" });
    await flushed(integration);
    const dueAt = Date.now() + 7000;
    await runInDurableObject(objectOf(integration), (_, { storage }) => storage.setAlarm(dueAt));
    for (const title of ["b", "c"]) {
      await evictDurableObject(objectOf(integration));
      await deliver(integration, { title });
      await flushed(integration);
    }
    const alarm = await runInDurableObject(objectOf(integration), (_, { storage }) => storage.getAlarm());
    expect(alarm).toBeLessThanOrEqual(dueAt);
  });

  it("ends its alarm while deliveries keep the flush busy, so that the next task is on time", async () => {
    const integration = await createIntegration();
    let isDone = false;
    const source = (async () => {
      for (let i = 0; !isDone && i < 150; i++) {
        await deliver(integration, { title: `t${i}` });
        await scheduler.wait(100);
      }
    })();
    await until(async () => (await outboxOf(integration)).flushedLastMinute > 5);
    const startedAt = Date.now();
    await runDurableObjectAlarm(objectOf(integration));
    const tookMs = Date.now() - startedAt;
    isDone = true;
    await source;
    expect(tookMs).toBeLessThan(7000);
    await flushed(integration);
  });

  it("accepts deliveries while Postgres is down, and Postgres gets each exactly once afterwards", async () => {
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

  it("writes a batch to Postgres once, although the answer to the commit was lost", async () => {
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

  it("writes nothing for an id without an integration", async () => {
    const stub = env.INTEGRATIONS.getByName(crypto.randomUUID());
    expect([await stub.config(), await stub.getStats()]).toMatchObject([null, { rows: 0, quarantined: 0 }]);
    const tables = await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master").toArray(),
    );
    expect(tables).toEqual([]);
    expect((await listDurableObjectIds(env.INTEGRATIONS)).length).toBeGreaterThan(0);
  });
});

describe("The rows that an object writes", () => {
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

  it("are one per remembered item, without an index", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "first", title: "a" });
    await flushed(integration);
    const written = await countWrites(integration);
    await deliver(integration, { id: "k", title: "a" });
    await flushed(integration);
    // The row of the outbox is written, and emptied after the flush.
    expect(written).toEqual({ dedup_keys_0: 1, alerts: 1, outbox: 2 });
    // A duplicate changes no alert. Its call is remembered.
    await deliver(integration, { id: "k", title: "a" });
    await flushed(integration);
    expect(written).toEqual({ dedup_keys_0: 2, alerts: 1, outbox: 4 });
  });

  it("are none for a repeated call", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    const call = newCall();
    const deliveries = [deliveryFor(config)];
    await objectOf(integration).accept(call, deliveries);
    await flushed(integration);
    const written = await countWrites(integration);
    await objectOf(integration).accept(call, deliveries);
    expect(written).toEqual({});
  });
});
