import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { QuarantineTable } from "../../../src/objects/integration/store/quarantine.ts";
import { Sql } from "../../../src/objects/integration/store/sql.ts";
import { createIntegration, deliver, deliveriesOf, flushed, objectOf } from "../../support/worker.ts";
import { withSpoiltDeliveries } from "./spoil.ts";

it("A row that Postgres rejects for its data is quarantined, and delays no other row", async () => {
  const integration = await createIntegration();
  await withSpoiltDeliveries(integration, "key = 2", async () => {
    for (const title of ["a", "b", "c"]) await deliver(integration, { title });
  });
  await runDurableObjectAlarm(objectOf(integration));
  await flushed(integration);
  expect(await objectOf(integration).getStats()).toMatchObject({ rows: 0, bytes: 0, quarantined: 1 });
  expect((await deliveriesOf(integration)).map((delivery) => delivery.sequence)).toEqual([3, 1]);
});

it("Reads of quarantined rows are bounded in bytes, and lists leave the bodies out", async () => {
  const integration = await createIntegration();
  const sizes = await runInDurableObject(objectOf(integration), (_, { storage }) => {
    const table = new QuarantineTable(new Sql(storage.sql));
    for (let row = 1; row <= 5; row++) {
      const times = { acceptedAt: 1, quarantinedAt: 2 };
      table.add({ row, ...times, bytes: 1_000_002, error: "22P02", entry: "{}", body: new Uint8Array(1_000_000) });
    }
    const listed = table.list(0, 100).map(({ body }) => body.length);
    return { listed, page: table.page(1, 100, 2_500_000).map(({ row, body }) => [row, body.length]) };
  });
  expect(sizes).toEqual({
    listed: [0, 0, 0, 0, 0],
    page: [
      [2, 1_000_000],
      [3, 1_000_000],
    ],
  });
  expect(await objectOf(integration).retryQuarantine(null)).toBe(5);
  await flushed(integration);
  expect(await objectOf(integration).getStats()).toMatchObject({ rows: 0, quarantined: 0 });
});
