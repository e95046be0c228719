import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { DAY, MINUTE } from "../../../../src/lib/time.ts";
import { type Entry, EntryTables } from "../../../../src/objects/integration/store/entry-tables.ts";
import { MetaTable } from "../../../../src/objects/integration/store/meta.ts";
import { Sql } from "../../../../src/objects/integration/store/sql.ts";
import { createIntegration, objectOf } from "../../../support/worker.ts";

const START = Date.UTC(2026, 9, 1, 12);

/** Runs work on the tables of a new integration. */
async function withTables(work: (load: () => EntryTables, sql: SqlStorage) => void): Promise<void> {
  const integration = await createIntegration();
  await runInDurableObject(objectOf(integration), (_, { storage }) => {
    const sql = new Sql(storage.sql);
    const load = () => {
      const tables = new EntryTables(sql, new MetaTable(sql));
      tables.load();
      return tables;
    };
    work(load, storage.sql);
  });
}

const entry = (key: string, keepUntil: number, value: unknown = key): Entry => ({
  key,
  keepUntil,
  json: JSON.stringify(value),
});

const found = (tables: EntryTables, ...keys: string[]) => [...tables.get(keys).keys()].toSorted();

describe("EntryTables", () => {
  it("keep every entry until it expires, and at least ten minutes", async () => {
    await withTables((load) => {
      let tables = load();
      const saved: Entry[] = [];
      for (let minute = 0; minute < 120; minute++) {
        const now = START + minute * MINUTE;
        // Some expire at once, others after up to half an hour.
        const keepUntil = now + (minute % 7 === 0 ? 0 : (minute % 30) * MINUTE);
        const added = entry(`k${minute}`, keepUntil);
        saved.push({ ...added, keepUntil: Math.max(keepUntil, now + 10 * MINUTE) });
        tables.save([added], now);
        if (minute % 5 === 0) tables = load();
        const kept = saved.filter((one) => one.keepUntil > now).map(({ key }) => key);
        expect(found(tables, ...saved.map(({ key }) => key))).toEqual(expect.arrayContaining(kept));
      }
    });
  });

  it("forget old entries without a write for each", async () => {
    await withTables((load, sql) => {
      const tables = load();
      const rows = () => sql.exec<{ rows: number }>("SELECT count(*) AS rows FROM dedup_keys_0").one().rows;
      const many = Array.from({ length: 1000 }, (_, i) => entry(`k${i}`, START + 25 * MINUTE));
      tables.save(many, START);
      tables.save([entry("second table", START + 50 * MINUTE)], START + 25 * MINUTE);
      expect(found(tables, "k0", "second table")).toEqual(["k0", "second table"]);
      const written: number[] = [];
      const exec = sql.exec.bind(sql);
      sql.exec = ((query: string, ...bindings: SqlStorageValue[]) => {
        const cursor = exec(query, ...bindings);
        written.push(cursor.rowsWritten);
        return cursor;
      }) as typeof sql.exec;
      tables.save([entry("third", START + 75 * MINUTE)], START + 50 * MINUTE);
      sql.exec = exec;
      expect(written.reduce((sum, count) => sum + count, 0)).toBeLessThan(5);
      expect(rows()).toBe(1);
      expect(found(tables, "k0", "second table", "third")).toEqual(["second table", "third"]);
    });
  });

  it("prefer the current table", async () => {
    await withTables((load) => {
      const tables = load();
      tables.save([entry("k", START + 60 * MINUTE, "old")], START);
      tables.save([entry("k", START + 60 * MINUTE, "new")], START + 11 * MINUTE);
      tables.save([entry("other", START + 60 * MINUTE)], START + 12 * MINUTE);
      expect(tables.turn.current).toBe(1);
      expect(load().get(["k"]).get("k")).toBe('"new"');
    });
  });

  it("do not turn while an entry of the other table is kept, and turn when it has expired", async () => {
    await withTables((load) => {
      const tables = load();
      tables.save([entry("long", START + DAY)], START);
      for (const hour of [1, 2, 23]) tables.save([entry("k", START + hour * 60 * MINUTE)], START + hour * 60 * MINUTE);
      expect(found(tables, "long")).toEqual(["long"]);
      tables.save([entry("k", START + 2 * DAY)], START + DAY + 60 * MINUTE);
      tables.save([entry("k", START + 2 * DAY)], START + 2 * DAY + 60 * MINUTE);
      expect(found(tables, "long")).toEqual([]);
    });
  });

  it("split an entry over several rows, and replace it by a shorter one", async () => {
    await withTables((load) => {
      const tables = load();
      const long = Array.from({ length: 30_000 }, (_, i) => `😀 警告 ${i} ${"x".repeat(40)}`);
      for (const value of [long, long.slice(0, 15_000), "short", long]) {
        tables.save([entry("k", START + MINUTE, value), entry("l", START + MINUTE)], START);
        const json = tables.get(["k", "l"]);
        expect(json.get("k") === JSON.stringify(value)).toBe(true);
        expect(json.get("l")).toBe('"l"');
      }
    });
  });

  it("keep the entries of replays apart, until they expire", async () => {
    await withTables((load) => {
      const tables = load();
      tables.save([entry("key:replay:1", START + DAY), entry("3|key:replay:2", START + DAY)], START);
      for (let hour = 0; hour < 23; hour++) tables.save([entry("k", START)], START + hour * 60 * MINUTE);
      tables.purge(START + DAY - 1);
      expect(found(tables, "key:replay:1", "3|key:replay:2")).toEqual(["3|key:replay:2", "key:replay:1"]);
      tables.purge(START + DAY);
      expect(found(tables, "key:replay:1", "3|key:replay:2")).toEqual([]);
    });
  });

  it("list the entries of all tables in the order of their keys", async () => {
    await withTables((load) => {
      const tables = load();
      const keep = START + 60 * MINUTE;
      tables.save([entry("b", keep), entry("d", keep), entry("key:replay:1", keep), entry("~", keep)], START);
      tables.save([entry("a", keep), entry("b", keep, "new"), entry("gone", START)], START + 11 * MINUTE);
      tables.save([entry("c", keep)], START + 12 * MINUTE);
      const now = START + 13 * MINUTE;
      expect(tables.page("", "~", 2, 1000, now)).toEqual([
        ["a", '"a"'],
        ["b", '"new"'],
      ]);
      expect(tables.page("b", "~", 9, 1000, now).map(([key]) => key)).toEqual(["c", "d", "key:replay:1"]);
      // By size: at least one entry.
      expect(tables.page("", "~", 9, 2, now).map(([key]) => key)).toEqual(["a"]);
      tables.deleteAll("key:");
      expect(tables.page("b", "~", 9, 1000, now).map(([key]) => key)).toEqual(["c", "d"]);
    });
  });
});
