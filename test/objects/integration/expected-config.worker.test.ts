import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq, sql } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { integrations } from "../../../src/db/schema.ts";
import { MINUTE } from "../../../src/lib/time.ts";
import { objectName } from "../../../src/objects/integration/shards/index.ts";
import {
  api,
  apiWith,
  countDatabaseRequests,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  objectOf,
  type TestIntegration,
  withDatabase,
  withLostCalls,
} from "../../support/worker.ts";

afterEach(() => void vi.useRealTimers());

/** Makes an operation end between Postgres and the push of the config. */
const crash = () => withLostCalls((_, method) => method === "configure");

const shardsOf = ({ id }: TestIntegration, count: number) =>
  Array.from({ length: count }, (_, shard) => env.INTEGRATIONS.getByName(objectName(id, shard)));

const alarmTime = (stub: ReturnType<typeof objectOf>) =>
  runInDurableObject(stub, (_, { storage }) => storage.getAlarm());

const passTime = (ms: number) => vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });

describe("an expected config", () => {
  it("is read from Postgres by the alarm after a crash between Postgres and the object", async () => {
    const integration = await createIntegration();
    const stub = objectOf(integration);
    const { status } = await apiWith(crash(), "PATCH", `/v1/integrations/${integration.id}`, { isEnabled: false });
    expect(status).toBe(503);
    expect((await stub.config())?.isEnabled).toBe(true);
    await evictDurableObject(stub);
    expect(await alarmTime(stub)).toBeLessThanOrEqual(Date.now() + MINUTE / 2);
    await runDurableObjectAlarm(stub);
    expect(await stub.config()).toMatchObject({ version: 2, isEnabled: false });
    expect((await deliver(integration, { title: "x" })).status).toBe(410);
    // The expectation has ended: a later alarm reads nothing.
    await flushed(integration);
    expect(await countDatabaseRequests(() => runDurableObjectAlarm(stub))).toBe(0);
  });

  it("might accept a rejected delivery: its sender is asked to send it again", async () => {
    const integration = await createIntegration();
    const path = `/v1/integrations/${integration.id}/rotate-secret`;
    const { body } = await apiWith<{ secret: string }>(crash(), "POST", path, { overlapMinutes: 0 });
    const rotated = { ...integration, secret: body.secret };
    const { status, headers } = await deliver(rotated, { title: "x" });
    expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
    await runDurableObjectAlarm(objectOf(integration));
    expect((await deliver(rotated, { title: "x" })).status).toBe(202);
    expect((await deliveriesOf(integration)).map(({ statusCode, reason }) => [statusCode, reason])).toEqual([
      [202, expect.any(String)],
      [503, "no signature matches; but a change of the integration is under way"],
    ]);
  });

  it("is read by every shard, and the first one is never behind another", async () => {
    const integration = await createIntegration({ shards: 3 });
    const shards = shardsOf(integration, 4);
    const [first, , , added] = shards;
    for (const shard of shards) await shard.expectConfig(2);
    const change = { name: "new", version: 2, previousShards: 3, shards: 4, mostShards: 4, shardsSince: 2 };
    await connect(env).update(integrations).set(change).where(eq(integrations.id, integration.id));
    await runDurableObjectAlarm(added!);
    expect(await added?.config()).toMatchObject({ name: "new", version: 2, shard: 3, sharding: { shards: 4 } });
    expect((await first?.config())?.version).toBe(2);
  });

  it("is read once Postgres answers again", async () => {
    const integration = await createIntegration();
    const stub = objectOf(integration);
    await apiWith(crash(), "PATCH", `/v1/integrations/${integration.id}`, { name: "new" });
    await withDatabase("down", async () => {
      await runDurableObjectAlarm(stub);
      await evictDurableObject(stub);
      expect(await alarmTime(stub)).not.toBeNull();
      await runDurableObjectAlarm(stub);
      expect(await alarmTime(stub)).not.toBeNull();
    });
    await runDurableObjectAlarm(stub);
    expect((await stub.config())?.name).toBe("new");
  });

  it("ends when the operation has changed nothing", async () => {
    const integration = await createIntegration();
    const stub = objectOf(integration);
    expect(await stub.expectConfig(2)).toBe(1);
    expect(await countDatabaseRequests(() => runDurableObjectAlarm(stub))).toBe(1);
    // The operation could still be waiting for Postgres.
    expect(await alarmTime(stub)).not.toBeNull();
    passTime(3 * MINUTE);
    expect(await countDatabaseRequests(() => runDurableObjectAlarm(stub))).toBe(1);
    expect(await countDatabaseRequests(() => runDurableObjectAlarm(stub))).toBe(0);
    expect((await stub.config())?.version).toBe(1);
  });

  it("leaves the object empty when the integration was never created", async () => {
    const stub = env.INTEGRATIONS.getByName(crypto.randomUUID());
    expect(await stub.expectConfig(1)).toBe(0);
    await runDurableObjectAlarm(stub);
    passTime(3 * MINUTE);
    await runDurableObjectAlarm(stub);
    const left = await runInDurableObject(stub, async (_, { storage }) => [
      await storage.getAlarm(),
      ...storage.kv.list(),
      ...storage.sql.exec("SELECT name FROM sqlite_master WHERE name NOT LIKE '\\_cf%' ESCAPE '\\'"),
    ]);
    expect(left).toEqual([null]);
  });

  it("has ended after a successful change", async () => {
    const integration = await createIntegration();
    await api("PATCH", `/v1/integrations/${integration.id}`, { name: "new" });
    expect(await countDatabaseRequests(() => runDurableObjectAlarm(objectOf(integration)))).toBe(0);
  });
});

describe("a change of an integration", () => {
  const operations: [string, string, object][] = [
    ["PATCH", "", { name: "new" }],
    ["PATCH", "", { shards: 5 }],
    ["POST", "/rotate-secret", {}],
    ["DELETE", "", {}],
  ];

  it.each(operations)(
    "is 503 while an object cannot be reached, and changes nothing: %s %s",
    async (method, path, body) => {
      const integration = await createIntegration({ shards: 3 });
      const row = async () =>
        (await connect(env).select().from(integrations).where(eq(integrations.id, integration.id)))[0];
      const before = await row();
      const lost = withLostCalls((name) => name.startsWith(`${integration.id}/`));
      const reply = await apiWith(lost, method, `/v1/integrations/${integration.id}${path}`, body);
      expect(reply).toMatchObject({ status: 503, body: { detail: expect.stringContaining("unavailable") } });
      expect(await row()).toEqual(before);
      expect((await deliver(integration, { title: "x" })).status).toBe(202);
    },
  );

  it("is 503 for a new integration, and creates nothing", async () => {
    const count = async () =>
      (
        await connect(env)
          .select({ count: sql`count(*)` })
          .from(integrations)
      )[0]?.count;
    const before = await count();
    const body = { name: "x", provider: "generic" };
    expect(
      (
        await apiWith(
          withLostCalls(() => true),
          "POST",
          "/v1/integrations",
          body,
        )
      ).status,
    ).toBe(503);
    expect(await count()).toBe(before);
  });

  it("shows a new secret although the push of the config failed", async () => {
    const created = await apiWith<TestIntegration>(crash(), "POST", "/v1/integrations", {
      name: "x",
      provider: "generic",
    });
    expect(created.status).toBe(201);
    await runDurableObjectAlarm(objectOf(created.body));
    expect((await deliver(created.body, { title: "a" })).status).toBe(202);
    const path = `/v1/integrations/${created.body.id}/rotate-secret`;
    const rotated = await apiWith<TestIntegration>(crash(), "POST", path, { overlapMinutes: 0 });
    expect(rotated.status).toBe(200);
    await runDurableObjectAlarm(objectOf(created.body));
    expect((await deliver(rotated.body, { title: "b" })).status).toBe(202);
    expect((await deliver(created.body, { title: "c" })).status).toBe(401);
  });

  it("gets a version above those that the objects know, although an older database was restored", async () => {
    const integration = await createIntegration();
    for (const name of ["two", "three"]) await api("PATCH", `/v1/integrations/${integration.id}`, { name });
    await connect(env).update(integrations).set({ version: 1, name: "one" }).where(eq(integrations.id, integration.id));
    const { body } = await api("PATCH", `/v1/integrations/${integration.id}`, { name: "four" });
    expect(body.version).toBe(4);
    expect(await objectOf(integration).config()).toMatchObject({ version: 4, name: "four" });
  });
});

describe("a shard that is behind", () => {
  it("gets its config from the first shard, not from the edge", async () => {
    const integration = await createIntegration({ shards: 2 });
    const [first, second] = shardsOf(integration, 2);
    const config = (await first!.config())!;
    await first!.configure({ ...config, version: 2, name: "new" });
    const titles = Array.from({ length: 12 }, (_, number) => `alert ${number}`);
    for (const title of titles) expect((await deliver(integration, { id: title, title })).status).toBe(202);
    expect(await second!.config()).toMatchObject({ version: 2, name: "new", shard: 1 });
  });

  it("gets its config from the first shard also when it has none", async () => {
    const integration = await createIntegration({ shards: 2 });
    const [, second] = shardsOf(integration, 2);
    await runInDurableObject(second!, (_, { storage }) => storage.deleteAll());
    await evictDurableObject(second!);
    const titles = Array.from({ length: 12 }, (_, number) => `alert ${number}`);
    for (const title of titles) expect((await deliver(integration, { id: title, title })).status).toBe(202);
    expect(await second!.config()).toMatchObject({ version: 1, shard: 1 });
  });
});
