import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { Store } from "../../../../src/objects/integration/store/index.ts";
import { NO_TOTALS } from "../../../../src/objects/integration/totals.ts";
import { alertsOf, createIntegration, deliver, flushed, objectOf } from "../../../support/worker.ts";

const entry = { delivery: "{}", body: null, bodyKind: "none" as const, alerts: "", events: "", seen: "" };

/** Runs work on the store of a new integration. */
async function withStore<T>(work: (store: Store) => T): Promise<T> {
  const integration = await createIntegration();
  return runInDurableObject(objectOf(integration), (_, { storage }) => work(new Store(storage)));
}

describe("Store.atomically", () => {
  it("rolls the counters of the outbox back together with the rows", async () => {
    const [before, after, rows] = await withStore((store) => {
      const { counters } = store.outbox;
      const work = () =>
        store.atomically(() => {
          store.outbox.append([entry], 1, { accepted: 1 });
          throw new Error("later");
        });
      expect(work).toThrow("later");
      return [counters, store.outbox.counters, store.outbox.nextBatch()];
    });
    expect(after).toEqual(before);
    expect(after.totals).toEqual(NO_TOTALS);
    expect(rows).toEqual([]);
  });

  it("rolls a nested transaction back together with the outer one", async () => {
    const rows = await withStore((store) => {
      const work = () =>
        store.atomically(() => {
          store.saveChanges({ alerts: new Map(), timeline: [] }, [entry], 1);
          throw new Error("later");
        });
      expect(work).toThrow("later");
      return [store.outbox.rows, store.outbox.lastRow, store.outbox.nextBatch().length];
    });
    expect(rows).toEqual([0, 0, 0]);
  });
});

describe("The counters of the outbox", () => {
  it("are the same after the object was loaded again", async () => {
    const integration = await createIntegration();
    const [before, after] = await runInDurableObject(objectOf(integration), (_, { storage }) => {
      const store = new Store(storage);
      store.atomically(() => store.outbox.append([entry, entry], 1, { accepted: 2 }));
      store.atomically(() => store.outbox.remove(store.outbox.nextBatch().slice(0, 1)));
      const counters = [store.outbox.counters, new Store(storage).outbox.counters] as const;
      store.atomically(() => store.outbox.remove(store.outbox.nextBatch()));
      return counters;
    });
    expect(after).toEqual(before);
    expect(after).toMatchObject({ lastRow: 2, rows: 1, bytes: 2, totals: { accepted: 2 } });
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
        ALTER TABLE dedup_keys ADD COLUMN later TEXT;
        ALTER TABLE alerts ADD COLUMN later INTEGER NOT NULL DEFAULT 0;
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
    const [version, quarantined] = await runInDurableObject(objectOf(integration), (_, { storage }) => {
      const store = new Store(storage);
      store.atomically(() => {
        store.outbox.append([entry], 1);
        store.quarantine.copyFromOutbox(store.outbox.lastRow, "error", 1);
        store.outbox.remove(store.outbox.nextBatch());
      });
      return [store.meta.schemaVersion, store.quarantine.count()];
    });
    expect([version, quarantined]).toEqual([99, 1]);
  });
});
