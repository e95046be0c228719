import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/db/client.ts";
import { latestCursor, listTimeline } from "../../src/db/timeline.ts";
import { api, call, createIntegration } from "../support/worker.ts";
import { type Caller, callerNamed, newAlert, setUp, world } from "./authorization-fixtures.ts";
import { hasAnywhere, RULES, type TestRequest } from "./authorization-rules.ts";

beforeAll(setUp);

const send = <Body>(method: string, { path, body }: TestRequest, headers: Record<string, string>) =>
  call<Body>(method, path, {
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

/** Splits a list into the items that match and the others. */
const split = <T>(items: readonly T[], matches: (item: T) => boolean): [T[], T[]] => [
  items.filter((item) => matches(item)),
  items.filter((item) => !matches(item)),
];

describe("the authorization matrix", () => {
  it("has a rule for every operation that authenticates its caller", async () => {
    const { body } = await call<{ paths: Record<string, Record<string, { security: object[] }>> }>(
      "GET",
      "/openapi.json",
    );
    const authenticated = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { security }]) => security.length > 0)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    // The stream has no end, and signing out ends the caller's session: both have their own tests.
    const covered = [...Object.keys(RULES), "GET /v1/timeline/stream", "DELETE /v1/session"];
    expect(covered.toSorted()).toEqual(authenticated.toSorted());
  });

  it.each(Object.entries(RULES))("answers each caller by their scopes: %s", async (operation, rule) => {
    const [method = ""] = operation.split(" ");
    const unauthenticated = await send(method, await rule.request(false), {});
    expect(unauthenticated.status).toBe(401);
    const { teamA, a, subscriptionId, memberId } = world;
    const itemsOfA = [memberId, a.integration.id, a.alertId, a.deliveryId, subscriptionId];
    const check = async (caller: Caller, status: number, request: TestRequest) => {
      const reply = await send(method, request, caller.headers);
      expect([caller.name, reply.status]).toEqual([caller.name, status]);
      if (!rule.seesA || rule.seesA(caller) || status >= 300) return;
      const text = JSON.stringify(reply.body);
      // Another integration of the team names it.
      const idsOfA = caller.isLimited ? itemsOfA : [...itemsOfA, teamA];
      expect([caller.name, idsOfA.filter((id) => text.includes(id))]).toEqual([caller.name, []]);
    };
    const callers = world.callers.filter(({ isLimited }) => !(isLimited && rule.needsNewIntegration));
    const cells = await Promise.all(
      callers.map(async (caller) => {
        const status = rule.status(caller);
        return { caller, status, request: await rule.request(status < 300) };
      }),
    );
    // Only writes that succeed can disturb each other.
    const [inOrder, atOnce] = split(cells, ({ status }) => method !== "GET" && status < 300);
    await Promise.all(atOnce.map(({ caller, status, request }) => check(caller, status, request)));
    for (const { caller, status, request } of inOrder) await check(caller, status, request);
  });
});

describe("the admin of another team", () => {
  const outsider = () => callerNamed("an admin of another team");

  it.each([
    () => `/v1/alerts?integrationId=${world.a.integration.id}`,
    () => `/v1/alerts?teamId=${world.teamA}`,
    () => `/v1/alerts?query=${world.teamA}`,
    () => `/v1/alerts?status=OPEN&status=RESOLVED&severity=MEDIUM`,
    () => `/v1/deliveries?integrationId=${world.a.integration.id}`,
    () => `/v1/deliveries?alertId=${world.a.alertId}`,
    () => `/v1/deliveries?replayOf=${world.a.deliveryId}`,
    () => `/v1/deliveries?teamId=${world.teamA}`,
    () => `/v1/integrations?teamId=${world.teamA}`,
    () => `/v1/api-keys?teamId=${world.teamA}`,
    () => `/v1/audit-events?teamId=${world.teamA}`,
    () => `/v1/audit-events?targetId=${world.a.integration.id}`,
  ])("finds no row of the team in a list: %s", async (pathOf) => {
    const path = pathOf();
    const { status, body } = await call<{ data: unknown[] }>("GET", path, { headers: outsider().headers });
    expect(status).toBe(200);
    expect(JSON.stringify(body.data)).not.toContain(world.teamA);
    if (!path.includes("status=")) expect(body.data).toEqual([]);
  });

  it("finds no alert of the team in the counts", async () => {
    const { body } = await call<{ total: { count: number } }>(
      "GET",
      `/v1/alerts/counts?integrationId=${world.a.integration.id}`,
      { headers: outsider().headers },
    );
    expect(body.total.count).toBe(0);
  });

  it("changes no alert of the team in bulk", async () => {
    const integration = await createIntegration({ teamId: world.teamA });
    const alertId = await newAlert(integration);
    for (const which of [{ ids: [alertId] }, { filter: { integrationId: integration.id } }]) {
      const request = { path: "/v1/alerts/bulk", body: { ...which, status: "CLOSED" } };
      const { body } = await send<{ changed: number }>("POST", request, outsider().headers);
      expect(body.changed).toBe(0);
    }
    expect((await api("GET", `/v1/alerts/${alertId}`)).body.status).toBe("OPEN");
  });

  it("cannot move an integration of the team into their own", async () => {
    const request = { path: `/v1/integrations/${world.a.integration.id}`, body: { teamId: world.teamB } };
    const statusFor = async (name: string) => (await send("PATCH", request, callerNamed(name).headers)).status;
    expect(await statusFor("an admin of another team")).toBe(404);
    expect(await statusFor("an observer here and admin of another team")).toBe(403);
  });
});

describe("a team admin", () => {
  it.each([
    ["another team", () => world.teamB],
    ["the whole platform", () => null],
  ])("cannot move an integration to %s", async (_target, teamId) => {
    const request = { path: `/v1/integrations/${world.a.integration.id}`, body: { teamId: teamId() } };
    expect((await send("PATCH", request, callerNamed("an admin").headers)).status).toBe(400);
  });
});

describe("the timeline stream", () => {
  it("opens for callers with alerts:read, and for no other", async () => {
    const worker = (exports as unknown as { default: Fetcher }).default;
    for (const caller of world.callers) {
      const reply = await worker.fetch("https://tocsin.test/v1/timeline/stream", { headers: caller.headers });
      await reply.body?.cancel();
      expect([caller.name, reply.status]).toEqual([caller.name, hasAnywhere(caller, "alerts:read") ? 200 : 403]);
    }
  });

  it("contains no entry of another team", async () => {
    const db = connect(env);
    const start = await latestCursor(db);
    await newAlert();
    expect((await listTimeline(db, [world.teamB], {}, start, 100)).entries).toEqual([]);
    expect((await listTimeline(db, [world.teamA], {}, start, 100)).entries).toHaveLength(1);
  });
});

describe("a session cookie", () => {
  it.each([undefined, "https://evil.test", "null", "https://tocsin.test.evil.test"])(
    "allows no write from another origin: %s",
    async (origin) => {
      const { cookie = "" } = callerNamed("an admin").headers;
      const request = { path: `/v1/integrations/${world.a.integration.id}`, body: { name: "taken over" } };
      expect((await send("PATCH", request, { cookie, ...(origin && { origin }) })).status).toBe(403);
    },
  );

  it("is rejected without a valid signature", async () => {
    const [name, value = ""] = (callerNamed("an admin").headers.cookie ?? "").split("=");
    for (const forged of [value.slice(0, 36), `${value.slice(0, -6)}AAAA%3D`, `x${value}`]) {
      expect((await call("GET", "/v1/alerts", { headers: { cookie: `${name}=${forged}` } })).status).toBe(401);
    }
  });
});
