import { runDurableObjectAlarm } from "cloudflare:test";
import { expect, it } from "vitest";
import { createIntegration, deliver, deliveriesOf, flushed, objectOf } from "../../support/worker.ts";
import { withSpoiltDeliveries } from "./spoil.ts";

it("A row that Postgres rejects for its data is quarantined, and delays no other row", async () => {
  const integration = await createIntegration();
  await withSpoiltDeliveries(integration, "key = 2", async () => {
    for (const title of ["a", "b", "c"]) await deliver(integration, { title });
  });
  await runDurableObjectAlarm(objectOf(integration));
  await flushed(integration);
  expect(await objectOf(integration).getOutboxStatus()).toMatchObject({ rows: 0, bytes: 0, quarantined: 1 });
  expect((await deliveriesOf(integration)).map((delivery) => delivery.sequence)).toEqual([3, 1]);
});
