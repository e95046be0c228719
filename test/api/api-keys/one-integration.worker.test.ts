/** Keys that are limited to one integration. The authorization matrix covers every operation. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { teams } from "../../../src/db/schema.ts";
import { newId } from "../../../src/lib/ids.ts";
import { api, ask, call, createIntegration, deliver, flushed, type TestIntegration } from "../../support/worker.ts";
import { textOf } from "../exported.ts";

const SCOPES = ["alerts:write", "deliveries:replay", "integrations:write"];

let teamId = "";
let own: TestIntegration;
let other: TestIntegration;
const alertIds: Record<string, string> = {};

beforeAll(async () => {
  teamId = newId();
  await connect(env).insert(teams).values({ id: teamId, name: "Payments" });
  [own, other] = [await createIntegration({ teamId }), await createIntegration({ teamId })];
  for (const integration of [own, other]) {
    const { body } = await deliver(integration, { id: "k", title: "Disk full", severity: "high" });
    await flushed(integration);
    alertIds[integration.id] = body.alerts[0]?.id ?? "";
  }
});

const newKey = async (fields: object) =>
  api<{ key: string; teamId: string; detail: string; errors: object[] }>("POST", "/v1/api-keys", {
    name: "x",
    scopes: SCOPES,
    ...fields,
  });

const callerWith =
  (key: string) =>
  <Body = { data: { id: string; integrationId: string }[] }>(method: string, path: string, body?: object) =>
    call<Body>(method, path, {
      headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });

describe("an API key for one integration", () => {
  it("belongs to the team of the integration unless it names a team", async () => {
    expect((await newKey({ integrationId: own.id })).body.teamId).toBe(teamId);
    expect((await newKey({ integrationId: own.id, teamId: null })).body.teamId).toBeNull();
    expect((await newKey({ integrationId: own.id, teamId })).status).toBe(201);
  });

  it("cannot be for an unknown integration, one of another team, or have scopes beyond the integration", async () => {
    const elsewhere = await createIntegration();
    for (const [fields, pointer] of [
      [{ integrationId: crypto.randomUUID() }, "/integrationId"],
      [{ integrationId: elsewhere.id, teamId }, "/integrationId"],
      [{ integrationId: own.id, scopes: ["admin"] }, "/scopes"],
      [{ integrationId: own.id, scopes: ["alerts:read", "subscriptions:read"] }, "/scopes"],
    ] as const) {
      const reply = await newKey(fields);
      expect([reply.status, reply.body.errors]).toMatchObject([400, [{ pointer }]]);
    }
  });

  it("sees only the integration, its alerts and its deliveries, whatever the filter", async () => {
    const request = callerWith((await newKey({ integrationId: own.id })).body.key);
    for (const path of [
      "/v1/alerts",
      "/v1/alerts?status=OPEN&severity=HIGH",
      "/v1/alerts?query=disk",
      `/v1/alerts?teamId=${teamId}`,
      `/v1/alerts?integrationId=${own.id.toUpperCase()}`,
      "/v1/deliveries",
      `/v1/deliveries?status=ACCEPTED&teamId=${teamId}`,
    ]) {
      const { status, body } = await request("GET", path);
      expect([path, status, body.data.map(({ integrationId }) => integrationId)]).toEqual([path, 200, [own.id]]);
    }
    for (const path of ["/v1/integrations", "/v1/integrations/names"]) {
      expect((await request("GET", path)).body.data.map(({ id }) => id)).toEqual([own.id]);
    }
    for (const path of [
      `/v1/alerts?integrationId=${other.id}`,
      `/v1/deliveries?integrationId=${other.id}`,
      `/v1/deliveries?alertId=${alertIds[other.id]}`,
      "/v1/teams",
    ]) {
      expect([path, (await request("GET", path)).body.data]).toEqual([path, []]);
    }
    const counts = await request<{ total: { count: number } }>("GET", "/v1/alerts/counts");
    expect(counts.body.total.count).toBe(1);
    const stats = await request<{ totals: { accepted: number } }>("GET", "/v1/stats");
    expect(stats.body.totals.accepted).toBe(1);
    const timeline = await request<{ data: { alert: { integrationId: string } }[] }>("GET", "/v1/timeline?limit=200");
    expect(new Set(timeline.body.data.map(({ alert }) => alert.integrationId))).toEqual(new Set([own.id]));
    for (const path of ["/v1/alerts/export", "/v1/deliveries/export"]) {
      const { key } = (await newKey({ integrationId: own.id })).body;
      const reply = await ask(path, { authorization: `Bearer ${key}` });
      const lines = (await textOf(reply)).trimEnd().split("\n");
      expect(lines.map((line) => (JSON.parse(line) as { integrationId: string }).integrationId)).toEqual([own.id]);
    }
  });

  it("sees no silences, also not those for everybody, and creates none", async () => {
    const silence = {
      matchers: [{ name: "service", value: crypto.randomUUID() }],
      endsAt: new Date(Date.now() + 60_000).toISOString(),
      comment: "x",
    };
    const { body } = await api<{ id: string }>("POST", "/v1/silences", { ...silence, teamId: null });
    const request = callerWith((await newKey({ integrationId: own.id })).body.key);
    expect((await request("GET", "/v1/silences")).body.data).toEqual([]);
    expect((await request("GET", `/v1/silences/${body.id}`)).status).toBe(404);
    expect((await request("POST", "/v1/silences", silence)).status).toBe(403);
  });

  it("says so in GET /v1/session", async () => {
    const request = callerWith((await newKey({ integrationId: own.id, scopes: ["alerts:read"] })).body.key);
    expect((await request("GET", "/v1/session")).body).toMatchObject({
      scopes: [],
      teams: [],
      integration: { id: own.id, scopes: ["alerts:read"] },
    });
  });

  it("changes only its own alerts and its own integration", async () => {
    const request = callerWith((await newKey({ integrationId: own.id })).body.key);
    expect((await request("PATCH", `/v1/alerts/${alertIds[own.id]}`, { note: "mine" })).status).toBe(200);
    expect((await request("PATCH", `/v1/alerts/${alertIds[other.id]}`, { note: "not mine" })).status).toBe(404);
    const ids = [alertIds[own.id], alertIds[other.id]];
    const bulk = await request<{ results: { outcome: string }[] }>("POST", "/v1/alerts/bulk", { ids, note: "both" });
    expect(bulk.body.results.map(({ outcome }) => outcome)).toEqual(["noted", "not-found"]);
    expect((await request("PATCH", `/v1/integrations/${own.id}`, { name: "Mine" })).status).toBe(200);
    expect((await request("PATCH", `/v1/integrations/${other.id}`, { name: "Not mine" })).status).toBe(404);
    expect((await request("POST", "/v1/integrations", { name: "New", provider: "generic" })).status).toBe(403);
    const replay = (integrationId: string) =>
      request<{ replayed: number }>("POST", "/v1/deliveries/replay", {
        filter: { integrationId, status: ["ACCEPTED"] },
      });
    expect([(await replay(own.id)).body.replayed, (await replay(other.id)).body.replayed]).toEqual([1, 0]);
  });

  it("rotates the secret of its integration, and deletes it", async () => {
    const integration = await createIntegration({ teamId });
    const request = callerWith((await newKey({ integrationId: integration.id })).body.key);
    expect((await request("POST", `/v1/integrations/${integration.id}/rotate-secret`, {})).status).toBe(200);
    expect((await request("DELETE", `/v1/integrations/${other.id}`)).status).toBe(404);
    expect((await request("DELETE", `/v1/integrations/${integration.id}`)).status).toBe(204);
  });

  it("sees nothing once the integration moves to another team", async () => {
    const integration = await createIntegration({ teamId });
    await deliver(integration, { id: "k", title: "x" });
    await flushed(integration);
    const request = callerWith((await newKey({ integrationId: integration.id })).body.key);
    expect((await request("GET", "/v1/alerts")).body.data).toHaveLength(1);
    expect((await api("PATCH", `/v1/integrations/${integration.id}`, { teamId: null })).status).toBe(200);
    expect((await request("GET", "/v1/alerts")).body.data).toEqual([]);
    expect((await request("GET", `/v1/integrations/${integration.id}`)).status).toBe(404);
  });
});
