import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { familiesOf } from "../../../src/api/metrics/families.ts";
import { type Scrape, scrape } from "../../../src/api/metrics/scrape.ts";
import { connect } from "../../../src/db/client.ts";
import { integrations } from "../../../src/db/schema.ts";
import { exposition } from "../../../src/lib/exposition.ts";
import { type ReadFamily, readExposition } from "../../support/exposition.ts";
import {
  api,
  createIntegration,
  deliver,
  flushed,
  objectOf,
  type TestIntegration,
  until,
  withDatabase,
} from "../../support/worker.ts";
import { samplesOf } from "./samples.ts";

const read = (found: Scrape) => readExposition(exposition(familiesOf(found)));
const scraped = async () => read(await scrape(env));

const only = (families: Map<string, ReadFamily>, name: string) => families.get(`tocsin_${name}`)?.samples;

// A scrape calls every integration, and earlier test files leave many.
beforeAll(async () => {
  await connect(env)
    .update(integrations)
    .set({ deletedAt: new Date(0) });
});

describe("the metrics of a subscription", () => {
  it("show its circuit breaker, pending messages and dead letters, while it is enabled", async () => {
    const url = `${inject("subscriberUrl")}/${crypto.randomUUID()}`;
    await fetch(url, { method: "PUT", body: JSON.stringify({ status: 500 }) });
    const integration = await createIntegration();
    const filter = { integrationId: integration.id };
    const { body } = await api<{ id: string }>("POST", "/v1/subscriptions", { name: "Pager", url, filter });
    for (const id of ["a", "b", "c"]) await deliver(integration, { id, title: "T" });
    const stub = env.SUBSCRIPTIONS.getByName(body.id);
    await until(async () => (await stub.state()).isCircuitOpen);
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec("INSERT INTO dead_letters VALUES ('x', 'y', 'CREATED', 0, 1, 'refused', 0, '{}')");
    });
    // The object counts dead letters when it starts.
    await evictDurableObject(stub);
    const families = await scraped();
    const samples = [...families].flatMap(([name, family]) =>
      family.samples
        .filter(({ labels }) => labels.subscription === body.id)
        .map(({ value }) => [name.slice(20), value]),
    );
    const { oldest_pending_age_seconds: age, ...rest } = Object.fromEntries(samples) as Record<string, number>;
    expect(rest).toEqual({ info: 1, up: 1, circuit_open: 1, pending_messages: 3, held_alerts: 0, dead_letters: 1 });
    expect(age).toBeGreaterThanOrEqual(0);
    expect(families.get("tocsin_subscription_info")?.samples.at(-1)?.labels).toMatchObject({ name: "Pager", team: "" });
    await api("PATCH", `/v1/subscriptions/${body.id}`, { isEnabled: false });
    const disabled = (await scraped()).get("tocsin_subscription_info")?.samples ?? [];
    expect(disabled.map(({ labels }) => labels.subscription)).not.toContain(body.id);
  });
});

describe("the metrics of an integration", () => {
  let integration: TestIntegration;
  const startedAt = Date.now();
  const NAME = 'C:\\prod "eu"\nx';

  beforeAll(async () => {
    integration = await createIntegration({ name: NAME, heartbeatMinutes: 60 });
    await deliver(integration, { id: "a", title: "a", severity: "critical" });
    await deliver(integration, { id: "a", title: "a", severity: "critical" });
    await deliver(integration, { id: "b", title: "b", severity: "low" });
    await deliver(integration, "{ no JSON");
    await deliver({ ...integration, secret: "not it" }, { title: "c" });
    await flushed(integration);
  });

  it("contain its name with special characters", async () => {
    const info = only(await scraped(), "integration_info")?.find(({ labels }) => labels.integration === integration.id);
    expect(info).toEqual({
      labels: { integration: integration.id, name: NAME, provider: "generic", team: "" },
      value: 1,
    });
  });

  it("count deliveries by outcome, rejections by reason, and unresolved alerts by status and severity", async () => {
    const found = await scraped();
    expect(only(found, "database_up")).toEqual([{ labels: {}, value: 1 }]);
    expect(samplesOf(found, "integration_up", integration)).toEqual({ "": 1 });
    expect(samplesOf(found, "deliveries_total", integration)).toEqual({ accepted: 2, duplicate: 1, rejected: 2 });
    expect(samplesOf(found, "deliveries_rejected_total", integration)).toEqual({
      verification: 1,
      body: 1,
      disabled: 0,
      unavailable: 0,
      other: 0,
    });
    const { "OPEN CRITICAL": critical, "OPEN LOW": low, ...others } = samplesOf(found, "alerts", integration);
    expect([critical, low]).toEqual([1, 1]);
    expect(Object.values(others)).toEqual(Array(8).fill(0));
  });

  it("contain the time of the last delivery in seconds", async () => {
    const { "": at } = samplesOf(await scraped(), "last_delivery_timestamp_seconds", integration);
    expect(at).toBeGreaterThanOrEqual(startedAt / 1000);
    expect(at).toBeLessThanOrEqual(Date.now() / 1000);
    const quiet = await createIntegration();
    expect(samplesOf(await scraped(), "last_delivery_timestamp_seconds", quiet)).toEqual({});
  });

  it("show a missed heartbeat until the next delivery", async () => {
    const silent = await createIntegration({ heartbeatMinutes: 60 });
    const isHeartbeatMissed = async () => samplesOf(await scraped(), "heartbeat_missed", silent)[""];
    expect(await isHeartbeatMissed()).toBe(0);
    await runInDurableObject(objectOf(silent), async (instance, { storage }) => {
      storage.sql.exec("UPDATE meta SET value = 1 WHERE name = 'waiting_since'");
      await instance.alarm();
    });
    // The object reports with its next flush.
    await until(async () => (await isHeartbeatMissed()) === 1);
    await deliver(silent, { title: "here again" });
    await until(async () => (await isHeartbeatMissed()) === 0);
  });

  it("count quarantined rows", async () => {
    const aside = await createIntegration();
    await runInDurableObject(objectOf(aside), (_, { storage }) => {
      storage.sql.exec("INSERT INTO quarantine VALUES (1, 0, 0, 0, 0, 'refused', '{}', NULL)");
    });
    expect(samplesOf(await scraped(), "quarantined_rows", aside)).toEqual({ "": 1 });
  });

  it("are the sum over its shards, and absent while a shard does not respond", async () => {
    const sharded = await createIntegration({ shards: 4 });
    for (let number = 0; number < 8; number++) await deliver(sharded, { id: `k${number}`, title: "x" });
    await until(async () => samplesOf(await scraped(), "deliveries_total", sharded).accepted === 8);

    const unreachable = () => {
      throw new Error("cannot be reached");
    };
    const found = read(
      await scrape({
        ...env,
        WRITER_OBJECTS: WITHOUT_WRITERS,
        INTEGRATIONS: withObject(`${sharded.id}/3`, unreachable),
      }),
    );
    expect(samplesOf(found, "integration_up", sharded)).toEqual({ "": 0 });
    expect(samplesOf(found, "deliveries_total", sharded)).toEqual({});
    expect(samplesOf(found, "integration_up", integration)).toEqual({ "": 1 });
  });

  it("are absent when its object does not respond in time", async () => {
    const hanging = await createIntegration();
    const silent = () => ({ getStats: () => new Promise(() => {}) });
    const found = read(await scrape({ ...env, INTEGRATIONS: withObject(hanging.id, silent) }, 500));
    expect(samplesOf(found, "integration_up", hanging)).toEqual({ "": 0 });
    expect(samplesOf(found, "integration_up", integration)).toEqual({ "": 1 });
  });

  it("remain for a day after it is deleted, because its outbox is still flushed", async () => {
    const deleted = await createIntegration();
    await api("DELETE", `/v1/integrations/${deleted.id}`);
    expect(samplesOf(await scraped(), "integration_up", deleted)).toEqual({ "": 1 });
  });
});

/** Writers that cannot be reached: then every object is asked. */
const WITHOUT_WRITERS = {
  getByName: () => {
    throw new Error("cannot be reached");
  },
} as unknown as Env["WRITER_OBJECTS"];

/** The namespace of objects, with a replacement for one of them. */
const withObject = (name: string, replacement: () => unknown): Env["INTEGRATIONS"] =>
  new Proxy(env.INTEGRATIONS, {
    get: (namespace, property) =>
      property === "getByName"
        ? (requested: string) => (requested === name ? replacement() : namespace.getByName(requested))
        : (Reflect.get(namespace, property) as unknown),
  });

/** With a query, the module is loaded a second time. */
const SCRAPE = "../../../src/api/metrics/scrape.ts";

describe("the metrics while Postgres is down", () => {
  it("contain the integrations in a new isolate", async () => {
    const integration = await createIntegration();
    await scraped();
    const another = (await import(`${SCRAPE}?another`)) as { scrape: typeof scrape };
    expect(another.scrape).not.toBe(scrape);
    await withDatabase("down", async () => {
      const found = await another.scrape(env);
      expect(found.alerts).toBeNull();
      expect(found.integrations.find(({ id }) => id === integration.id)?.stats).toMatchObject({ rows: 0 });
    });
  });

  it("show that, and the state of every outbox", async () => {
    const integration = await createIntegration();
    await scraped();
    await withDatabase("down", async () => {
      await deliver(integration, { title: "a" });
      const found = await until(async () => {
        const now = await scraped();
        return samplesOf(now, "outbox_flush_failures", integration)[""]! > 0 && now;
      });
      expect(only(found, "database_up")).toEqual([{ labels: {}, value: 0 }]);
      expect(found.has("tocsin_alerts")).toBe(false);
      expect(samplesOf(found, "outbox_rows", integration)).toEqual({ "": 1 });
      expect(samplesOf(found, "outbox_bytes", integration)[""]).toBeGreaterThan(100);
      expect(samplesOf(found, "deliveries_total", integration)).toMatchObject({ accepted: 1 });
      const age = async () => samplesOf(await scraped(), "outbox_oldest_age_seconds", integration)[""]!;
      const first = await age();
      await until(async () => (await age()) > first);
      // The state survives an eviction of the object.
      await evictDurableObject(objectOf(integration));
      expect(samplesOf(await scraped(), "outbox_rows", integration)).toEqual({ "": 1 });
    });
  });
});
