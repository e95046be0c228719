import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { alerts } from "../../../src/db/schema.ts";
import { newId } from "../../../src/lib/ids.ts";
import {
  type Alert,
  api,
  call,
  createIntegration,
  deliver,
  flushed,
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
  call<Alert & { detail: string; currentStatus: string }>("PATCH", `/v1/alerts/${id}`, {
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
      const reply = await object.changeStatus({
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
      objectOf(integration).changeStatus(change),
      objectOf(integration).changeStatus(change),
    ]);
    expect(second).toEqual(first);
    await flushed(integration);
    await evictDurableObject(objectOf(integration));
    expect(await objectOf(integration).changeStatus(change)).toEqual(first);
    expect(await timeline(id)).toHaveLength(2);
  });

  it("changes no alert of another integration", async () => {
    const [one, other] = [await createIntegration(), await createIntegration()];
    const id = await send(one, { id: "k" });
    const alert = { id, entryId: newId(), alertKey: "k", expectedVersion: null };
    const change = { alerts: [alert], status: "CLOSED" as const, note: null };
    const reply = await objectOf(other).changeStatus({ ...change, actor: "api:root", actorName: null });
    expect(reply).toMatchObject({ results: [{ kind: "unknown" }] });
  });

  it("limits the length of a note, and accepts no NUL character in it", async () => {
    const id = await send(await createIntegration(), { id: "k" });
    expect((await patch(id, { status: "ACKNOWLEDGED", note: "x".repeat(4001) })).status).toBe(400);
    expect((await patch(id, { status: "ACKNOWLEDGED", note: "a\0b" })).status).toBe(400);
    expect(await timeline(id)).toHaveLength(1);
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
