import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { chunkOf } from "../../../../src/objects/integration/chunk-entries.ts";
import { Quarantine } from "../../../../src/objects/integration/quarantine.ts";
import { Store } from "../../../../src/objects/integration/store/index.ts";
import { NO_TOTALS } from "../../../../src/objects/integration/totals.ts";
import { alertsOf, createIntegration, deliver, flushed, objectOf } from "../../../support/worker.ts";

const rows = { delivery: "{}", body: null, bodyKind: "none" as const, alerts: [], timeline: [], seen: [] };
const chunk = chunkOf([{ entry: {}, body: new Uint8Array() }]);

/** All chunks of the outbox. */
const chunksOf = (store: Store) => store.outbox.nextChunks(Infinity);

/** Runs work on the store of a new integration. */
async function withStore<T>(work: (store: Store) => T): Promise<T> {
  const integration = await createIntegration();
  return runInDurableObject(objectOf(integration), (_, { storage }) => work(new Store(storage)));
}

describe("Store.atomically", () => {
  it("rolls the counters of the outbox back together with the rows", async () => {
    const [before, after, left] = await withStore((store) => {
      const { counters } = store.outbox;
      const work = () =>
        store.atomically(() => {
          store.outbox.append([chunk], 1, { accepted: 1 });
          throw new Error("later");
        });
      expect(work).toThrow("later");
      return [counters, store.outbox.counters, chunksOf(store)];
    });
    expect(after).toEqual(before);
    expect(after.totals).toEqual(NO_TOTALS);
    expect(left).toEqual([]);
  });

  it("rolls a nested transaction back together with the outer one", async () => {
    const left = await withStore((store) => {
      const work = () =>
        store.atomically(() => {
          store.saveChanges({ alerts: new Map(), timeline: [] }, rows, 1);
          throw new Error("later");
        });
      expect(work).toThrow("later");
      return [store.outbox.rows, store.outbox.lastSequence, chunksOf(store).length];
    });
    expect(left).toEqual([0, 0, 0]);
  });
});

describe("The counters of the outbox", () => {
  it("are the same after the object was loaded again", async () => {
    const integration = await createIntegration();
    const [before, after] = await runInDurableObject(objectOf(integration), (_, { storage }) => {
      const store = new Store(storage);
      store.atomically(() => store.outbox.append([chunk, chunk], 1, { accepted: 2 }));
      store.atomically(() => store.outbox.remove(chunksOf(store).slice(0, 1)));
      const counters = [store.outbox.counters, new Store(storage).outbox.counters] as const;
      store.atomically(() => store.outbox.remove(chunksOf(store)));
      return counters;
    });
    expect(after).toEqual(before);
    expect(after).toMatchObject({ lastKey: 2, lastSequence: 2, rows: 1, bytes: chunk.bytes, totals: { accepted: 2 } });
  });
});

describe("The tables of a newer version", () => {
  it("work with this version, which does not change their schema version", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "before", title: "a" });
    await flushed(integration);
    await runInDurableObject(objectOf(integration), (_, { storage: { sql } }) => {
      // A step of a later version may add tables, and columns that may be empty or have a default.
      sql.exec(`CREATE TABLE later (id INTEGER PRIMARY KEY);
        ALTER TABLE dedup_keys_0 ADD COLUMN later TEXT;
        ALTER TABLE dedup_keys_1 ADD COLUMN later TEXT;
        ALTER TABLE alerts ADD COLUMN later INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE outbox ADD COLUMN later TEXT;
        ALTER TABLE quarantine ADD COLUMN later TEXT;
        ALTER TABLE config ADD COLUMN later TEXT;
        UPDATE meta SET value = 99 WHERE name = 'schema_version'`);
    });
    await evictDurableObject(objectOf(integration));
    expect((await deliver(integration, { id: "before", title: "a" })).status).toBe(200);
    expect((await deliver(integration, { id: "after", title: "b" })).status).toBe(202);
    await flushed(integration);
    expect((await alertsOf(integration)).map((alert) => alert.title).toSorted()).toEqual(["a", "b"]);
    const [version, quarantined] = await runInDurableObject(objectOf(integration), (_, { storage }) => {
      const store = new Store(storage);
      store.atomically(() => {
        store.outbox.append([chunk], 1);
        for (const one of chunksOf(store)) new Quarantine(store).add(one, [{ index: 0, error: "error" }], 1);
        store.outbox.remove(chunksOf(store));
      });
      return [store.meta.schemaVersion, store.quarantine.count()];
    });
    expect([version, quarantined]).toEqual([99, 1]);
  });
});
