import { evictDurableObject, listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connect } from "../../../src/db/client.ts";
import {
  Endpoint,
  isIdle,
  newTeam,
  objectOf,
  only,
  type Payload,
  stateOf,
  wakeSubscriptions,
} from "../../api/subscriptions/endpoint.ts";
import { api, createIntegration, deliver, flushed, until } from "../../support/worker.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const tablesOf = (object: ReturnType<typeof objectOf>) =>
  runInDurableObject(object, (_, { storage }) => [
    ...storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('pending_messages', 'meta')"),
  ]);

/** Holds back the next answer of Postgres to a query that contains these texts. */
function holdAnswer(...texts: string[]): { isHeld(): boolean; release(): void } {
  const released = Promise.withResolvers<void>();
  const original = globalThis.fetch;
  let [isMet, isHeld] = [false, false];
  vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
    const query = typeof init?.body === "string" ? init.body : "";
    const isMeant = !isMet && texts.every((text) => query.includes(text));
    if (isMeant) isMet = true;
    const response = await original(input, init);
    if (!isMeant) return response;
    const body = await response.text();
    isHeld = true;
    await released.promise;
    return new Response(body, response);
  });
  return { isHeld: () => isHeld, release: released.resolve };
}

describe("A subscription", () => {
  it("sends every entry, those of an alert in order, with a signature that the reference library verifies", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const { secret } = await endpoint.subscribe(only(integration));
    for (const [index, status] of ["firing", "firing", "ack", "resolved"].entries()) {
      for (const id of ["a", "b"]) await deliver(integration, { id, title: `${index}`, status, severity: "high" });
    }
    await endpoint.waitFor(8);
    const received = await endpoint.received();
    const payloads = received.map(({ headers, body }) => new Webhook(secret).verify(body, headers) as Payload);
    for (const key of ["a", "b"]) {
      const ofAlert = payloads.filter(({ data }) => data.alert.alertKey === key);
      expect(ofAlert.map(({ type, data }) => [type, data.version, data.status, data.severity])).toEqual([
        ["alert.created", 1, "OPEN", "HIGH"],
        ["alert.repeated", 2, "OPEN", "HIGH"],
        ["alert.acknowledged", 3, "ACKNOWLEDGED", "HIGH"],
        ["alert.resolved", 4, "RESOLVED", "HIGH"],
      ]);
    }
    for (const [index, { headers }] of received.entries()) {
      expect([headers["webhook-id"], headers["content-type"]]).toEqual([payloads[index]?.data.id, "application/json"]);
    }
  });

  it("sends the items of GET /v1/timeline", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    await endpoint.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "T", labels: { service: "checkout" } });
    const [payload] = await endpoint.waitFor(1);
    const timeline = await api<{ data: unknown[] }>("GET", `/v1/timeline?integrationId=${integration.id}`);
    expect(timeline.body.data).toEqual([payload?.data]);
    expect(payload?.data.alert.consoleUrl).toBe(`https://console.test/alerts/${payload?.data.alertId}`);
  });

  it("sends status changes by people, too", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    await endpoint.subscribe(only(integration, { type: ["ACKNOWLEDGED"] }));
    const { body } = await deliver(integration, { id: "a", title: "T" });
    await flushed(integration);
    await api("PATCH", `/v1/alerts/${body.alerts[0]?.id}`, { status: "ACKNOWLEDGED", note: "On it." });
    const [payload] = await endpoint.waitFor(1);
    expect(payload?.data).toMatchObject({
      type: "ACKNOWLEDGED",
      actor: { type: "apiKey", id: "root" },
      note: "On it.",
    });
  });

  it.each([
    ["a severity", { severity: ["CRITICAL"] }, ["critical 1", "critical 2"]],
    // A resolved alert has left the status OPEN.
    ["a status", { status: ["RESOLVED"] }, ["critical 2", "low 2"]],
    ["a status before the entry", { status: ["OPEN"] }, ["critical 1", "critical 2", "low 1", "low 2"]],
    ["a type", { type: ["CREATED"] }, ["critical 1", "low 1"]],
    ["a label", { labels: { service: "low" } }, ["low 1", "low 2"]],
    ["all conditions", { labels: { service: "low" }, type: ["CREATED"], severity: ["LOW", "INFO"] }, ["low 1"]],
  ])("filters by %s, with the status and severity at the entry", async (_, filter, expected) => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    // Entries are read late, and still filtered by the state of the alert at that time.
    await endpoint.answer({ status: 503 });
    await endpoint.subscribe(only(integration, filter));
    for (const status of ["firing", "resolved"]) {
      for (const severity of ["critical", "low"]) {
        await deliver(integration, { id: severity, title: "T", status, severity, labels: { service: severity } });
      }
    }
    await flushed(integration);
    await endpoint.answer({ status: 204 });
    const accepted = await until(async () => {
      await retryAllNow();
      const payloads = await endpoint.accepted();
      return payloads.length >= expected.length && payloads;
    });
    expect(accepted.map(({ data }) => `${data.alert.alertKey} ${data.version}`).toSorted()).toEqual(expected);
  });

  /** Makes the pending messages of all subscriptions due at once. */
  async function retryAllNow(): Promise<void> {
    for (const id of await listDurableObjectIds(env.SUBSCRIPTIONS)) {
      await runInDurableObject(env.SUBSCRIPTIONS.get(id), (_, { storage }) => {
        const [table] = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'pending_messages'");
        if (table) storage.sql.exec("UPDATE pending_messages SET next_attempt_at = 0");
      });
    }
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    await wakeSubscriptions();
  }

  it("of a team sends only the alerts of that team", async () => {
    const [endpointA, endpointB, endpointOfAll] = [new Endpoint(), new Endpoint(), new Endpoint()];
    const [teamA, teamB] = [await newTeam(), await newTeam()];
    const ofA = await createIntegration({ teamId: teamA });
    const ofB = await createIntegration({ teamId: teamB });
    await endpointA.subscribe({ teamId: teamA });
    await endpointB.subscribe({ teamId: teamB });
    await endpointOfAll.subscribe({ teamId: null, filter: { labels: { test: ofA.id } } });
    for (const integration of [ofA, ofB]) await deliver(integration, { id: "k", title: "T", labels: { test: ofA.id } });
    await endpointOfAll.waitFor(2);
    expect((await endpointA.waitFor(1)).map(({ data }) => data.alert.integrationId)).toEqual([ofA.id]);
    expect((await endpointB.waitFor(1)).map(({ data }) => data.alert.integrationId)).toEqual([ofB.id]);
  });

  it("sends again after it was enabled, and stops after it was deleted, without a notification of either", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const subscription = await endpoint.subscribe(only(integration));
    await api("PATCH", `/v1/subscriptions/${subscription.id}`, { isEnabled: false });
    const { $client: sql } = connect(env);
    await sql.query("update subscriptions set is_enabled = true where id = $1", [subscription.id]);
    await deliver(integration, { id: "a", title: "T" });
    expect(await endpoint.waitFor(1)).toHaveLength(1);
    await endpoint.answer({ status: 500 });
    await deliver(integration, { id: "b", title: "T" });
    await until(async () => (await stateOf(subscription)).lastError !== null);
    await sql.query("delete from subscriptions where id = $1", [subscription.id]);
    await runInDurableObject(objectOf(subscription), (_, { storage }) => {
      // The pending messages are full, so the timeline is not read.
      storage.sql
        .exec(`INSERT INTO pending_messages (id, alert_id, type, recorded_at, deadline_at, attempts, next_attempt_at, body)
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10000)
        SELECT 'm' || n, 'a' || n, 'CREATED', 0, 9e15, 1, 0, '{}' FROM n`);
    });
    await evictDurableObject(objectOf(subscription));
    const before = (await endpoint.received()).length;
    await runDurableObjectAlarm(objectOf(subscription));
    expect((await endpoint.received()).length).toBe(before);
    expect(await tablesOf(objectOf(subscription))).toEqual([]);
  });

  it("sends every entry that matches a new filter, from the update on", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const { id } = await endpoint.subscribe(only(integration, { severity: ["CRITICAL"] }));
    const horizon = holdAnswer("pg_snapshot_xmin", id);
    await until(async () => {
      await env.SUBSCRIPTIONS.getByName(id).wake("0");
      return horizon.isHeld();
    });
    await api("PATCH", `/v1/subscriptions/${id}`, only(integration, { severity: ["LOW"] }));
    await deliver(integration, { id: "a", title: "T", severity: "low" });
    await flushed(integration);
    horizon.release();
    expect(await endpoint.waitFor(1)).toHaveLength(1);
  });

  it("sends while the object of another subscription does not answer", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const stuck = await new Endpoint().subscribe(only(integration));
    await endpoint.subscribe(only(integration));
    await runInDurableObject(objectOf(stuck), (_, { storage }) => storage.deleteAll());
    await evictDurableObject(objectOf(stuck));
    // An object without config loads it from Postgres, and gets no answer.
    const answer = holdAnswer("subscriptions", stuck.id);
    await deliver(integration, { id: "a", title: "T" });
    await endpoint.waitFor(1);
    await until(() => Promise.resolve(answer.isHeld()));
    await deliver(integration, { id: "b", title: "T" });
    expect(await endpoint.waitFor(2)).toHaveLength(2);
    answer.release();
  });

  it("uses the latest config, for any order of the answers of Postgres", async () => {
    const [endpoint, newEndpoint, integration] = [new Endpoint(), new Endpoint(), await createIntegration()];
    const { id } = await endpoint.subscribe(only(integration));
    const older = holdAnswer("subscriptions", id);
    const refreshed = env.SUBSCRIPTIONS.getByName(id).refresh();
    await until(() => Promise.resolve(older.isHeld()));
    await api("PATCH", `/v1/subscriptions/${id}`, { url: newEndpoint.url });
    older.release();
    await refreshed;
    await deliver(integration, { id: "a", title: "T" });
    expect(await newEndpoint.waitFor(1)).toHaveLength(1);
    expect(await endpoint.received()).toEqual([]);
  });

  it("loads an old config once for many wakes at the same time", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const subscription = await endpoint.subscribe(only(integration));
    await until(() => isIdle(subscription));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * 60_000 });
    const original = globalThis.fetch;
    let loads = 0;
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      const query = typeof init?.body === "string" ? init.body : "";
      // A read of the timeline loads the config, too, together with the horizon.
      if (query.includes('from \\"subscriptions\\"') && !query.includes("pg_snapshot")) loads++;
      return original(input, init);
    });
    await runInDurableObject(objectOf(subscription), (object) =>
      Promise.all(Array.from({ length: 20 }, () => object.wake("0"))),
    );
    await until(async () => loads > 0);
    expect(loads).toBe(1);
  });

  it("sends nothing while it is disabled, and everything after it is enabled again", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const { id } = await endpoint.subscribe(only(integration));
    await api("PATCH", `/v1/subscriptions/${id}`, { isEnabled: false });
    await deliver(integration, { id: "a", title: "T" });
    await flushed(integration);
    await wakeSubscriptions();
    expect(await endpoint.received()).toEqual([]);
    await api("PATCH", `/v1/subscriptions/${id}`, { isEnabled: true });
    expect(await endpoint.waitFor(1)).toHaveLength(1);
  });

  it("ends when its endpoint answers 410, and continues after it is enabled again", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const { id } = await endpoint.subscribe(only(integration));
    const path = `/v1/subscriptions/${id}`;
    await endpoint.answer({ status: 410 });
    await deliver(integration, { id: "a", title: "T" });
    const detail = await until(async () => {
      const { body } = await api<{ isEnabled: boolean; state: { deadLetters: number } }>("GET", path);
      return !body.isEnabled && body.state.deadLetters === 1 && body;
    });
    expect(detail).toMatchObject({
      endedAt: expect.stringMatching(/Z$/),
      state: { pendingMessages: 0, lastError: "HTTP 410", nextAttemptAt: null, isCircuitOpen: false },
    });
    const events = await api<{ data: { action: string; actor: string }[] }>("GET", `/v1/audit-events?targetId=${id}`);
    expect(events.body.data[0]).toMatchObject({ action: "subscription.end", actor: "tocsin" });
    expect((await api("POST", `${path}/dead-letters/resend`, {})).status).toBe(409);
    await endpoint.answer({ status: 204 });
    expect((await api("PATCH", path, { isEnabled: true })).body).toMatchObject({ isEnabled: true, endedAt: null });
    expect((await api("POST", `${path}/dead-letters/resend`, {})).body).toEqual({ resent: 1 });
    expect(await endpoint.waitFor(1)).toHaveLength(1);
  });

  it("counts a message that is being sent as pending, due now", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const subscription = await endpoint.subscribe(only(integration));
    const original = globalThis.fetch;
    const released = Promise.withResolvers<void>();
    vi.spyOn(globalThis, "fetch").mockImplementation(async (input, init) => {
      if (input === endpoint.url && init?.method === "POST") await released.promise;
      return original(input, init);
    });
    await deliver(integration, { id: "a", title: "T" });
    const state = await until(async () => {
      const current = await stateOf(subscription);
      return current.pendingMessages === 1 && current;
    });
    expect(Date.parse(state.nextAttemptAt ?? "")).toBeGreaterThan(Date.now() - 60_000);
    expect(state.oldestPendingAt).not.toBeNull();
    released.resolve();
    await until(async () => (await stateOf(subscription)).pendingMessages === 0);
  });

  it("reports no next attempt while it is idle, also after its object starts again", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const subscription = await endpoint.subscribe(only(integration));
    await until(() => isIdle(subscription));
    expect(await stateOf(subscription)).toMatchObject({ pendingMessages: 0, nextAttemptAt: null });
    await evictDurableObject(objectOf(subscription));
    expect(await stateOf(subscription)).toMatchObject({ pendingMessages: 0, nextAttemptAt: null });
  });

  it("sends to a new URL from the update on", async () => {
    const [before, after, integration] = [new Endpoint(), new Endpoint(), await createIntegration()];
    const { id } = await before.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "T" });
    await before.waitFor(1);
    await api("PATCH", `/v1/subscriptions/${id}`, { url: after.url });
    await deliver(integration, { id: "b", title: "T" });
    await after.waitFor(1);
    expect(await before.received()).toHaveLength(1);
  });

  it("leaves nothing in its object after it was deleted", async () => {
    const [endpoint, integration] = [new Endpoint(), await createIntegration()];
    const subscription = await endpoint.subscribe(only(integration));
    await endpoint.answer({ status: 500 });
    await deliver(integration, { id: "a", title: "T" });
    await until(async () => (await stateOf(subscription)).lastError !== null);
    expect((await api("DELETE", `/v1/subscriptions/${subscription.id}`)).status).toBe(204);
    expect((await api("GET", `/v1/subscriptions/${subscription.id}`)).status).toBe(404);
    expect(await tablesOf(objectOf(subscription))).toEqual([]);
  });
});
