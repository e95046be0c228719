import { createScheduledController, evictDurableObject, runInDurableObject } from "cloudflare:test";
import { eq } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import { env } from "cloudflare:workers";
import { connect } from "../../src/db/client.ts";
import { alerts, integrations } from "../../src/db/schema.ts";
import worker from "../../src/index.ts";
import { newId } from "../../src/lib/ids.ts";
import {
  type Alert,
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  objectOf,
  type TestIntegration,
  withDatabase,
} from "../support/worker.ts";

interface Page<Item> {
  data: Item[];
  nextCursor: string | null;
}

describe("problems", () => {
  it.each([
    ["GET", "/nowhere", 404],
    ["GET", "/v1/nowhere", 404],
    ["DELETE", "/v1/alerts", 404],
    ["GET", "/v1/alerts?status=PURPLE", 400],
    ["GET", "/v1/alerts?limit=0", 400],
    ["GET", "/v1/alerts?limit=201", 400],
    ["GET", "/v1/alerts?since=yesterday", 400],
    ["GET", "/v1/alerts?cursor=nonsense", 400],
    ["GET", "/v1/alerts?cursor=OTk5OTk5OTk5OTk5OTk5IHg", 400],
    ["GET", "/v1/alerts?cursor=OTk5OTk5OTk5OTk5OTk5IDAxOTlhYWFhLTAwMDAtNzAwMC04MDAwLTAwMDAwMDAwMDAwMA", 400],
    ["GET", "/v1/alerts?q=%00", 400],
    ["GET", "/v1/alerts?integrationId=x", 400],
    ["GET", "/v1/alerts/x", 400],
    ["GET", `/v1/alerts/${newId()}`, 404],
    ["GET", `/v1/alerts/${newId()}/timeline`, 404],
    ["GET", "/v1/deliveries?status=LOST", 400],
    ["GET", `/v1/deliveries/${newId()}`, 404],
    ["GET", `/v1/deliveries/${newId()}/payload`, 404],
    ["GET", `/v1/integrations/${newId()}`, 404],
  ])("are the answer to %s %s: %i", async (method, path, status) => {
    const reply = await api(method, path);
    expect(reply.status).toBe(status);
    expect(reply.headers.get("content-type")).toBe("application/problem+json");
    expect(reply.body).toMatchObject({
      type: expect.stringMatching(/^urn:tocsin:problem:/),
      title: expect.any(String),
      status,
    });
    expect(reply.body.instance).toBe(`urn:uuid:${reply.headers.get("x-request-id")}`);
  });

  it("point to each field that is wrong", async () => {
    const reply = await api("POST", "/v1/integrations", {
      provider: "nagios?",
      deduplicationWindowMinutes: -1,
      colour: "red",
    });
    expect(reply.status).toBe(400);
    expect((reply.body.errors as { pointer: string }[]).map(({ pointer }) => pointer).toSorted()).toEqual([
      "",
      "/deduplicationWindowMinutes",
      "/name",
      "/provider",
    ]);
  });

  it("are the answer to texts that Postgres cannot hold, and to bodies that are not JSON", async () => {
    for (const body of [
      { name: "a\0b", provider: "generic" },
      { name: "x", provider: "generic", ignore: ["/\0"] },
    ]) {
      expect((await api("POST", "/v1/integrations", body)).body).toMatchObject({
        status: 400,
        type: "urn:tocsin:problem:invalid-request",
      });
    }
    const headers = { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/xml" };
    const reply = await call("POST", "/v1/integrations", { headers, body: "<x/>" });
    expect([reply.status, reply.body.type]).toEqual([415, "urn:tocsin:problem:unsupported-media-type"]);
  });

  it.each(["{", "", "[]", "7"])("are the answer to the body %j", async (body) => {
    const reply = await call("POST", "/v1/integrations", {
      headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json" },
      body,
    });
    expect([reply.status, reply.headers.get("content-type")]).toEqual([400, "application/problem+json"]);
  });

  it("are the answer when the database is down, with a time to come back", async () => {
    await withDatabase("down", async () => {
      const reply = await api("GET", "/v1/alerts");
      expect([reply.status, reply.body.type, reply.headers.get("retry-after")]).toEqual([
        503,
        "urn:tocsin:problem:unavailable",
        "5",
      ]);
      expect((await api("POST", "/v1/integrations", { name: "x", provider: "generic" })).status).toBe(503);
    });
  });
});

describe("authentication", () => {
  it.each([
    ["nothing", {}],
    ["another scheme", { authorization: `Basic ${btoa(`x:${env.ROOT_API_KEY}`)}` }],
    ["a wrong key", { authorization: "Bearer wrong" }],
    ["no key", { authorization: "Bearer " }],
  ])("refuses %s", async (_what, headers: Record<string, string>) => {
    for (const path of ["/v1/alerts", "/v1/nowhere"]) {
      const reply = await call("GET", path, { headers });
      expect([reply.status, reply.body.type]).toEqual([401, "urn:tocsin:problem:unauthenticated"]);
      expect(reply.headers.get("www-authenticate")).toContain("Bearer");
    }
  });

  it("limits wrong keys by address, and the right one never", async () => {
    const wrong = () =>
      call("GET", "/v1/alerts", { headers: { authorization: "Bearer wrong", "cf-connecting-ip": "192.0.2.1" } });
    let last = await wrong();
    for (let count = 0; count < 250 && last.status === 401; count++) last = await wrong();
    expect([last.status, last.headers.get("retry-after")]).toEqual([429, "60"]);
    const right = { authorization: `Bearer ${env.ROOT_API_KEY}`, "cf-connecting-ip": "192.0.2.1" };
    expect((await call("GET", "/v1/alerts", { headers: right })).status).toBe(200);
  });
});

describe("integrations", () => {
  it("show their secret once, and no ciphertext ever", async () => {
    const created = await api<TestIntegration & Record<string, unknown>>("POST", "/v1/integrations", {
      name: "Prod",
      provider: "alertmanager",
    });
    expect(created.status).toBe(201);
    expect(created.headers.get("location")).toBe(`/v1/integrations/${created.body.id}`);
    expect(created.body).toMatchObject({
      name: "Prod",
      provider: "alertmanager",
      deduplicationWindowMinutes: 15,
      verification: { scheme: "token" },
      ingestUrl: `https://tocsin.test/in/${created.body.id}`,
      secret: expect.stringMatching(/^[\w-]{43}$/),
    });
    const got = await api("GET", `/v1/integrations/${created.body.id}`);
    const listed = await api<Page<{ id: string }>>("GET", "/v1/integrations?limit=1");
    expect(got.body).toMatchObject({ id: created.body.id, outbox: { rows: 0, quarantined: 0 } });
    expect(listed.body.data[0]?.id).toBe(created.body.id);
    for (const reply of [got, listed]) {
      expect(JSON.stringify(reply.body)).not.toMatch(/"secret|cipher/i);
      expect(JSON.stringify(reply.body)).not.toContain(created.body.secret);
    }
  });

  it("take a secret that the source made itself", async () => {
    const secret = "made by the source itself";
    const integration = await createIntegration({ secret });
    expect((await deliver({ ...integration, secret }, { title: "x" })).status).toBe(202);
  });

  it("make whsec_ secrets for Standard Webhooks", async () => {
    expect((await createIntegration({ verification: { scheme: "standard-webhooks" } })).secret).toMatch(
      /^whsec_[A-Za-z0-9+/]{43}=$/,
    );
  });

  it("refuse a team that does not exist", async () => {
    const reply = await api("POST", "/v1/integrations", {
      name: "x",
      provider: "generic",
      teamId: crypto.randomUUID(),
    });
    expect([reply.status, reply.body.errors]).toEqual([400, [{ pointer: "/teamId", detail: "no such team" }]]);
  });

  it("written by hand are given to their objects by the cron", async () => {
    const { id: _, ...template } = (await connect(env).select().from(integrations).limit(1))[0]!;
    const byHand = { ...template, id: crypto.randomUUID(), name: "by hand", syncedVersion: 0 };
    await connect(env).insert(integrations).values(byHand);
    expect(await objectOf(byHand).config()).toBeNull();
    await worker.scheduled(createScheduledController(), env);
    expect((await objectOf(byHand).config())?.name).toBe("by hand");
    const [row] = await connect(env).select().from(integrations).where(eq(integrations.id, byHand.id));
    expect(row?.syncedVersion).toBe(row?.version);
  });

  it("are given to objects that lost their storage", async () => {
    const integration = await createIntegration();
    await runInDurableObject(objectOf(integration), async (_, state) => {
      await state.storage.deleteAll();
    });
    await evictDurableObject(objectOf(integration));
    expect(await objectOf(integration).config()).toBeNull();
    expect((await api("POST", "/v1/integrations/sync")).status).toBe(200);
    expect((await objectOf(integration).config())?.id).toBe(integration.id);
  });
});

describe("alerts", () => {
  it("are listed by status, severity, integration, text and time, together", async () => {
    const integration = await createIntegration();
    const send = (body: object) => deliver(integration, body);
    await send({ id: "1", title: "Disk 100% full", severity: "P1", timestamp: "2026-10-01T10:00:00Z" });
    await send({
      id: "2",
      title: "CPU hot",
      description: "disk too",
      severity: "P3",
      timestamp: "2026-10-01T11:00:00Z",
    });
    await send({ id: "3", title: "Network", severity: "P5", timestamp: "2026-10-01T12:00:00Z" });
    await send({ id: "3", title: "Network", status: "resolved" });
    await flushed(integration);
    const titles = async (query: string) => {
      const { status, body } = await api<Page<Alert>>("GET", `/v1/alerts?integrationId=${integration.id}&${query}`);
      expect(status).toBe(200);
      return body.data.map((alert) => alert.title);
    };
    expect(await titles("")).toEqual(["Network", "CPU hot", "Disk 100% full"]);
    expect(await titles("status=OPEN")).toEqual(["CPU hot", "Disk 100% full"]);
    expect(await titles("status=OPEN&status=RESOLVED&severity=INFO&severity=CRITICAL")).toEqual([
      "Network",
      "Disk 100% full",
    ]);
    expect(await titles("q=DISK")).toEqual(["CPU hot", "Disk 100% full"]);
    expect(await titles(`q=${encodeURIComponent("0%")}`)).toEqual(["Disk 100% full"]);
    expect(await titles(`q=${encodeURIComponent("%_")}`)).toEqual([]);
    expect(await titles("since=2026-10-01T11:00:00Z&until=2026-10-01T12:00:00Z")).toEqual(["CPU hot"]);
    expect(await titles(`since=${encodeURIComponent("2026-10-01T14:00:00+02:00")}`)).toEqual(["Network"]);
    expect(await titles(`teamId=${crypto.randomUUID()}`)).toEqual([]);
  });

  it("are paged by time and id, so that equal times neither skip nor repeat one", async () => {
    const { id: integrationId } = await createIntegration();
    const at = new Date("2026-10-01T12:00:00.123Z");
    const rows = Array.from({ length: 25 }, (_, i) => ({
      id: newId(),
      integrationId,
      title: `t${i}`,
      severity: "LOW" as const,
      status: "OPEN" as const,
      triggeredAt: at,
      lastSeenAt: at,
      version: 1,
    }));
    await connect(env).insert(alerts).values(rows);
    const seen: string[] = [];
    let path: string | null = `/v1/alerts?integrationId=${integrationId}&limit=7`;
    while (path !== null) {
      const page: Awaited<ReturnType<typeof api<Page<Alert>>>> = await api<Page<Alert>>("GET", path);
      seen.push(...page.body.data.map((alert) => alert.id));
      const link = /<(.+)>; rel="next"/.exec(page.headers.get("link") ?? "")?.[1];
      expect(link !== undefined).toBe(page.body.nextCursor !== null);
      path = link === undefined ? null : new URL(link).pathname + new URL(link).search;
    }
    expect(seen).toEqual(
      rows
        .map((row) => row.id)
        .toSorted()
        .toReversed(),
    );
  });

  it("tell their story in the order in which it took effect", async () => {
    const integration = await createIntegration();
    const { body } = await deliver(integration, {
      id: "k",
      title: "x",
      severity: "low",
      timestamp: "2026-10-01T10:00:00Z",
    });
    await deliver(integration, { id: "k", title: "x", severity: "high", timestamp: "2026-10-01T10:05:00Z" });
    await deliver(integration, { id: "k", title: "x", status: "ack", timestamp: "2026-10-01T10:06:00Z" });
    await deliver(integration, { id: "k", title: "x", status: "resolved", timestamp: "2026-10-01T10:10:00Z" });
    await deliver(integration, { id: "k", title: "late", timestamp: "2026-10-01T10:07:00Z" });
    await flushed(integration);
    const alertId = body.alerts[0]?.id;
    const timeline = await api<Page<Record<string, unknown>>>("GET", `/v1/alerts/${alertId}/timeline`);
    expect(timeline.body.data.map(({ type }) => type)).toEqual([
      "CREATED",
      "REPEATED",
      "ACKNOWLEDGED",
      "RESOLVED",
      "STALE",
    ]);
    expect(timeline.body.data[1]).toMatchObject({
      alertId,
      actor: "source",
      occurredAt: "2026-10-01T10:05:00.000Z",
      changes: { severity: { from: "LOW", to: "HIGH" }, occurrences: { from: 1, to: 2 } },
    });
    const alert = await api<Alert>("GET", `/v1/alerts/${alertId}`);
    expect(alert.body).toMatchObject({
      status: "RESOLVED",
      title: "x",
      severity: "HIGH",
      occurrences: 2,
      version: 4,
      triggeredAt: "2026-10-01T10:00:00.000Z",
      acknowledgedAt: "2026-10-01T10:06:00.000Z",
      resolvedAt: "2026-10-01T10:10:00.000Z",
      closedAt: null,
    });
    const first = await api<Page<{ id: string }>>("GET", `/v1/alerts/${alertId}/timeline?limit=2`);
    const rest = await api<Page<{ id: string }>>(
      "GET",
      `/v1/alerts/${alertId}/timeline?cursor=${first.body.nextCursor}`,
    );
    expect([...first.body.data, ...rest.body.data].map(({ id }) => id)).toEqual(timeline.body.data.map(({ id }) => id));
  });
});

describe("deliveries", () => {
  it("are found by every alert that they touched, also those of a batch and its duplicate", async () => {
    const integration = await createIntegration();
    const batch = [
      { id: "1", title: "a" },
      { id: "2", title: "b" },
    ];
    const { body } = await deliver(integration, batch);
    await deliver(integration, batch);
    await deliver(integration, { id: "2", title: "b", status: "resolved" });
    await flushed(integration);
    const count = async (alertId: string | null | undefined) =>
      (await api<Page<unknown>>("GET", `/v1/deliveries?alertId=${alertId}`)).body.data.length;
    expect([await count(body.alerts[0]?.id), await count(body.alerts[1]?.id)]).toEqual([2, 3]);
  });

  it("give their decision in words and as data", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "x" }, { "idempotency-key": "k" });
    await deliver(integration, { title: "x" }, { "idempotency-key": "k" });
    const [second, first] = await deliveriesOf(integration);
    const got = await api("GET", `/v1/deliveries/${second?.id}`);
    expect(got.body).toMatchObject({
      status: "DUPLICATE",
      duplicateOf: first?.id,
      reason: expect.stringMatching(/^duplicate: same idempotency key as delivery .+; the window ends .+Z$/),
      decision: {
        dedupKey: { kind: "key", value: "k" },
        firstDeliveryId: first?.id,
        verification: { scheme: "hmac", isVerified: true, secret: "current" },
      },
      events: [{ action: "trigger", outcome: "duplicate", alertId: first?.alertId }],
    });
  });

  it("give their payload as a file that no browser runs, under the type that it came with", async () => {
    const integration = await createIntegration();
    await deliver(integration, '{"title":"<script>"}', { "content-type": "text/html" });
    const [delivery] = await deliveriesOf(integration);
    const reply = await api("GET", `/v1/deliveries/${delivery?.id}/payload`);
    expect(Object.fromEntries(reply.headers)).toMatchObject({
      "content-type": "text/html",
      "content-disposition": expect.stringContaining("attachment"),
      "content-security-policy": expect.stringContaining("sandbox"),
      "x-content-type-options": "nosniff",
    });
  });
});
