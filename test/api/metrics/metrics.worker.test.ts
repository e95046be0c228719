import {
  createExecutionContext,
  evictDurableObject,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, inject, it, vi } from "vitest";
import manifest from "../../../package.json?raw";
import { createApp } from "../../../src/app.ts";
import { familiesOf } from "../../../src/api/metrics/families.ts";
import { type Scrape, scrape } from "../../../src/api/metrics/scrape.ts";
import { connect } from "../../../src/db/client.ts";
import { integrations } from "../../../src/db/schema.ts";
import { exposition } from "../../../src/lib/exposition.ts";
import { VERSION } from "../../../src/lib/version.ts";
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

const read = (found: Scrape) => readExposition(exposition(familiesOf(found)));
const scraped = async () => read(await scrape(env));

/** What a metric says of an integration: the value by its other labels. */
function of(families: Map<string, ReadFamily>, name: string, { id }: TestIntegration): Record<string, number> {
  const samples = families.get(`tocsin_${name}`)?.samples.filter(({ labels }) => labels.integration === id) ?? [];
  return Object.fromEntries(
    samples.map(({ labels: { integration: _, ...labels }, value }) => [Object.values(labels).join(" "), value]),
  );
}

const only = (families: Map<string, ReadFamily>, name: string) => families.get(`tocsin_${name}`)?.samples;

// A scrape asks for every integration, and the suites before this one left many.
beforeAll(async () => {
  await connect(env)
    .update(integrations)
    .set({ deletedAt: new Date(0) });
});

const METRICS_KEY = "a-key-for-prometheus-alone";

async function get(headers: Record<string, string>, given: Partial<Env> = { METRICS_KEY }, path = "/metrics") {
  const context = createExecutionContext();
  const request = new Request(`https://tocsin.test${path}`, { headers });
  const response = await createApp().fetch(request, { ...env, ...given }, context);
  await waitOnExecutionContext(context);
  return { status: response.status, type: response.headers.get("content-type"), text: await response.text() };
}
const bearer = (key: string) => ({ authorization: `Bearer ${key}` });

describe("a subscription", () => {
  it("is told of: whether its subscriber hears, since when not, and what was given up", async () => {
    const url = `${inject("subscriberUrl")}/${crypto.randomUUID()}`;
    await fetch(url, { method: "PUT", body: JSON.stringify({ status: 500 }) });
    const integration = await createIntegration();
    const filter = { integrationId: integration.id };
    const { body } = await api<{ id: string }>("POST", "/v1/subscriptions", { name: "Pager", url, filter });
    for (const id of ["a", "b", "c"]) await deliver(integration, { id, title: "T" });
    const stub = env.SUBSCRIPTIONS.getByName(body.id);
    await until(async () => (await stub.state()).isDown);
    await runInDurableObject(stub, (_, { storage }) => {
      storage.sql.exec("INSERT INTO dead_letters VALUES ('x', 'y', 'CREATED', 0, 1, 'refused', 0, '{}')");
    });
    // Awake, it knows how many there are.
    await evictDurableObject(stub);
    const families = await scraped();
    const samples = [...families].flatMap(([name, family]) =>
      family.samples
        .filter(({ labels }) => labels.subscription === body.id)
        .map(({ value }) => [name.slice(20), value]),
    );
    const { oldest_waiting_age_seconds: age, ...rest } = Object.fromEntries(samples) as Record<string, number>;
    expect(rest).toEqual({ info: 1, up: 1, down: 1, waiting_messages: 3, dead_letters: 1 });
    expect(age).toBeGreaterThanOrEqual(0);
    expect(families.get("tocsin_subscription_info")?.samples.at(-1)?.labels).toMatchObject({ name: "Pager", team: "" });
    await api("PATCH", `/v1/subscriptions/${body.id}`, { isEnabled: false });
    const disabled = (await scraped()).get("tocsin_subscription_info")?.samples ?? [];
    expect(disabled.map(({ labels }) => labels.subscription)).not.toContain(body.id);
  });
});

describe("who may read the metrics", () => {
  const newKey = async (fields: object) =>
    (await api<{ key: string }>("POST", "/v1/api-keys", { name: "Prometheus", ...fields })).body.key;

  it("is whoever has METRICS_KEY, which opens nothing else", async () => {
    const { status, type, text } = await get(bearer(METRICS_KEY));
    expect([status, type]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    expect(readExposition(text).has("tocsin_build_info")).toBe(true);
    for (const path of ["/v1/stats", "/v1/alerts", "/v1/deliveries", "/v1/session"]) {
      expect((await get(bearer(METRICS_KEY), undefined, path)).status).toBe(401);
    }
  });

  it("is whoever may read the deliveries of the whole platform", async () => {
    const { body: team } = await api<{ id: string }>("POST", "/v1/teams", { name: "Payments" });
    for (const [fields, status] of [
      [{ scopes: ["deliveries:read"] }, 200],
      [{ scopes: ["alerts:read"] }, 403],
      [{ scopes: ["deliveries:read"], teamId: team.id }, 403],
    ] as const) {
      expect((await get(bearer(await newKey(fields)))).status).toBe(status);
    }
    expect((await get(bearer(env.ROOT_API_KEY), {})).status).toBe(200);
  });

  it("is nobody else: every answer to a stranger is the same, whatever is set", async () => {
    const strangers = [
      await get({}),
      await get(bearer("a guess")),
      await get(bearer(METRICS_KEY.slice(1))),
      await get(bearer(METRICS_KEY), {}),
      await get(bearer(""), { METRICS_KEY: "" }),
      await get({ authorization: METRICS_KEY }),
    ];
    const bare = ({ status, type, text }: (typeof strangers)[number]) => [
      status,
      type,
      text.replace(/urn:uuid:[\w-]+/, ""),
    ];
    for (const stranger of strangers) expect(bare(stranger)).toEqual(bare(strangers[0]!));
    expect(strangers[0]?.status).toBe(401);
  });
});

describe("the metrics", () => {
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

  it("tell what an integration is, whatever its name", async () => {
    const info = only(await scraped(), "integration_info")?.find(({ labels }) => labels.integration === integration.id);
    expect(info).toEqual({
      labels: { integration: integration.id, name: NAME, provider: "generic", team: "" },
      value: 1,
    });
  });

  it("tell the version, as package.json has it", async () => {
    expect(VERSION).toBe((JSON.parse(manifest) as { version: string }).version);
    expect(only(await scraped(), "build_info")).toEqual([{ labels: { version: VERSION }, value: 1 }]);
  });

  it("count deliveries by outcome, refusals by reason, and unresolved alerts by status and severity", async () => {
    const found = await scraped();
    expect(only(found, "database_up")).toEqual([{ labels: {}, value: 1 }]);
    expect(of(found, "integration_up", integration)).toEqual({ "": 1 });
    expect(of(found, "deliveries_total", integration)).toEqual({ accepted: 2, duplicate: 1, rejected: 2 });
    expect(of(found, "deliveries_rejected_total", integration)).toEqual({
      verification: 1,
      body: 1,
      disabled: 0,
      unavailable: 0,
      other: 0,
    });
    const { "OPEN CRITICAL": critical, "OPEN LOW": low, ...others } = of(found, "alerts", integration);
    expect([critical, low]).toEqual([1, 1]);
    expect(Object.values(others)).toEqual(Array(8).fill(0));
  });

  it("tell when a delivery was last taken, in seconds", async () => {
    const { "": at } = of(await scraped(), "last_delivery_timestamp_seconds", integration);
    expect(at).toBeGreaterThanOrEqual(startedAt / 1000);
    expect(at).toBeLessThanOrEqual(Date.now() / 1000);
    const quiet = await createIntegration();
    expect(of(await scraped(), "last_delivery_timestamp_seconds", quiet)).toEqual({});
  });

  it("tell of a missedHeartbeat, and of its end", async () => {
    const silent = await createIntegration({ heartbeatMinutes: 60 });
    const isHeartbeatMissed = async () => of(await scraped(), "heartbeat_missed", silent)[""];
    expect(await isHeartbeatMissed()).toBe(0);
    await runInDurableObject(objectOf(silent), async (instance, { storage }) => {
      storage.sql.exec("UPDATE meta SET value = 1 WHERE name = 'waiting_since'");
      await instance.alarm();
    });
    expect(await isHeartbeatMissed()).toBe(1);
    await deliver(silent, { title: "here again" });
    expect(await isHeartbeatMissed()).toBe(0);
  });

  it("tell of rows that stand aside", async () => {
    const aside = await createIntegration();
    await runInDurableObject(objectOf(aside), (_, { storage }) => {
      storage.sql.exec("INSERT INTO quarantine VALUES (1, 0, 0, NULL, '', '', 'none', NULL, 'refused', 0)");
    });
    expect(of(await scraped(), "quarantined_rows", aside)).toEqual({ "": 1 });
  });

  it("add up the objects of an integration, and tell nothing of it while one of them does not answer", async () => {
    const sharded = await createIntegration({ shards: 4 });
    for (let number = 0; number < 8; number++) await deliver(sharded, { id: `k${number}`, title: "x" });
    expect(of(await scraped(), "deliveries_total", sharded)).toMatchObject({ accepted: 8 });

    const unreachable = () => {
      throw new Error("cannot be reached");
    };
    const found = read(await scrape({ ...env, INTEGRATIONS: withObject(`${sharded.id}/3`, unreachable) }));
    expect(of(found, "integration_up", sharded)).toEqual({ "": 0 });
    expect(of(found, "deliveries_total", sharded)).toEqual({});
    expect(of(found, "integration_up", integration)).toEqual({ "": 1 });
  });

  it("do not wait for an object that does not answer", async () => {
    const hanging = await createIntegration();
    const silent = () => ({ getStats: () => new Promise(() => {}) });
    const found = read(await scrape({ ...env, INTEGRATIONS: withObject(hanging.id, silent) }));
    expect(of(found, "integration_up", hanging)).toEqual({ "": 0 });
    expect(of(found, "integration_up", integration)).toEqual({ "": 1 });
  });

  it("forget an integration only a day after it was deleted: its outbox still empties", async () => {
    const deleted = await createIntegration();
    await api("DELETE", `/v1/integrations/${deleted.id}`);
    expect(of(await scraped(), "integration_up", deleted)).toEqual({ "": 1 });
  });
});

/** The objects, with another one in the place of one. */
const withObject = (name: string, other: () => unknown): Env["INTEGRATIONS"] =>
  new Proxy(env.INTEGRATIONS, {
    get: (namespace, property) =>
      property === "getByName"
        ? (asked: string) => (asked === name ? other() : namespace.getByName(asked))
        : (Reflect.get(namespace, property) as unknown),
  });

describe("a scrape", () => {
  const NOW = Date.now();
  const at = async (now: number) => {
    const clock = vi.spyOn(Date, "now").mockReturnValue(now);
    const { text } = await get(bearer(METRICS_KEY));
    clock.mockRestore();
    return text;
  };

  it("is kept for five seconds, so that many scrapers ask no more than one", async () => {
    const integration = await createIntegration();
    await at(NOW);
    const text = await at(NOW + 60_000);
    expect(of(readExposition(text), "deliveries_total", integration).accepted).toBe(0);
    await deliver(integration, { title: "a" });
    expect(await at(NOW + 64_999)).toBe(text);
    expect(of(readExposition(await at(NOW + 65_000)), "deliveries_total", integration).accepted).toBe(1);
  });
});

/** With a query, a module is made anew. */
const SCRAPE = "../../../src/api/metrics/scrape.ts";

describe("while Postgres is away, the metrics", () => {
  it("name the integrations also in an isolate that never saw them", async () => {
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

  it("say so, and tell how every outbox stands", async () => {
    const integration = await createIntegration();
    await scraped();
    await withDatabase("down", async () => {
      await deliver(integration, { title: "a" });
      const found = await until(async () => {
        const now = await scraped();
        return of(now, "outbox_flush_failures", integration)[""]! > 0 && now;
      });
      expect(only(found, "database_up")).toEqual([{ labels: {}, value: 0 }]);
      expect(found.has("tocsin_alerts")).toBe(false);
      expect(of(found, "outbox_rows", integration)).toEqual({ "": 1 });
      expect(of(found, "outbox_bytes", integration)[""]).toBeGreaterThan(100);
      expect(of(found, "deliveries_total", integration)).toMatchObject({ accepted: 1 });
      const age = async () => of(await scraped(), "outbox_oldest_age_seconds", integration)[""]!;
      const first = await age();
      await until(async () => (await age()) > first);
      // What matters is in the object, not in its memory.
      await evictDurableObject(objectOf(integration));
      expect(of(await scraped(), "outbox_rows", integration)).toEqual({ "": 1 });
    });
  });
});
