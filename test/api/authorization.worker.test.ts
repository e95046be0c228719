import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { generateSignedCookie } from "hono/cookie";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { latestCursor, listTimeline } from "../../src/db/timeline.ts";
import { connect } from "../../src/db/client.ts";
import { sessions, teamMembers, teams, users } from "../../src/db/schema.ts";
import { hashOf } from "../../src/lib/api-key.ts";
import { newId } from "../../src/lib/ids.ts";
import { type Role, roleScopes, type Scope, SCOPES, scopeSet } from "../../src/lib/principal.ts";
import {
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  objectOf,
  type TestIntegration,
} from "../support/worker.ts";

/** Who asks: their credentials, and what they may do in team A, in team B and everywhere, as the roles have it. */
interface Caller {
  name: string;
  headers: Record<string, string>;
  userId?: string;
  a: ReadonlySet<Scope>;
  b: ReadonlySet<Scope>;
  everywhere: ReadonlySet<Scope>;
}

interface Item {
  integration: TestIntegration;
  alertId: string;
  deliveryId: string;
  keyId: string;
}

const NONE: ReadonlySet<Scope> = new Set();
const ALL: ReadonlySet<Scope> = new Set(SCOPES);

let teamA = "";
let teamB = "";
let ofA: Item;
let subscriptionId = "";
let memberId = "";
const callers: Caller[] = [];

async function signedIn(
  name: string,
  where: { teamId: string; role: Role }[],
  isPlatformAdmin = false,
): Promise<Caller> {
  const db = connect(env);
  const [userId, token, now] = [newId(), crypto.randomUUID(), new Date()];
  await db.insert(users).values({ id: userId, email: `${userId}@x.test`, name, isPlatformAdmin });
  await db.insert(sessions).values({
    id: newId(),
    userId,
    tokenHash: await hashOf(token),
    expiresAt: new Date(now.getTime() + 3_600_000),
  });
  for (const { teamId, role } of where) await db.insert(teamMembers).values({ teamId, userId, role });
  const cookie = await generateSignedCookie("tocsin.session_token", token, env.AUTH_SECRET, { prefix: "secure" });
  const scopesIn = (teamId: string) => {
    const membership = where.find((one) => one.teamId === teamId);
    return membership ? roleScopes(membership.role) : NONE;
  };
  return {
    name,
    userId,
    headers: { cookie: cookie.split(";")[0] ?? "", origin: "https://tocsin.test" },
    a: scopesIn(teamA),
    b: scopesIn(teamB),
    everywhere: isPlatformAdmin ? ALL : NONE,
  };
}

async function withKey(scope: Scope, teamId: string | null): Promise<Caller> {
  const { body } = await api<{ key: string }>("POST", "/v1/api-keys", { name: "test", teamId, scopes: [scope] });
  const scopes = scopeSet([scope]);
  return {
    name: `a key with ${scope} ${teamId === null ? "all" : "in the team"}`,
    headers: { authorization: `Bearer ${body.key}` },
    a: teamId === null ? NONE : scopes,
    b: NONE,
    everywhere: teamId === null ? scopes : NONE,
  };
}

async function itemOf(teamId: string): Promise<Item> {
  const integration = await createIntegration({ teamId, name: `of ${teamId}` });
  const { body } = await deliver(integration, { id: "k", title: `of ${teamId}` });
  await flushed(integration);
  const [delivery] = await deliveriesOf(integration);
  const key = await api<{ id: string }>("POST", "/v1/api-keys", { name: "x", teamId, scopes: ["alerts:read"] });
  return {
    integration,
    alertId: body.alerts[0]?.id ?? "",
    deliveryId: delivery?.id ?? "",
    keyId: key.body.id,
  };
}

/** A subscription that nothing here concerns. */
const HEARS_NOTHING = {
  name: "x",
  url: `${inject("subscriberUrl")}/authorization`,
  filter: { integrationId: crypto.randomUUID() },
};

const subscriptionOf = async (teamId: string): Promise<string> =>
  (await api<{ id: string }>("POST", "/v1/subscriptions", { ...HEARS_NOTHING, teamId })).body.id;

/** A message that team A's subscriber could not be told. */
async function newDeadLetter(): Promise<string> {
  const id = newId();
  await runInDurableObject(env.SUBSCRIPTIONS.getByName(subscriptionId), (_, { storage }) => {
    storage.sql.exec("INSERT INTO dead_letters VALUES (?, ?, 'CREATED', 0, 1, 'refused', 0, '{}')", id, newId());
  });
  return id;
}

const newTeam = async (name: string): Promise<string> => {
  const id = newId();
  await connect(env).insert(teams).values({ id, name });
  return id;
};

beforeAll(async () => {
  teamA = await newTeam("A");
  teamB = await newTeam("B");
  ofA = await itemOf(teamA);
  subscriptionId = await subscriptionOf(teamA);
  await itemOf(teamB);
  const member = await signedIn("a member", [{ teamId: teamA, role: "OBSERVER" }]);
  memberId = member.userId ?? "";
  callers.push(
    await signedIn("an observer", [{ teamId: teamA, role: "OBSERVER" }]),
    await signedIn("a responder", [{ teamId: teamA, role: "RESPONDER" }]),
    await signedIn("an admin of another team", [{ teamId: teamB, role: "ADMIN" }]),
    await signedIn("an admin", [{ teamId: teamA, role: "ADMIN" }]),
    await signedIn("an observer here and admin of another team", [
      { teamId: teamA, role: "OBSERVER" },
      { teamId: teamB, role: "ADMIN" },
    ]),
    await signedIn("a person without a team", []),
    await signedIn("a platform admin", [], true),
    {
      name: "the root key",
      headers: { authorization: `Bearer ${env.ROOT_API_KEY}` },
      a: NONE,
      b: NONE,
      everywhere: ALL,
    },
  );
  for (const scope of SCOPES) callers.push(await withKey(scope, teamA), await withKey(scope, null));
});

interface Ask {
  path: string;
  body?: unknown;
}

/** What an operation must answer to a caller; `ask` makes a request of its own for each. */
interface Rule {
  ask: (caller: Caller) => Ask | Promise<Ask>;
  status: (caller: Caller) => number;
  /** The reply may hold what is team A's only if this is so. */
  seesA?: (caller: Caller) => boolean;
}

const has = (caller: Caller, scope: Scope) => caller.everywhere.has(scope) || caller.a.has(scope);
const hasAnywhere = (caller: Caller, scope: Scope) => has(caller, scope) || caller.b.has(scope);
const seesTeamA = ({ a, everywhere }: Caller) => a.size + everywhere.size > 0;

/** Something of team A; whoever may only look at it is told so, whoever may not learns nothing of it. */
const ofTeam = (scope: Scope, readScope: Scope, success: number, ask: Rule["ask"]): Rule => ({
  ask,
  status: (caller) => {
    if (has(caller, scope)) return success;
    if (!hasAnywhere(caller, scope)) return 403;
    return has(caller, readScope) ? 403 : 404;
  },
});

const list = (scope: Scope, path: string, body?: unknown): Rule => ({
  ask: () => ({ path, body }),
  status: (caller) => (hasAnywhere(caller, scope) ? 200 : 403),
  seesA: (caller) => has(caller, scope),
});

const madeInTeam = (scope: Scope, ask: Rule["ask"]): Rule => ({
  ask,
  status: (caller) => (has(caller, scope) ? 201 : hasAnywhere(caller, scope) ? 400 : 403),
});

const everywhere = (scope: Scope, success: number, ask: Rule["ask"]): Rule => ({
  ask,
  status: (caller) => (caller.everywhere.has(scope) ? success : 403),
});

/** What whoever is known may ask. */
const known = (ask: Rule["ask"], seesA: Rule["seesA"]): Rule => ({ ask, status: () => 200, ...(seesA && { seesA }) });

/** What whoever may do anything at all in team A may look at. */
const seen = (ask: Rule["ask"]): Rule => ({ ask, status: (caller) => (seesTeamA(caller) ? 200 : 404) });

/** What team A's admins do with it. */
const ofSeenTeam = (success: number, ask: Rule["ask"]): Rule => ({
  ask,
  status: (caller) => {
    if (has(caller, "admin")) return success;
    if (!hasAnywhere(caller, "admin")) return 403;
    return seesTeamA(caller) ? 403 : 404;
  },
});

/** What a member of team A does for themselves, and platform admins for everybody; team A's admins may look. */
const ofPerson = (success: number, ask: Rule["ask"], forTeamAdmins = 403): Rule => ({
  ask,
  status: (caller) => {
    if (caller.everywhere.has("admin")) return success;
    return has(caller, "admin") ? forTeamAdmins : 404;
  },
});

const newMember = async () => (await signedIn("another member", [{ teamId: teamA, role: "OBSERVER" }])).userId ?? "";

const newSession = async () => {
  const userId = await newMember();
  const [row] = await connect(env).select().from(sessions).where(eq(sessions.userId, userId));
  return { userId, sessionId: row?.id ?? "" };
};

const fresh = () => itemOf(teamA);

/** The id of an integration with a row that stands aside. */
async function withSetAside(): Promise<string> {
  const { integration } = await fresh();
  await runInDurableObject(objectOf(integration), (_, { storage }) => {
    storage.sql.exec("INSERT INTO quarantine VALUES (1, 0, 0, NULL, '', '', 'none', NULL, 'refused', 0)");
  });
  return integration.id;
}

/** Every operation but those of ingest and health, which ask nobody who they are. */
const RULES: Record<string, Rule> = {
  "GET /v1/alerts": list("alerts:read", "/v1/alerts"),
  "GET /v1/alerts/counts": {
    ask: () => ({ path: `/v1/alerts/counts?integrationId=${ofA.integration.id}` }),
    status: (caller) => (hasAnywhere(caller, "alerts:read") ? 200 : 403),
  },
  "GET /v1/alerts/export": list("alerts:read", "/v1/alerts/export"),
  "POST /v1/alerts/bulk": list("alerts:write", "/v1/alerts/bulk", {
    filter: { q: "of nobody at all" },
    status: "ACKNOWLEDGED",
  }),
  "GET /v1/alerts/{id}": ofTeam("alerts:read", "alerts:read", 200, () => ({ path: `/v1/alerts/${ofA.alertId}` })),
  "PATCH /v1/alerts/{id}": ofTeam("alerts:write", "alerts:read", 200, async () => ({
    path: `/v1/alerts/${(await fresh()).alertId}`,
    body: { status: "RESOLVED" },
  })),
  "GET /v1/alerts/{id}/timeline": ofTeam("alerts:read", "alerts:read", 200, () => ({
    path: `/v1/alerts/${ofA.alertId}/timeline`,
  })),
  "GET /metrics": everywhere("deliveries:read", 200, () => ({ path: "/metrics" })),
  "GET /v1/deliveries": list("deliveries:read", "/v1/deliveries"),
  "GET /v1/deliveries/export": list("deliveries:read", "/v1/deliveries/export?includePayload=true"),
  "GET /v1/deliveries/{id}": ofTeam("deliveries:read", "deliveries:read", 200, () => ({
    path: `/v1/deliveries/${ofA.deliveryId}`,
  })),
  "GET /v1/deliveries/{id}/payload": ofTeam("deliveries:read", "deliveries:read", 200, () => ({
    path: `/v1/deliveries/${ofA.deliveryId}/payload`,
  })),
  "POST /v1/deliveries/{id}/replay": ofTeam("deliveries:replay", "deliveries:read", 202, () => ({
    path: `/v1/deliveries/${ofA.deliveryId}/replay`,
    body: {},
  })),
  "POST /v1/deliveries/replay": {
    ask: () => ({
      path: "/v1/deliveries/replay",
      body: { filter: { integrationId: ofA.integration.id, status: ["ACCEPTED"] } },
    }),
    status: (caller) => (hasAnywhere(caller, "deliveries:replay") ? 200 : 403),
    seesA: (caller) => has(caller, "deliveries:replay"),
  },
  "POST /v1/integrations": madeInTeam("integrations:write", () => ({
    path: "/v1/integrations",
    body: { name: "x", provider: "generic", teamId: teamA },
  })),
  "GET /v1/integrations": list("integrations:read", "/v1/integrations"),
  "POST /v1/integrations/sync": everywhere("integrations:write", 200, () => ({ path: "/v1/integrations/sync" })),
  "POST /v1/integrations/re-encrypt": everywhere("admin", 200, () => ({ path: "/v1/integrations/re-encrypt", body: {} })),
  "GET /v1/integrations/{id}": ofTeam("integrations:read", "integrations:read", 200, () => ({
    path: `/v1/integrations/${ofA.integration.id}`,
  })),
  "PATCH /v1/integrations/{id}": ofTeam("integrations:write", "integrations:read", 200, () => ({
    path: `/v1/integrations/${ofA.integration.id}`,
    body: { name: "renamed" },
  })),
  "DELETE /v1/integrations/{id}": ofTeam("integrations:write", "integrations:read", 204, async () => ({
    path: `/v1/integrations/${(await fresh()).integration.id}`,
  })),
  "POST /v1/integrations/{id}/rotate-secret": ofTeam("integrations:write", "integrations:read", 200, () => ({
    path: `/v1/integrations/${ofA.integration.id}/rotate-secret`,
    body: {},
  })),
  "POST /v1/integrations/{id}/test": ofTeam("integrations:write", "integrations:read", 200, () => ({
    path: `/v1/integrations/${ofA.integration.id}/test`,
  })),
  "POST /v1/integrations/{id}/dry-run": ofTeam("integrations:read", "integrations:read", 200, () => ({
    path: `/v1/integrations/${ofA.integration.id}/dry-run`,
    body: { body: "{}" },
  })),
  "GET /v1/integrations/{id}/quarantine": ofTeam("deliveries:read", "deliveries:read", 200, () => ({
    path: `/v1/integrations/${ofA.integration.id}/quarantine`,
  })),
  "GET /v1/integrations/{id}/quarantine/{row}": ofTeam("deliveries:read", "deliveries:read", 200, async () => ({
    path: `/v1/integrations/${await withSetAside()}/quarantine/16`,
  })),
  "POST /v1/integrations/{id}/quarantine/retry": ofTeam("deliveries:replay", "deliveries:read", 200, async () => ({
    path: `/v1/integrations/${await withSetAside()}/quarantine/retry`,
    body: {},
  })),
  "DELETE /v1/integrations/{id}/quarantine/{row}": ofTeam("integrations:write", "integrations:read", 204, async () => ({
    path: `/v1/integrations/${await withSetAside()}/quarantine/16`,
  })),
  "POST /v1/subscriptions": madeInTeam("subscriptions:write", () => ({
    path: "/v1/subscriptions",
    body: { ...HEARS_NOTHING, teamId: teamA },
  })),
  "GET /v1/subscriptions": list("subscriptions:read", "/v1/subscriptions"),
  "GET /v1/subscriptions/{id}": ofTeam("subscriptions:read", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${subscriptionId}`,
  })),
  "PATCH /v1/subscriptions/{id}": ofTeam("subscriptions:write", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${subscriptionId}`,
    body: { name: "renamed" },
  })),
  "DELETE /v1/subscriptions/{id}": ofTeam("subscriptions:write", "subscriptions:read", 204, async () => ({
    path: `/v1/subscriptions/${await subscriptionOf(teamA)}`,
  })),
  "POST /v1/subscriptions/{id}/rotate-secret": ofTeam("subscriptions:write", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${subscriptionId}/rotate-secret`,
    body: {},
  })),
  "POST /v1/subscriptions/{id}/test": ofTeam("subscriptions:write", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${subscriptionId}/test`,
  })),
  "GET /v1/subscriptions/{id}/dead-letters": ofTeam("subscriptions:read", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${subscriptionId}/dead-letters`,
  })),
  "POST /v1/subscriptions/{id}/dead-letters/resend": ofTeam("subscriptions:write", "subscriptions:read", 200, () => ({
    path: `/v1/subscriptions/${subscriptionId}/dead-letters/resend`,
    body: {},
  })),
  "GET /v1/subscriptions/{id}/dead-letters/{messageId}": ofTeam(
    "subscriptions:read",
    "subscriptions:read",
    200,
    async () => ({ path: `/v1/subscriptions/${subscriptionId}/dead-letters/${await newDeadLetter()}` }),
  ),
  "DELETE /v1/subscriptions/{id}/dead-letters/{messageId}": ofTeam(
    "subscriptions:write",
    "subscriptions:read",
    204,
    async () => ({ path: `/v1/subscriptions/${subscriptionId}/dead-letters/${await newDeadLetter()}` }),
  ),
  "GET /v1/stats": list("deliveries:read", "/v1/stats"),
  "GET /v1/timeline": list("alerts:read", "/v1/timeline"),
  "GET /v1/providers": {
    ask: () => ({ path: "/v1/providers" }),
    status: (caller) => (hasAnywhere(caller, "integrations:read") ? 200 : 403),
  },
  "POST /v1/api-keys": madeInTeam("admin", () => ({
    path: "/v1/api-keys",
    body: { name: "x", teamId: teamA, scopes: ["alerts:read"] },
  })),
  "GET /v1/api-keys": list("admin", "/v1/api-keys"),
  "GET /v1/api-keys/{id}": ofTeam("admin", "admin", 200, () => ({ path: `/v1/api-keys/${ofA.keyId}` })),
  "DELETE /v1/api-keys/{id}": ofTeam("admin", "admin", 204, async () => ({
    path: `/v1/api-keys/${(await fresh()).keyId}`,
  })),
  "GET /v1/audit-events": list("admin", "/v1/audit-events"),
  "GET /v1/teams": known(() => ({ path: "/v1/teams" }), seesTeamA),
  "POST /v1/teams": everywhere("admin", 201, () => ({ path: "/v1/teams", body: { name: "x" } })),
  "GET /v1/teams/{id}": seen(() => ({ path: `/v1/teams/${teamA}` })),
  "PATCH /v1/teams/{id}": ofSeenTeam(200, () => ({ path: `/v1/teams/${teamA}`, body: { name: "A" } })),
  // What belongs to it keeps it from being deleted.
  "DELETE /v1/teams/{id}": ofSeenTeam(409, () => ({ path: `/v1/teams/${teamA}` })),
  "GET /v1/teams/{id}/members": seen(() => ({ path: `/v1/teams/${teamA}/members` })),
  "POST /v1/teams/{id}/members": ofSeenTeam(201, () => ({
    path: `/v1/teams/${teamA}/members`,
    body: { email: `${crypto.randomUUID()}@x.test`, role: "OBSERVER" },
  })),
  "PUT /v1/teams/{id}/members/{userId}": ofSeenTeam(200, () => ({
    path: `/v1/teams/${teamA}/members/${memberId}`,
    body: { role: "OBSERVER" },
  })),
  "DELETE /v1/teams/{id}/members/{userId}": ofSeenTeam(204, async () => ({
    path: `/v1/teams/${teamA}/members/${await newMember()}`,
  })),
  "GET /v1/users": list("admin", "/v1/users"),
  "POST /v1/users": everywhere("admin", 201, () => ({
    path: "/v1/users",
    body: { email: `${crypto.randomUUID()}@x.test`, name: "x" },
  })),
  "GET /v1/users/{id}": ofPerson(200, () => ({ path: `/v1/users/${memberId}` }), 200),
  "PATCH /v1/users/{id}": ofPerson(200, () => ({ path: `/v1/users/${memberId}`, body: { name: "x" } })),
  "DELETE /v1/users/{id}": everywhere("admin", 204, async () => ({ path: `/v1/users/${await newMember()}` })),
  "POST /v1/users/{id}/password-token": everywhere("admin", 201, () => ({
    path: `/v1/users/${memberId}/password-token`,
  })),
  "GET /v1/users/{id}/sessions": ofPerson(200, () => ({ path: `/v1/users/${memberId}/sessions` })),
  "DELETE /v1/users/{id}/sessions": ofPerson(204, async () => ({ path: `/v1/users/${await newMember()}/sessions` })),
  "DELETE /v1/users/{id}/sessions/{sessionId}": ofPerson(204, async () => {
    const { userId, sessionId } = await newSession();
    return { path: `/v1/users/${userId}/sessions/${sessionId}` };
  }),
  "GET /v1/session": known(() => ({ path: "/v1/session" }), seesTeamA),
};

const ask = (method: string, { path, body }: Ask, headers: Record<string, string>) =>
  call<unknown>(method, path, {
    headers: { ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

describe("who may do what", () => {
  it("is said of every operation in the OpenAPI document", async () => {
    const { body } = await call<{ paths: Record<string, Record<string, { security: object[] }>> }>(
      "GET",
      "/openapi.json",
    );
    const protectedOnes = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([, { security }]) => security.length > 0)
        .map(([method]) => `${method.toUpperCase()} ${path}`),
    );
    // The stream has no end, and signing out would end the caller: both have tests of their own.
    const said = [...Object.keys(RULES), "GET /v1/timeline/stream", "DELETE /v1/session"];
    expect(said.toSorted()).toEqual(protectedOnes.toSorted());
  });

  it.each(Object.entries(RULES))("%s", async (operation, rule) => {
    const [method = ""] = operation.split(" ");
    const stranger = await ask(method, await rule.ask(callers[0]!), {});
    expect([operation, "nobody", stranger.status]).toEqual([operation, "nobody", 401]);
    for (const caller of callers) {
      const reply = await ask(method, await rule.ask(caller), caller.headers);
      expect([caller.name, reply.status]).toEqual([caller.name, rule.status(caller)]);
      if (!rule.seesA || reply.status >= 300) continue;
      const text = JSON.stringify(reply.body);
      const idsOfA = [memberId, teamA, ofA.integration.id, ofA.alertId, ofA.deliveryId, subscriptionId];
      const isSeen = idsOfA.some((id) => text.includes(id));
      // A list that is not empty shows it to whoever may see it; a search for nothing shows it to nobody.
      if (!rule.seesA(caller)) expect([caller.name, isSeen]).toEqual([caller.name, false]);
    }
  });
});

describe("another team's rows", () => {
  const outsider = () => callers.find(({ name }) => name === "an admin of another team")!;

  it.each([
    (item: Item) => `/v1/alerts?integrationId=${item.integration.id}`,
    () => `/v1/alerts?teamId=${teamA}`,
    () => `/v1/alerts?q=${teamA}`,
    () => `/v1/alerts?status=OPEN&status=RESOLVED&severity=MEDIUM`,
    (item: Item) => `/v1/deliveries?integrationId=${item.integration.id}`,
    (item: Item) => `/v1/deliveries?alertId=${item.alertId}`,
    (item: Item) => `/v1/deliveries?replayOf=${item.deliveryId}`,
    () => `/v1/deliveries?teamId=${teamA}`,
    () => `/v1/integrations?teamId=${teamA}`,
    () => `/v1/api-keys?teamId=${teamA}`,
    () => `/v1/audit-events?teamId=${teamA}`,
    (item: Item) => `/v1/audit-events?targetId=${item.integration.id}`,
  ])("are in no list: %s", async (path) => {
    const { status, body } = await call<{ data: unknown[] }>("GET", path(ofA), { headers: outsider().headers });
    expect(status).toBe(200);
    expect(JSON.stringify(body.data)).not.toContain(teamA);
    if (!path(ofA).includes("status=")) expect(body.data).toEqual([]);
  });

  it("are in no count", async () => {
    const { body } = await call<{ total: { count: number } }>(
      "GET",
      `/v1/alerts/counts?integrationId=${ofA.integration.id}`,
      { headers: outsider().headers },
    );
    expect(body.total.count).toBe(0);
  });

  it("are moved by no bulk change", async () => {
    const { integration, alertId } = await fresh();
    for (const which of [{ ids: [alertId] }, { filter: { integrationId: integration.id } }]) {
      const { body } = await call<{ changed: number }>("POST", "/v1/alerts/bulk", {
        headers: { ...outsider().headers, "content-type": "application/json" },
        body: JSON.stringify({ ...which, status: "CLOSED" }),
      });
      expect(body.changed).toBe(0);
    }
    expect((await api("GET", `/v1/alerts/${alertId}`)).body.status).toBe("OPEN");
  });

  it("are not taken over by moving them", async () => {
    for (const caller of callers.filter(({ name }) => /observer here and admin|admin of another/.test(name))) {
      const reply = await call("PATCH", `/v1/integrations/${ofA.integration.id}`, {
        headers: { ...caller.headers, "content-type": "application/json" },
        body: JSON.stringify({ teamId: teamB }),
      });
      expect([403, 404]).toContain(reply.status);
    }
    const admin = callers.find(({ name }) => name === "an admin")!;
    for (const teamId of [teamB, null]) {
      const reply = await call("PATCH", `/v1/integrations/${ofA.integration.id}`, {
        headers: { ...admin.headers, "content-type": "application/json" },
        body: JSON.stringify({ teamId }),
      });
      expect(reply.status).toBe(400);
    }
  });
});

describe("the stream", () => {
  it("is opened by who may read alerts, and by nobody else", async () => {
    for (const caller of callers) {
      const worker = (exports as unknown as { default: Fetcher }).default;
      const reply = await worker.fetch("https://tocsin.test/v1/timeline/stream", { headers: caller.headers });
      await reply.body?.cancel();
      expect([caller.name, reply.status]).toEqual([caller.name, hasAnywhere(caller, "alerts:read") ? 200 : 403]);
    }
  });

  it("tells of no other team's changes", async () => {
    const start = await latestCursor(connect(env));
    await fresh();
    const theirs = await listTimeline(connect(env), [teamB], {}, start, 100);
    expect(theirs.changes).toEqual([]);
    expect((await listTimeline(connect(env), [teamA], {}, start, 100)).changes).toHaveLength(1);
  });
});

describe("a session's cookie", () => {
  it("changes nothing from another site's page", async () => {
    const admin = callers.find(({ name }) => name === "an admin")!;
    for (const origin of [undefined, "https://evil.test", "null", "https://tocsin.test.evil.test"]) {
      const reply = await call("PATCH", `/v1/integrations/${ofA.integration.id}`, {
        headers: { cookie: admin.headers.cookie ?? "", "content-type": "application/json", ...(origin && { origin }) },
        body: JSON.stringify({ name: "taken over" }),
      });
      expect(reply.status).toBe(403);
    }
  });

  it("is none without our signature", async () => {
    const admin = callers.find(({ name }) => name === "an admin")!;
    const [name, value = ""] = (admin.headers.cookie ?? "").split("=");
    for (const forged of [value.slice(0, 36), `${value.slice(0, -6)}AAAA%3D`, `x${value}`]) {
      expect((await call("GET", "/v1/alerts", { headers: { cookie: `${name}=${forged}` } })).status).toBe(401);
    }
  });
});
