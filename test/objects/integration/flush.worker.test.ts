import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { integrations } from "../../../src/db/schema.ts";
import type { ObjectReport } from "../../../src/objects/writer/rpc.ts";
import type { Subscription } from "../../../src/objects/subscription/object.ts";
import {
  alertsOf,
  api,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  objectOf,
  type TestIntegration,
  until,
  withDatabase,
} from "../../support/worker.ts";

const statsOf = (integration: TestIntegration) => objectOf(integration).getStats();

/** The last report of the integration's object, from the Writer that has it. */
async function reportOf({ id }: TestIntegration): Promise<ObjectReport | undefined> {
  const writers = Array.from({ length: Number(env.WRITERS) }, (_, writer) =>
    env.WRITER_OBJECTS.getByName(String(writer)),
  );
  const replies = await Promise.all(writers.map((writer) => writer.reports()));
  const reports = replies.flatMap((reply) => reply.reports);
  return reports.filter(({ object }) => object === id).toSorted((a, b) => b.reportedAt - a.reportedAt)[0];
}

const debtsOf = (integration: TestIntegration): Promise<unknown[]> =>
  runInDurableObject(objectOf(integration), (_, { storage }) => storage.sql.exec("SELECT reader FROM debts").toArray());

describe("The flush", () => {
  it("keeps everything of an integration that Postgres lost, and writes it when the row is back", async () => {
    const integration = await createIntegration();
    const db = connect(env);
    const [row] = await db.delete(integrations).where(eq(integrations.id, integration.id)).returning();
    for (const title of ["a", "b", "c"]) expect((await deliver(integration, { title })).status).toBe(202);
    await until(async () => (await statsOf(integration)).lastError?.includes("no such integration"));
    await runDurableObjectAlarm(objectOf(integration));
    expect(await statsOf(integration)).toMatchObject({ rows: 3, quarantined: 0 });
    await db.insert(integrations).values(row!);
    await runDurableObjectAlarm(objectOf(integration));
    expect((await alertsOf(integration)).map(({ title }) => title).toSorted()).toEqual(["a", "b", "c"]);
    expect(await deliveriesOf(integration)).toHaveLength(3);
    expect(await statsOf(integration)).toMatchObject({ rows: 0, quarantined: 0, lastError: null, flushFailures: 0 });
  });

  it("does not let an unknown integration delay another one", async () => {
    const [lost, other] = [await createIntegration(), await createIntegration()];
    await connect(env).delete(integrations).where(eq(integrations.id, lost.id));
    await Promise.all([deliver(lost, { title: "a" }), deliver(other, { title: "b" })]);
    expect((await alertsOf(other)).map(({ title }) => title)).toEqual(["b"]);
  });

  it("reports the size of the outbox with every call, also while Postgres is away, and 0 afterwards", async () => {
    const integration = await createIntegration();
    await withDatabase("down", async () => {
      await deliver(integration, { title: "a" });
      await until(async () => (await statsOf(integration)).lastError);
      await runDurableObjectAlarm(objectOf(integration));
      expect(await reportOf(integration)).toMatchObject({
        integrationId: integration.id,
        teamId: null,
        rows: 1,
        quarantined: 0,
        flushFailures: 1,
        lastError: expect.any(String),
        totals: expect.objectContaining({ accepted: 1 }),
      });
    });
    await runDurableObjectAlarm(objectOf(integration));
    await flushed(integration);
    const idle = { rows: 0, bytes: 0, oldestAt: null, flushFailures: 0, lastError: null };
    expect(await reportOf(integration)).toMatchObject(idle);
  });
});

describe("The debts of notifications", () => {
  /** A subscription of the integration's team, and a switch that makes it fail. */
  async function subscribe() {
    const { body: team } = await api<{ id: string }>("POST", "/v1/teams", { name: `debts ${crypto.randomUUID()}` });
    const settings = { name: "s", url: "http://127.0.0.1:9/", teamId: team.id };
    const { body } = await api<{ id: string }>("POST", "/v1/subscriptions", settings);
    const stub = env.SUBSCRIPTIONS.getByName(body.id);
    await runInDurableObject(stub, (instance: Subscription) => {
      instance.wake = () => Promise.reject(new Error("away"));
    });
    return {
      id: body.id,
      integration: await createIntegration({ teamId: team.id }),
      revive: () => evictDurableObject(stub),
    };
  }

  it("stay in the object until the subscription acknowledges, and delay no chunk", async () => {
    const { id, integration, revive } = await subscribe();
    await deliver(integration, { title: "a" });
    await flushed(integration);
    expect(await debtsOf(integration)).toEqual([{ reader: JSON.stringify({ subscriptionId: id }) }]);
    const alarm = await runInDurableObject(objectOf(integration), (_, { storage }) => storage.getAlarm());
    expect(alarm).not.toBeNull();
    await deliver(integration, { title: "b" });
    expect(await alertsOf(integration)).toHaveLength(2);
    // A debt outlives the object.
    await evictDurableObject(objectOf(integration));
    expect(await debtsOf(integration)).toHaveLength(1);
    await revive();
    await until(async () => {
      await runDurableObjectAlarm(objectOf(integration));
      return (await debtsOf(integration)).length === 0;
    });
    await api("DELETE", `/v1/subscriptions/${id}`);
  });

  it("are dropped when the subscription is deleted", async () => {
    const { id, integration, revive } = await subscribe();
    await deliver(integration, { title: "a" });
    await flushed(integration);
    expect(await debtsOf(integration)).toHaveLength(1);
    await api("DELETE", `/v1/subscriptions/${id}`);
    await revive();
    await until(async () => {
      await runDurableObjectAlarm(objectOf(integration));
      return (await debtsOf(integration)).length === 0;
    });
  });
});
