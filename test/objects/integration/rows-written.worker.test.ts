/** The rows that an object writes: Cloudflare bills each, and each set alarm as one. Forgetting is included. */
import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { DAY, MINUTE } from "../../../src/lib/time.ts";
import { Purge } from "../../../src/objects/integration/purge.ts";
import type { Delivery, IntegrationConfig } from "../../../src/objects/integration/rpc.ts";
import { Store } from "../../../src/objects/integration/store/index.ts";
import { createIntegration, flushed, objectOf, type TestIntegration } from "../../support/worker.ts";
import { deliveryFor, eventOf, newCall } from "./delivery.ts";

const WRITE = /^\s*(?:INSERT(?: OR REPLACE)? INTO|DELETE FROM|UPDATE) (\w+)/;

type Rows = Record<string, number>;

/** Rows written from now on, by table. */
async function countRows(integration: TestIntegration): Promise<Rows> {
  const written: Rows = {};
  const count = (table: string, rows: number) => {
    if (rows > 0) written[table] = (written[table] ?? 0) + rows;
  };
  await runInDurableObject(objectOf(integration), (_, { storage }) => {
    const exec = storage.sql.exec.bind(storage.sql);
    storage.sql.exec = ((query: string, ...bindings: SqlStorageValue[]) => {
      const cursor = exec(query, ...bindings);
      count(WRITE.exec(query)?.[1] ?? query.trim(), cursor.rowsWritten);
      return cursor;
    }) as typeof storage.sql.exec;
    const setAlarm = storage.setAlarm.bind(storage);
    storage.setAlarm = (time) => {
      count("alarm", 1);
      return setAlarm(time);
    };
  });
  return written;
}

const sum = (rows: Rows): number => Object.values(rows).reduce((total, count) => total + count, 0);

/** A day later the object forgets what it remembers. */
async function forget(integration: TestIntegration): Promise<void> {
  await runInDurableObject(objectOf(integration), (_, { storage }) => {
    const store = new Store(storage);
    const later = Date.now() + DAY + MINUTE;
    store.atomically(() => {
      new Purge(store).runIfDue(later);
      for (const turn of [later, later + DAY])
        store.dedupKeys.saveChanges(new Map([["x", { id: "", kind: "unknown" }]]), turn);
    });
    const left = storage.sql.exec<{ rows: number }>(
      "SELECT (SELECT count(*) FROM alerts) + (SELECT count(*) FROM dedup_keys_0) + (SELECT count(*) FROM dedup_keys_1) AS rows",
    );
    expect(left.one().rows).toBeLessThanOrEqual(2);
  });
}

/** The rows that forgetting writes once, for any number of entries. */
const ONCE = 10;

/** Half of the deliveries open an alert, the others resolve one. */
const deliveryOf = (config: IntegrationConfig, index: number): Delivery => ({
  ...deliveryFor(config),
  events: [eventOf(index % 2 === 0 ? "trigger" : "resolve", `k${index >> 1}`)],
});

async function warmedUp(settings: Record<string, unknown> = {}) {
  const integration = await createIntegration(settings);
  const config = (await objectOf(integration).config())!;
  await objectOf(integration).accept(newCall(), [deliveryOf(config, 1_000_000), deliveryOf(config, 1_000_001)]);
  await flushed(integration);
  await runDurableObjectAlarm(objectOf(integration));
  return { integration, config, written: await countRows(integration) };
}

describe("The rows that an object writes for a delivery", () => {
  it("are at most six when deliveries come one by one", async () => {
    const { integration, config, written } = await warmedUp();
    const count = 40;
    for (let index = 0; index < count; index++) {
      await objectOf(integration).accept(newCall(), [deliveryOf(config, index)]);
      await flushed(integration);
      await runDurableObjectAlarm(objectOf(integration));
    }
    expect(written).toEqual({ dedup_keys_0: count, alerts: count, outbox: 2 * count, alarm: count });
    await forget(integration);
    expect((sum(written) - ONCE) / count).toBeLessThanOrEqual(6);
  });

  it("are at most three when calls bring many", async () => {
    const { integration, config, written } = await warmedUp();
    const [calls, size] = [10, 64];
    for (let call = 0; call < calls; call++) {
      const deliveries = Array.from({ length: size }, (_, index) => deliveryOf(config, call * size + index));
      await objectOf(integration).accept(newCall(), deliveries);
    }
    await flushed(integration);
    await forget(integration);
    expect(sum(written) / (calls * size)).toBeLessThanOrEqual(3);
  });

  it.each([
    ["without more settings", {}],
    ["with a heartbeat", { heartbeatMinutes: 60 }],
    ["with automatic resolve", { autoResolveMinutes: 60 }],
  ])("are two for each call of duplicates and its chunk, %s", async (_, settings) => {
    const { integration, config } = await warmedUp(settings);
    const dedupKey = { kind: "fingerprint", value: "same" } as const;
    const duplicates = () =>
      Array.from({ length: 64 }, () => ({ ...deliveryFor(config), dedupKey, events: [eventOf("trigger", "k")] }));
    await objectOf(integration).accept(newCall(), duplicates());
    await flushed(integration);
    const written = await countRows(integration);
    for (let call = 0; call < 10; call++) await objectOf(integration).accept(newCall(), duplicates());
    await flushed(integration);
    const { outbox = 0, alarm = 0, ...others } = written;
    expect(outbox).toBeLessThanOrEqual(20);
    expect(alarm).toBeLessThanOrEqual(1);
    expect(others["dedup_keys_0"]).toBe(10);
    // An alert's activity is noted once a second.
    expect(others["alerts"] ?? 0).toBeLessThanOrEqual(2);
    expect(Object.keys(others).every((table) => ["dedup_keys_0", "alerts"].includes(table))).toBe(true);
  });
});
