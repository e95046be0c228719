import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { alerts, apiKeys } from "../../../src/db/schema.ts";
import { newId } from "../../../src/lib/ids.ts";
import {
  type Alert,
  alertsOf,
  api,
  call,
  createIntegration,
  deliver,
  flushed,
  ingestPath,
  objectOf,
  type TestIntegration,
  withDatabase,
} from "../../support/worker.ts";

interface Entry {
  type: string;
  actor: { type: string; id: string | null };
  note: string | null;
  changes: Record<string, unknown>;
}

const send = async (integration: TestIntegration, body: object): Promise<string> => {
  const reply = await deliver(integration, { title: "Disk full", ...body });
  await flushed(integration);
  return reply.body.alerts[0]?.id ?? "";
};

const patch = (id: string, body: object, headers: Record<string, string> = {}) =>
  call<Alert & { detail: string; currentStatus: string; errors: { pointer: string }[] }>("PATCH", `/v1/alerts/${id}`, {
    headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

const timeline = async (id: string) =>
  (await api<{ data: Entry[] }>("GET", `/v1/alerts/${id}/timeline`)).body.data.map(({ type, actor, note }) => [
    type,
    actor.id ?? actor.type,
    note,
  ]);

describe("PATCH /v1/alerts/{id}", () => {
  it("changes the status, and returns the stored alert", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    const acknowledged = await patch(id, { status: "ACKNOWLEDGED", note: "on it" });
    expect(acknowledged).toMatchObject({ status: 200, body: { status: "ACKNOWLEDGED", version: 2 } });
    expect(acknowledged.headers.get("etag")).toBe('"2"');
    expect((await api("GET", `/v1/alerts/${id}`)).body).toEqual(acknowledged.body);
    for (const status of ["OPEN", "RESOLVED", "OPEN", "CLOSED"]) {
      expect(await patch(id, { status })).toMatchObject({ status: 200, body: { status } });
    }
    expect((await api<Alert>("GET", `/v1/alerts/${id}`)).body).toMatchObject({
      acknowledgedAt: null,
      resolvedAt: null,
      closedAt: expect.any(String),
      version: 6,
    });
    expect(await timeline(id)).toEqual([
      ["CREATED", "source", null],
      ["ACKNOWLEDGED", "root", "on it"],
      ["UNACKNOWLEDGED", "root", null],
      ["RESOLVED", "root", null],
      ["REOPENED", "root", null],
      ["CLOSED", "root", null],
    ]);
  });

  it("rejects an illegal change with the current status", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    for (const [status, rejected] of [
      ["RESOLVED", ["ACKNOWLEDGED"]],
      ["CLOSED", ["ACKNOWLEDGED", "RESOLVED"]],
    ] as const) {
      await patch(id, { status });
      for (const to of rejected) {
        const reply = await patch(id, { status: to });
        expect([reply.status, reply.body.detail]).toEqual([409, `The alert is ${status} and cannot become ${to}.`]);
        expect(reply.body.currentStatus).toBe(status);
      }
    }
    expect((await api<Alert>("GET", `/v1/alerts/${id}`)).body.version).toBe(3);
  });

  it("rejects a change that is based on an old version", async () => {
    const integration = await createIntegration();
    const id = await send(integration, { id: "k" });
    await send(integration, { id: "k", description: "worse" });
    const late = await patch(id, { status: "RESOLVED" }, { "if-match": '"1"' });
    expect([late.status, late.headers.get("etag"), late.body.currentStatus]).toEqual([412, '"2"', "OPEN"]);
    expect((await patch(id, { status: "RESOLVED" }, { "if-match": "nonsense" })).status).toBe(412);
    expect((await patch(id, { status: "ACKNOWLEDGED" }, { "if-match": '"2"' })).status).toBe(200);
    expect((await patch(id, { status: "RESOLVED" }, { "if-match": "*" })).status).toBe(200);
  });

  it("accepts a version that Postgres does not have yet", async () => {
    const integration = await createIntegration();
    const id = await send(integration, { id: "k" });
    await withDatabase(
      "down",
      async () => void (await deliver(integration, { id: "k", title: "x", description: "2" })),
    );
    expect((await patch(id, { status: "ACKNOWLEDGED" }, { "if-match": '"2"' })).status).toBe(200);
    expect((await api<Alert>("GET", `/v1/alerts/${id}`)).body).toMatchObject({ version: 3, occurrences: 2 });
  });

  it("changes nothing when the alert has the status already", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    for (const status of ["OPEN", "ACKNOWLEDGED", "RESOLVED", "CLOSED"]) {
      await patch(id, { status });
      const before = await api<Alert>("GET", `/v1/alerts/${id}`);
      const entries = await timeline(id);
      const again = await patch(id, { status });
      expect([again.status, again.body]).toEqual([200, before.body]);
      expect(again.headers.get("etag")).toBe(before.headers.get("etag"));
      expect(await timeline(id)).toEqual(entries);
    }
  });

  it("keeps a note to a status that the alert has already", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    await patch(id, { status: "ACKNOWLEDGED", note: "mine" });
    const again = await patch(id, { status: "ACKNOWLEDGED", note: "and mine" });
    expect([again.status, again.body.version, again.headers.get("etag")]).toEqual([200, 2, '"2"']);
    expect((await timeline(id)).slice(1)).toEqual([
      ["ACKNOWLEDGED", "root", "mine"],
      ["NOTED", "root", "and mine"],
    ]);
  });

  it("gives the first response to a repeat with its Idempotency-Key, also after another change", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    const headers = { "idempotency-key": crypto.randomUUID(), "if-match": '"1"' };
    const first = await patch(id, { status: "ACKNOWLEDGED" }, headers);
    await patch(id, { status: "RESOLVED" });
    const again = await patch(id, { status: "ACKNOWLEDGED" }, headers);
    expect([again.status, again.body, again.headers.get("etag")]).toEqual([200, first.body, '"2"']);
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect((await api<Alert>("GET", `/v1/alerts/${id}`)).body.status).toBe("RESOLVED");
  });

  it("reopens a closed alert", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    await patch(id, { status: "CLOSED" });
    expect((await patch(id, { status: "OPEN" })).body).toMatchObject({ status: "OPEN", closedAt: null, version: 3 });
  });

  it("applies one of many concurrent changes", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    const replies = await Promise.all(Array.from({ length: 20 }, () => patch(id, { status: "CLOSED" })));
    expect(replies.map(({ status }) => status).toSorted()).toEqual(Array(20).fill(200));
    expect(await timeline(id)).toHaveLength(2);
  });

  it("orders changes with deliveries: a trigger after a manual resolve opens a new alert", async () => {
    const integration = await createIntegration();
    const id = await send(integration, { id: "k" });
    await patch(id, { status: "RESOLVED" });
    const again = await send(integration, { id: "k" });
    expect(again).not.toBe(id);
    const reopened = await patch(id, { status: "OPEN" });
    expect([reopened.status, reopened.body.detail]).toEqual([
      409,
      `The alert is RESOLVED, and alert ${again} has its alert key now.`,
    ]);
    expect((await patch(id, { status: "CLOSED" })).status).toBe(200);
  });

  it("reopens an alert so that the next trigger repeats it", async () => {
    const integration = await createIntegration();
    const id = await send(integration, { id: "k" });
    await patch(id, { status: "RESOLVED" });
    expect((await patch(id, { status: "OPEN" })).status).toBe(200);
    expect(await send(integration, { id: "k", description: "again" })).toBe(id);
  });

  it("changes an alert that its object has to load from Postgres", async () => {
    const integration = await createIntegration();
    const id = await send(integration, { id: "k" });
    await patch(id, { status: "RESOLVED" });
    await runInDurableObject(objectOf(integration), (_, state) => {
      state.storage.sql.exec("DELETE FROM alerts");
    });
    await evictDurableObject(objectOf(integration));
    const both = await Promise.all([patch(id, { status: "OPEN" }), patch(id, { status: "OPEN" })]);
    expect(both.map(({ status, body }) => [status, body.version])).toEqual([
      [200, 3],
      [200, 3],
    ]);
    expect(await send(integration, { id: "k", description: "again" })).toBe(id);
    expect((await api<Alert>("GET", `/v1/alerts/${id}`)).body).toMatchObject({ version: 4, occurrences: 2 });
  });

  it("does not change an alert that its object has resolved while Postgres has an older state", async () => {
    const integration = await createIntegration();
    const id = await send(integration, { id: "k" });
    // Resolved, and deleted from the object before Postgres has it.
    await withDatabase("down", async () => {
      await deliver(integration, { id: "k", title: "x", status: "resolved" });
      await runInDurableObject(objectOf(integration), (_, state) => {
        state.storage.sql.exec("DELETE FROM alerts");
      });
    });
    expect((await patch(id, { status: "ACKNOWLEDGED" })).status).toBe(409);
    expect((await api<Alert>("GET", `/v1/alerts/${id}`)).body).toMatchObject({ status: "RESOLVED", version: 2 });
  });

  it("is durable when Postgres does not have it yet, and is flushed later", async () => {
    const integration = await createIntegration();
    const id = await send(integration, { id: "k" });
    await withDatabase("answer-lost", async () => {
      const object = objectOf(integration);
      const reply = await object.updateAlerts({
        alerts: [{ id, entryId: newId(), alertKey: "k", expectedVersion: null }],
        status: "ACKNOWLEDGED",
        note: null,
        actor: "api:root",
        actorName: null,
      });
      expect(reply).toMatchObject({ kind: "decided", isFlushed: false, results: [{ kind: "changed", version: 2 }] });
    });
    await flushed(integration);
    expect((await api<Alert>("GET", `/v1/alerts/${id}`)).body.status).toBe("ACKNOWLEDGED");
  });

  it("returns the first result to a repeated call", async () => {
    const integration = await createIntegration();
    const id = await send(integration, { id: "k" });
    const change = {
      alerts: [{ id, entryId: newId(), alertKey: "k", expectedVersion: 1 }],
      status: "CLOSED" as const,
      note: null,
      actor: "api:root",
      actorName: null,
    };
    const [first, second] = await Promise.all([
      objectOf(integration).updateAlerts(change),
      objectOf(integration).updateAlerts(change),
    ]);
    expect(second).toEqual(first);
    await flushed(integration);
    await evictDurableObject(objectOf(integration));
    expect(await objectOf(integration).updateAlerts(change)).toEqual(first);
    expect(await timeline(id)).toHaveLength(2);
  });

  it("changes no alert of another integration", async () => {
    const [one, other] = [await createIntegration(), await createIntegration()];
    const id = await send(one, { id: "k" });
    const alert = { id, entryId: newId(), alertKey: "k", expectedVersion: null };
    const change = { alerts: [alert], status: "CLOSED" as const, note: null };
    const reply = await objectOf(other).updateAlerts({ ...change, actor: "api:root", actorName: null });
    expect(reply).toMatchObject({ results: [{ kind: "unknown" }] });
  });

  it("limits the length of a note, and accepts no NUL character in it", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    expect((await patch(id, { status: "ACKNOWLEDGED", note: "x".repeat(4001) })).status).toBe(400);
    expect((await patch(id, { status: "ACKNOWLEDGED", note: "a\0b" })).status).toBe(400);
    expect(await timeline(id)).toHaveLength(1);
  });
});

describe("PATCH /v1/alerts/{id} with a note", () => {
  it("adds the note to the timeline, and leaves the alert as it is, whatever its status", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    for (const status of ["OPEN", "RESOLVED", "CLOSED"]) {
      await patch(id, { status });
      const before = await api<Alert>("GET", `/v1/alerts/${id}`);
      const noted = await patch(id, { note: ` ${status}: disk ordered ` });
      expect([noted.status, noted.body]).toEqual([200, before.body]);
      expect(noted.headers.get("etag")).toBe(before.headers.get("etag"));
      expect((await timeline(id)).at(-1)).toEqual(["NOTED", "root", `${status}: disk ordered`]);
    }
  });

  it("adds each note once under its Idempotency-Key", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    const headers = { "idempotency-key": crypto.randomUUID() };
    for (let time = 0; time < 2; time++) expect((await patch(id, { note: "once" }, headers)).status).toBe(200);
    expect(await timeline(id)).toHaveLength(2);
  });

  it("rejects a note that is based on an old version", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    await patch(id, { status: "ACKNOWLEDGED" });
    expect((await patch(id, { note: "late" }, { "if-match": '"1"' })).status).toBe(412);
  });

  it.each([[{}], [{ note: "" }], [{ note: null }], [{ text: "x" }]])("rejects %j", async (body) => {
    const id = await send(await createIntegration(), { id: "k" });
    expect((await patch(id, body)).status).toBe(400);
  });
});

describe("PATCH /v1/alerts/{id} with snoozedUntil", () => {
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
  const entries = async (id: string) =>
    (await api<{ data: Entry[] }>("GET", `/v1/alerts/${id}/timeline`)).body.data.slice(1).map(({ type, changes }) => ({
      type,
      ...(changes.snoozedUntil as object),
    }));

  it("snoozes the alert, moves the end, and ends the snooze", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    const [first, second] = [inHours(1), inHours(2)];
    const snoozed = await patch(id, { snoozedUntil: first, note: "until the disk is here" });
    expect(snoozed).toMatchObject({ status: 200, body: { status: "OPEN", snoozedUntil: first, version: 2 } });
    expect((await api("GET", `/v1/alerts/${id}`)).body).toEqual(snoozed.body);
    expect(await patch(id, { snoozedUntil: second })).toMatchObject({ status: 200, body: { snoozedUntil: second } });
    expect(await patch(id, { snoozedUntil: null })).toMatchObject({ status: 200, body: { snoozedUntil: null } });
    expect(await entries(id)).toEqual([
      { type: "SNOOZED", from: null, to: first },
      { type: "SNOOZED", from: first, to: second },
      { type: "UNSNOOZED", from: second, to: null },
    ]);
    expect((await timeline(id))[1]).toEqual(["SNOOZED", "root", "until the disk is here"]);
  });

  it("changes nothing when the alert has the value already, in any offset", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    expect(await patch(id, { snoozedUntil: null })).toMatchObject({ status: 200, body: { version: 1 } });
    const end = inHours(1);
    await patch(id, { snoozedUntil: end });
    const shifted = new Date(Date.parse(end) + 3_600_000).toISOString().replace("Z", "+01:00");
    const again = await patch(id, { snoozedUntil: shifted });
    expect(again).toMatchObject({ status: 200, body: { snoozedUntil: end, version: 2 } });
    expect(await timeline(id)).toHaveLength(2);
  });

  it("changes status, snooze and note together, or nothing", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    const end = inHours(1);
    const both = await patch(id, { status: "ACKNOWLEDGED", snoozedUntil: end, note: "mine" });
    expect(both).toMatchObject({ status: 200, body: { status: "ACKNOWLEDGED", snoozedUntil: end, version: 3 } });
    expect((await timeline(id)).slice(1)).toEqual([
      ["ACKNOWLEDGED", "root", "mine"],
      ["SNOOZED", "root", null],
    ]);
    const rejected = await patch(id, { status: "RESOLVED", snoozedUntil: inHours(2), note: "no" });
    expect([rejected.status, rejected.body.currentStatus]).toEqual([409, "ACKNOWLEDGED"]);
    expect((await api<Alert>("GET", `/v1/alerts/${id}`)).body).toMatchObject({ status: "ACKNOWLEDGED", version: 3 });
  });

  it("ends with a resolve, by a person or by the source, and does not come back with a reopen", async () => {
    const integration = await createIntegration();
    for (const resolve of [
      (id: string) => patch(id, { status: "RESOLVED" }),
      () => send(integration, { id: "k", status: "resolved" }),
    ]) {
      const id = await send(integration, { id: "k" });
      await patch(id, { snoozedUntil: inHours(1) });
      await resolve(id);
      expect((await api<Alert>("GET", `/v1/alerts/${id}`)).body).toMatchObject({
        status: "RESOLVED",
        snoozedUntil: null,
      });
      const late = await patch(id, { snoozedUntil: inHours(1) });
      expect([late.status, late.body.detail]).toEqual([
        409,
        "The alert is RESOLVED. Only OPEN and ACKNOWLEDGED alerts can be snoozed.",
      ]);
      expect(await patch(id, { status: "OPEN" })).toMatchObject({ status: 200, body: { snoozedUntil: null } });
      await patch(id, { status: "CLOSED" });
    }
  });

  it("survives repeated events, the loss of the object's memory, and the reload of an alert from Postgres", async () => {
    const integration = await createIntegration();
    const id = await send(integration, { id: "k" });
    const end = inHours(1);
    await patch(id, { status: "ACKNOWLEDGED", snoozedUntil: end });
    await evictDurableObject(objectOf(integration));
    await send(integration, { id: "k", description: "worse" });
    await runInDurableObject(objectOf(integration), (_, state) => void state.storage.sql.exec("DELETE FROM alerts"));
    expect((await patch(id, { snoozedUntil: end })).body).toMatchObject({ snoozedUntil: end, version: 4 });
    expect((await patch(id, { status: "OPEN" })).body).toMatchObject({ snoozedUntil: end, acknowledgedBy: null });
  });

  it.each([
    ["a time in the past", new Date(Date.now() - 1000).toISOString()],
    ["more than a year", inHours(24 * 367)],
    ["a time without an offset", inHours(1).slice(0, -1)],
    ["no time", "tomorrow"],
  ])("rejects %s", async (_, snoozedUntil) => {
    const id = await send(await createIntegration(), { id: "k" });
    const reply = await patch(id, { snoozedUntil });
    expect([reply.status, reply.body.errors]).toEqual([400, [expect.objectContaining({ pointer: "/snoozedUntil" })]]);
  });
});

describe("the owner of an alert", () => {
  const owner = async (id: string) => (await api<Alert>("GET", `/v1/alerts/${id}`)).body.acknowledgedBy;

  it("is who acknowledged it, until it is open again", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    expect(await owner(id)).toBeNull();
    const root = { type: "apiKey", id: "root", name: null };
    expect((await patch(id, { status: "ACKNOWLEDGED" })).body.acknowledgedBy).toEqual(root);
    await patch(id, { status: "RESOLVED" });
    expect(await owner(id)).toEqual(root);
    expect((await patch(id, { status: "OPEN" })).body.acknowledgedBy).toBeNull();
    await patch(id, { status: "ACKNOWLEDGED" });
    expect((await patch(id, { status: "OPEN" })).body.acknowledgedBy).toBeNull();
  });

  it("is the person at the source who acknowledged it there", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const post = (path: string, body: object) =>
      call("POST", `${ingestPath(integration)}/v2/alerts${path}`, {
        headers: { authorization: `GenieKey ${integration.secret}`, "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    await post("", { message: "Disk full", alias: "a" });
    await post("/a/acknowledge?identifierType=alias", { user: "jane" });
    const [alert] = await alertsOf(integration);
    expect(await owner(alert!.id)).toEqual({ type: "source", id: null, name: "jane" });
  });

  it("has the current name of the API key, in the alert and in its timeline", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    const key = await api<{ id: string; key: string }>("POST", "/v1/api-keys", {
      name: "Pager",
      scopes: ["alerts:write"],
      expiresAt: null,
    });
    await patch(id, { status: "ACKNOWLEDGED" }, { authorization: `Bearer ${key.body.key}` });
    const pager = { type: "apiKey", id: key.body.id, name: "Pager" };
    expect(await owner(id)).toEqual(pager);
    await connect(env).update(apiKeys).set({ name: "Night pager" }).where(eq(apiKeys.id, key.body.id));
    const renamed = { ...pager, name: "Night pager" };
    expect(await owner(id)).toEqual(renamed);
    const page = await api<{ data: Alert[] }>("GET", "/v1/alerts?status=ACKNOWLEDGED&limit=200");
    expect(page.body.data.find((alert) => alert.id === id)?.acknowledgedBy).toEqual(renamed);
    const { data } = (await api<{ data: Entry[] }>("GET", `/v1/alerts/${id}/timeline`)).body;
    expect(data[1]?.actor).toEqual(renamed);
    await connect(env).delete(apiKeys).where(eq(apiKeys.id, key.body.id));
    expect(await owner(id)).toEqual(pager);
  });
});

describe("PATCH /v1/alerts/{id} of a deleted integration", () => {
  it("changes the status", async () => {
    const integration = await createIntegration();
    const id = await send(integration, { id: "k" });
    expect((await api("DELETE", `/v1/integrations/${integration.id}`)).status).toBe(204);
    expect((await patch(id, { status: "CLOSED" })).status).toBe(200);
  });
});

describe("PATCH /v1/alerts/{id} of a missed-heartbeat alert", () => {
  it("resolves it until another heartbeat is missed", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 1 });
    await runInDurableObject(objectOf(integration), async (object, state) => {
      state.storage.sql.exec("UPDATE meta SET value = value - 120000 WHERE name = 'waiting_since'");
      await object.alarm();
    });
    await flushed(integration);
    const rows = await connect(env).select().from(alerts).where(eq(alerts.integrationId, integration.id));
    expect(rows).toHaveLength(1);
    expect((await patch(rows[0]!.id, { status: "RESOLVED" })).status).toBe(200);
    await runInDurableObject(objectOf(integration), (object) => object.alarm());
    await flushed(integration);
    expect(await connect(env).select().from(alerts).where(eq(alerts.integrationId, integration.id))).toHaveLength(1);
  });
});
