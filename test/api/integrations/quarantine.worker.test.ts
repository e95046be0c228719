import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import type { OutboxStatus } from "../../../src/objects/integration/rpc.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  objectOf,
  type TestIntegration,
  until,
  withDatabase,
} from "../../support/worker.ts";

interface Row {
  row: number;
  deliveryId: string;
  alertIds: string[];
  error: string;
}

/** Numbers of the first and the third row of an integration's first object. */
const [FIRST, THIRD] = [16, 48];

/** An integration with deliveries a, b, c, of which Postgres refused all but b for their data. */
async function withSetAside(): Promise<TestIntegration> {
  const integration = await createIntegration();
  await withDatabase("down", async () => {
    for (const title of ["a", "b", "c"]) await deliver(integration, { id: title, title });
    await spoil(integration, "outbox", "row <> 2");
  });
  await runDurableObjectAlarm(objectOf(integration));
  await flushed(integration);
  return integration;
}

const swap = (integration: TestIntegration, table: string, where: string, from: string, to: string) =>
  runInDurableObject(objectOf(integration), (_, { storage }) => {
    storage.sql.exec(
      `UPDATE ${table} SET delivery = replace(delivery, '"status":"${from}"', '"status":"${to}"') WHERE ${where}`,
    );
  });
const spoil = (integration: TestIntegration, table: string, where: string) =>
  swap(integration, table, where, "ACCEPTED", "NONSENSE");
const mend = (integration: TestIntegration, where: string) =>
  swap(integration, "quarantine", where, "NONSENSE", "ACCEPTED");

const pathOf = ({ id }: TestIntegration) => `/v1/integrations/${id}/quarantine`;
const rowsOf = async (integration: TestIntegration) =>
  (await api<{ data: Row[]; nextCursor: string | null }>("GET", pathOf(integration))).body.data;

describe("rows that Postgres refused", () => {
  it("are listed page by page, and shown with all that they hold", async () => {
    const integration = await withSetAside();
    const first = await api<{ data: Row[]; nextCursor: string }>("GET", `${pathOf(integration)}?limit=1`);
    expect(first.headers.get("link")).toContain(`cursor=${first.body.nextCursor}`);
    const second = await api<{ data: Row[]; nextCursor: null }>(
      "GET",
      `${pathOf(integration)}?limit=1&cursor=${first.body.nextCursor}`,
    );
    expect([...first.body.data, ...second.body.data]).toMatchObject([
      { row: FIRST, error: expect.stringContaining("22P02"), alertIds: [expect.any(String)] },
      { row: THIRD, error: expect.stringContaining("22P02"), alertIds: [expect.any(String)] },
    ]);
    expect(second.body.nextCursor).toBeNull();

    const { deliveryId } = first.body.data[0]!;
    const { body } = await api("GET", `${pathOf(integration)}/${FIRST}`);
    expect(body).toMatchObject({
      deliveryId,
      delivery: { id: deliveryId, status: "NONSENSE" },
      alerts: [{ alert_key: "a" }],
      timeline: [{ delivery_id: deliveryId }],
      body: '{"id":"a","title":"a"}',
      bodyEncoding: "utf-8",
    });
    expect((await api("GET", `${pathOf(integration)}/32`)).status).toBe(404);
  });

  it("are tried again, one or all; what is still refused stands aside again", async () => {
    const integration = await withSetAside();
    await mend(integration, "row = 1");
    expect((await api("POST", `${pathOf(integration)}/retry`, { row: FIRST })).body).toEqual({ retried: 1 });
    expect((await deliveriesOf(integration)).map(({ sequence }) => sequence).toSorted()).toEqual([1, 2]);
    expect((await api("POST", `${pathOf(integration)}/retry`, { row: FIRST })).body).toEqual({ retried: 0 });

    expect((await api("POST", `${pathOf(integration)}/retry`, {})).body).toEqual({ retried: 1 });
    await flushed(integration);
    const [again] = await rowsOf(integration);
    expect(again?.row).toBeGreaterThan(THIRD);

    await mend(integration, "TRUE");
    await api("POST", `${pathOf(integration)}/retry`, {});
    expect(await deliveriesOf(integration)).toHaveLength(3);
    expect(await rowsOf(integration)).toEqual([]);
  });

  it("take no newer state back when they come late", async () => {
    const integration = await withSetAside();
    await deliver(integration, { id: "a", title: "newer" });
    await mend(integration, "TRUE");
    await api("POST", `${pathOf(integration)}/retry`, {});
    await flushed(integration);
    const { body } = await api<{ data: { title: string; version: number }[] }>(
      "GET",
      `/v1/alerts?integrationId=${integration.id}&q=newer`,
    );
    expect(body.data).toMatchObject([{ title: "newer", version: 2, occurrences: 2 }]);
  });

  it("are given up on somebody's word, which the audit log keeps", async () => {
    const integration = await withSetAside();
    const [first] = await rowsOf(integration);
    expect((await api("DELETE", `${pathOf(integration)}/${FIRST}`)).status).toBe(204);
    expect((await rowsOf(integration)).map(({ row }) => row)).toEqual([THIRD]);
    expect((await api("DELETE", `${pathOf(integration)}/${FIRST}`)).status).toBe(404);
    const { body } = await api<{ data: unknown[] }>("GET", `/v1/audit-events?targetId=${integration.id}`);
    expect(body.data[0]).toMatchObject({
      action: "quarantine.discard",
      actor: "api:root",
      before: { deliveryId: first?.deliveryId, error: first?.error },
    });
  });

  it("are still there once their integration is deleted", async () => {
    const integration = await withSetAside();
    await api("DELETE", `/v1/integrations/${integration.id}`);
    expect(await rowsOf(integration)).toHaveLength(2);
  });
});

describe("the page of what is set aside", () => {
  it("tries one again, and gives one up", async () => {
    const integration = await withSetAside();
    await mend(integration, "row = 1");
    const cookie = await signIn();
    const page = `/integrations/${integration.id}/quarantine`;
    const post = (path: string, form: Record<string, string>) =>
      call("POST", path, {
        headers: { cookie, origin: "https://tocsin.test" },
        body: new URLSearchParams(form),
        redirect: "manual",
      });
    expect((await call<string>("GET", page, { headers: { cookie } })).body).toContain("22P02");
    expect((await post(`${page}/retry`, { row: String(FIRST) })).status).toBe(303);
    await until(async () => (await rowsOf(integration)).length === 1);
    expect((await post(`${page}/${THIRD}/discard`, {})).status).toBe(303);
    expect(await rowsOf(integration)).toEqual([]);
    expect((await alertsOf(integration)).map(({ alertKey }) => alertKey).toSorted()).toEqual(["a", "b"]);
  });

  /** The cookie of a new platform admin. */
  async function signIn(): Promise<string> {
    const credentials = { email: `${crypto.randomUUID()}@example.com`, password: "correct horse battery staple" };
    await api("POST", "/v1/users", { ...credentials, name: "Ada", isPlatformAdmin: true });
    const { headers } = await api("POST", "/v1/session", credentials);
    return headers.getSetCookie()[0]?.split(";")[0] ?? "";
  }
});

describe("GET /v1/stats", () => {
  interface Stats {
    deliveries: { at: string; accepted: number; duplicate: number; rejected: number }[];
    totals: object;
    outbox: Omit<OutboxStatus, "oldestAt"> & { oldestAt: string | null; integrations: number; isPartial: boolean };
    behind: { integrationId: string }[];
    noisiest: { alertKey: string | null; title: string; alerts: number; occurrences: number }[];
  }

  const statsOf = async (query: string) => (await api<Stats>("GET", `/v1/stats?${query}`)).body;

  it("counts what became of deliveries, in every interval of the time asked for", async () => {
    const integration = await createIntegration();
    for (const title of ["a", "a", "b"]) await deliver(integration, { title });
    await deliver({ ...integration, secret: "another one, wrong" }, { title: "c" });
    await flushed(integration);
    const stats = await statsOf(`integrationId=${integration.id}&interval=minute`);
    expect(stats.totals).toEqual({ accepted: 2, duplicate: 1, rejected: 1 });
    expect(stats.deliveries.length).toBeGreaterThanOrEqual(1440);
    expect(
      stats.deliveries.filter(({ accepted, duplicate, rejected }) => accepted + duplicate + rejected > 0).length,
    ).toBeGreaterThan(0);
    expect(stats.outbox).toMatchObject({ rows: 0, integrations: 1, isPartial: false, flushedLastMinute: 4 });
    expect(stats.behind).toEqual([]);
  });

  it("names the alert keys that were heard of most often, whatever became of their alerts", async () => {
    const integration = await createIntegration();
    for (const title of ["1", "2", "3"]) await deliver(integration, { id: "noisy", title });
    await deliver(integration, { id: "noisy", title: "3", status: "resolved" });
    await deliver(integration, { id: "noisy", title: "again" });
    await deliver(integration, { id: "calm", title: "calm" });
    for (const title of ["x", "y"]) await deliver(integration, { title });
    await flushed(integration);
    const { noisiest } = await statsOf(`integrationId=${integration.id}`);
    expect(noisiest[0]).toMatchObject({ alertKey: "noisy", title: "again", alerts: 2, occurrences: 4 });
    // What has no key stands for itself.
    expect(noisiest.slice(1).map(({ alertKey, alerts }) => [alertKey, alerts])).toEqual(
      expect.arrayContaining([
        ["calm", 1],
        [null, 1],
        [null, 1],
      ]),
    );
    expect(noisiest).toHaveLength(4);
  });

  it("shows what waits for Postgres, since when and why, and which integration it belongs to", async () => {
    const integration = await withSetAside();
    const query = `integrationId=${integration.id}`;
    expect(await statsOf(query)).toMatchObject({
      outbox: { rows: 0, oldestAt: null, quarantined: 2 },
      behind: [{ integrationId: integration.id, quarantined: 2 }],
    });
  });

  it.each([
    ["interval=minute&since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z", "/interval"],
    ["since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z", "/since"],
  ])("refuses %s", async (query, pointer) => {
    const { status, body } = await api("GET", `/v1/stats?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ pointer }] });
  });
});
