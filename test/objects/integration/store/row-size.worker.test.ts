import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { Delivery, IntegrationConfig } from "../../../../src/objects/integration/rpc.ts";
import { MAX_ROW_BYTES, Sql } from "../../../../src/objects/integration/store/sql.ts";
import { createIntegration, flushed, objectOf, type TestIntegration, withDatabase } from "../../../support/worker.ts";
import { deliveryFor, eventOf, newCall, requestRecord } from "../delivery.ts";

const MIB = 1024 * 1024;

const CJK_CONTENT = JSON.stringify({
  externalId: null,
  title: "警告",
  description: "説明".repeat(20),
  source: null,
  url: null,
  metadata: {},
});

/** A delivery of 10,000 events with a body of 1 MiB. */
const largeDelivery = (config: IntegrationConfig, fields: Partial<Delivery> = {}): Delivery => ({
  ...deliveryFor(config),
  request: requestRecord("bytes"),
  body: new Uint8Array(MIB),
  events: Array.from({ length: 10_000 }, (_, i) => ({
    ...eventOf("trigger", `${"鍵".repeat(30)}${i}`),
    content: CJK_CONTENT,
  })),
  ...fields,
});

/** The size of the largest row of each table, and the number of rows. */
const sizesOf = (integration: TestIntegration) =>
  runInDurableObject(objectOf(integration), (_, { storage: { sql } }) =>
    Object.fromEntries(
      ["dedup_keys_0", "dedup_keys_1", "alerts", "outbox", "quarantine", "meta", "config"].map((table) => {
        const columns = sql.exec<{ name: string }>(`SELECT name FROM pragma_table_info('${table}')`).toArray();
        const size = columns.map(({ name }) => `coalesce(length(CAST(${name} AS BLOB)), 0)`).join(" + ");
        type Row = { largest: number; rows: number };
        return [
          table,
          sql.exec<Row>(`SELECT coalesce(max(${size}), 0) AS largest, count(*) AS rows FROM ${table}`).one(),
        ];
      }),
    ),
  );

async function expectBounded(integration: TestIntegration): Promise<void> {
  for (const [table, { largest }] of Object.entries(await sizesOf(integration))) {
    expect([table, largest]).toEqual([table, expect.toSatisfy((size) => size < MAX_ROW_BYTES)]);
  }
}

describe("Every row of an object is smaller than 1.5 MB", () => {
  it("after a delivery of 10,000 events with CJK text and a body of 1 MiB", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    const delivery = largeDelivery(config);
    const call = newCall();
    await withDatabase("down", async () => {
      const [reply] = await objectOf(integration).accept(call, [delivery]);
      expect(reply).toMatchObject({ kind: "decided", status: "ACCEPTED" });
      expect(await objectOf(integration).accept(call, [delivery])).toEqual([reply]);
      await expectBounded(integration);
      expect((await sizesOf(integration))["outbox"]!.rows).toBeGreaterThan(3);
    });
    await flushed(integration);
  });

  it("after 64 such deliveries in one call", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    const dedupKey = { kind: "fingerprint", value: "same" } as const;
    await withDatabase("down", async () => {
      // Within the object: no message may have so many bytes.
      const replies = await runInDurableObject(objectOf(integration), (object) =>
        object.accept(
          newCall(),
          Array.from({ length: 64 }, () => largeDelivery(config, { dedupKey })),
        ),
      );
      expect(replies.map((reply) => reply.kind === "decided" && reply.status)).toEqual([
        "ACCEPTED",
        ...Array<string>(63).fill("DUPLICATE"),
      ]);
      await expectBounded(integration);
      await runInDurableObject(objectOf(integration), (_, { storage }) => {
        // Too much for the tests' database.
        storage.sql.exec("DELETE FROM outbox");
      });
    });
  });

  it("after 64 deliveries with bodies of 1 MiB in one call", async () => {
    const integration = await createIntegration();
    const config = (await objectOf(integration).config())!;
    await withDatabase("down", async () => {
      await runInDurableObject(objectOf(integration), (object) =>
        object.accept(
          newCall(),
          Array.from({ length: 64 }, () => largeDelivery(config, { events: [eventOf("trigger", null)] })),
        ),
      );
      await expectBounded(integration);
      expect((await sizesOf(integration))["outbox"]!.rows).toBe(64);
      await runInDurableObject(objectOf(integration), (_, { storage }) => void storage.sql.exec("DELETE FROM outbox"));
    });
  });
});

describe("Sql", () => {
  it("refuses to write a larger row", async () => {
    const integration = await createIntegration();
    await runInDurableObject(objectOf(integration), (_, { storage }) => {
      const sql = new Sql(storage.sql);
      const write = (text: string) =>
        sql.exec("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", "large", text);
      write("a".repeat(MAX_ROW_BYTES - 100));
      write("警".repeat(MAX_ROW_BYTES / 3 - 100));
      for (const text of ["a".repeat(MAX_ROW_BYTES), "警".repeat(MAX_ROW_BYTES / 3)]) {
        expect(() => write(text)).toThrow(/cannot be written/);
        expect(() => sql.insert("INSERT INTO meta (name, value)", [["other", text]])).toThrow(/cannot be written/);
      }
    });
  });
});
