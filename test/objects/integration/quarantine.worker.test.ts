import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { createIntegration, deliver, deliveriesOf, flushed, objectOf, withDatabase } from "../../support/worker.ts";

it("A row that Postgres rejects for its data is quarantined, and delays no other row", async () => {
  const integration = await createIntegration();
  await withDatabase("down", async () => {
    for (const title of ["a", "b", "c"]) await deliver(integration, { title });
    await runInDurableObject(objectOf(integration), (_, { storage }) => {
      storage.sql.exec(
        `UPDATE outbox SET entries = replace(entries, '"status":"ACCEPTED"', '"status":"NONSENSE"') WHERE key = 2`,
      );
    });
  });
  await runDurableObjectAlarm(objectOf(integration));
  await flushed(integration);
  expect(await objectOf(integration).getOutboxStatus()).toMatchObject({ rows: 0, bytes: 0, quarantined: 1 });
  expect((await deliveriesOf(integration)).map((delivery) => delivery.sequence)).toEqual([3, 1]);
});
