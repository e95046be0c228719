import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { expireDeliveries } from "../../src/api/deliveries/retention.ts";
import { connect } from "../../src/db/client.ts";
import { deleteDeliveriesBefore } from "../../src/db/retention.ts";
import { webhookDeliveries } from "../../src/db/schema.ts";
import { DAY } from "../../src/lib/time.ts";
import {
  alertsOf,
  api,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  type TestIntegration,
} from "../support/worker.ts";

/** Deliveries of each outcome; gives their ids, the oldest first. */
async function withDeliveries(): Promise<{ integration: TestIntegration; ids: string[] }> {
  const integration = await createIntegration();
  for (const title of ["a", "a", "b"]) await deliver(integration, { id: title, title });
  await deliver({ ...integration, secret: "another one, wrong" }, { title: "c" });
  await flushed(integration);
  return { integration, ids: (await deliveriesOf(integration)).map(({ id }) => id).toReversed() };
}

const age = (ids: readonly string[], days: number) =>
  Promise.all(
    ids.map((id) =>
      connect(env)
        .update(webhookDeliveries)
        .set({ receivedAt: sql`now() - make_interval(days => ${days})` })
        .where(eq(webhookDeliveries.id, id)),
    ),
  );

describe("deliveries past their retention", () => {
  it("go, whatever became of them; younger ones, alerts and timelines stay", async () => {
    const { integration, ids } = await withDeliveries();
    const [first = "", second = "", third = "", refused = ""] = ids;
    await age([first, second, refused], 91);
    await age([third], 89);
    await expireDeliveries({ ...env, DELIVERY_RETENTION_DAYS: "90" }, Date.now());
    expect((await deliveriesOf(integration)).map(({ id }) => id)).toEqual([third]);
    const alerts = await alertsOf(integration);
    expect(alerts.map(({ alertKey }) => alertKey).toSorted()).toEqual(["a", "b"]);
    for (const { id } of alerts) {
      const { body } = await api<{ data: unknown[] }>("GET", `/v1/alerts/${id}/events`);
      expect(body.data).toHaveLength(1);
    }
  });

  it.each(["0", "", "ninety", "-1"])("stay with a retention of %j", async (days) => {
    const { integration, ids } = await withDeliveries();
    await age(ids, 4000);
    await expireDeliveries({ ...env, DELIVERY_RETENTION_DAYS: days }, Date.now());
    expect(await deliveriesOf(integration)).toHaveLength(4);
  });

  it("go in batches, the oldest first", async () => {
    const { integration, ids } = await withDeliveries();
    // Older than what other tests leave behind.
    for (const [place, id] of ids.entries()) await age([id], 9000 - place);
    const before = new Date(Date.now() - 8000 * DAY);
    expect(await deleteDeliveriesBefore(connect(env), before, 3)).toBe(3);
    expect((await deliveriesOf(integration)).map(({ id }) => id)).toEqual([ids[3]]);
    expect(await deleteDeliveriesBefore(connect(env), before, 3)).toBe(1);
    expect(await deleteDeliveriesBefore(connect(env), before, 3)).toBe(0);
  });
});
