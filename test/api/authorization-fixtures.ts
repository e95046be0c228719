/** Two teams with an integration each, and callers with every role and every scope, for authorization.worker.test.ts. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { generateSignedCookie } from "hono/cookie";
import { inject } from "vitest";
import { connect } from "../../src/db/client.ts";
import { sessions, teamMembers, teams, users } from "../../src/db/schema.ts";
import { hashOf } from "../../src/lib/api-key.ts";
import { newId } from "../../src/lib/ids.ts";
import { type Role, roleScopes, type Scope, SCOPES, scopeSet } from "../../src/lib/principal.ts";
import { PARTITIONS } from "../../src/objects/integration/shards/partitions.ts";
import { testAttempt } from "./subscriptions/endpoint.ts";
import {
  api,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  objectOf,
  type TestIntegration,
} from "../support/worker.ts";

/** A caller's credentials, and their scopes in team A, in team B and on the whole platform. */
export interface Caller {
  name: string;
  headers: Record<string, string>;
  userId?: string;
  a: ReadonlySet<Scope>;
  b: ReadonlySet<Scope>;
  platform: ReadonlySet<Scope>;
  /** The scopes are only for one integration: `world.a.integration` of team A, or another one, as if of team B. */
  isLimited?: true;
}

/** The resources of one team. */
interface TeamItems {
  integration: TestIntegration;
  alertId: string;
  deliveryId: string;
  keyId: string;
}

const NO_SCOPES: ReadonlySet<Scope> = new Set();
const ALL_SCOPES: ReadonlySet<Scope> = new Set(SCOPES);

/** Set by `setUp`. Everything but `teamB` belongs to team A; `scratch` is for alerts that a test opens. */
export const world = {
  teamA: "",
  teamB: "",
  a: {} as TeamItems,
  scratch: {} as TestIntegration,
  quarantinedRow: 0,
  subscriptionId: "",
  silenceId: "",
  deadLetterId: "",
  attemptId: "",
  memberId: "",
  session: { userId: "", sessionId: "" },
  callers: [] as Caller[],
};

export async function setUp(): Promise<void> {
  world.teamA = await newTeam("A");
  world.teamB = await newTeam("B");
  world.a = await newTeamItems(world.teamA);
  world.scratch = await createIntegration({ teamId: world.teamA });
  world.quarantinedRow = await newQuarantinedRow();
  world.subscriptionId = await newSubscription();
  world.silenceId = await newSilence();
  world.deadLetterId = await newDeadLetter();
  world.attemptId = await newAttempt();
  world.memberId = await newMember();
  world.session = await newSession();
  await newTeamItems(world.teamB);
  const { teamA, teamB } = world;
  world.callers = [
    await signedIn("an observer", [{ teamId: teamA, role: "OBSERVER" }]),
    await signedIn("a responder", [{ teamId: teamA, role: "RESPONDER" }]),
    await signedIn("an admin of another team", [{ teamId: teamB, role: "ADMIN" }]),
    await signedIn("an admin", [{ teamId: teamA, role: "ADMIN" }]),
    await signedIn("an observer here and admin of another team", [
      { teamId: teamA, role: "OBSERVER" },
      { teamId: teamB, role: "ADMIN" },
    ]),
    await signedIn("a user without a team", []),
    await signedIn("a platform admin", [], true),
    {
      name: "the root key",
      headers: { authorization: `Bearer ${env.ROOT_API_KEY}` },
      a: NO_SCOPES,
      b: NO_SCOPES,
      platform: ALL_SCOPES,
    },
  ];
  for (const scope of SCOPES) world.callers.push(await withKey(scope, teamA), await withKey(scope, null));
  for (const scope of SCOPES.filter((one) => one !== "admin" && !one.startsWith("subscriptions:"))) {
    world.callers.push(await withLimitedKey(scope, world.a.integration), await withLimitedKey(scope, world.scratch));
  }
}

export function callerNamed(name: string): Caller {
  const caller = world.callers.find((candidate) => candidate.name === name);
  if (!caller) throw new Error(`no caller is ${name}`);
  return caller;
}

async function signedIn(
  name: string,
  memberships: { teamId: string; role: Role }[],
  isPlatformAdmin = false,
): Promise<Caller> {
  const db = connect(env);
  const [userId, token] = [newId(), crypto.randomUUID()];
  const session = { userId, tokenHash: await hashOf(token), expiresAt: new Date(Date.now() + 3_600_000) };
  await db.insert(users).values({ id: userId, email: `${userId}@x.test`, name, isPlatformAdmin });
  await db.insert(sessions).values({ ...session, id: newId() });
  for (const { teamId, role } of memberships) await db.insert(teamMembers).values({ teamId, userId, role });
  const cookie = await generateSignedCookie("tocsin.session_token", token, env.AUTH_SECRET, { prefix: "host" });
  const scopesIn = (teamId: string) => {
    const membership = memberships.find((candidate) => candidate.teamId === teamId);
    return membership ? roleScopes(membership.role) : NO_SCOPES;
  };
  return {
    name,
    userId,
    headers: { cookie: cookie.split(";")[0] ?? "", origin: "https://tocsin.test" },
    a: scopesIn(world.teamA),
    b: scopesIn(world.teamB),
    platform: isPlatformAdmin ? ALL_SCOPES : NO_SCOPES,
  };
}

async function withKey(scope: Scope, teamId: string | null): Promise<Caller> {
  const { body } = await api<{ key: string }>("POST", "/v1/api-keys", { name: "test", teamId, scopes: [scope] });
  const scopes = scopeSet([scope]);
  return {
    name: `a key with ${scope} ${teamId === null ? "on the platform" : "in the team"}`,
    headers: { authorization: `Bearer ${body.key}` },
    a: teamId === null ? NO_SCOPES : scopes,
    b: NO_SCOPES,
    platform: teamId === null ? scopes : NO_SCOPES,
  };
}

async function withLimitedKey(scope: Scope, integration: TestIntegration): Promise<Caller> {
  const request = { name: "test", integrationId: integration.id, scopes: [scope] };
  const { body } = await api<{ key: string }>("POST", "/v1/api-keys", request);
  const isOfA = integration === world.a.integration;
  return {
    name: `a key with ${scope} for ${isOfA ? "the integration" : "another integration of the team"}`,
    headers: { authorization: `Bearer ${body.key}` },
    a: isOfA ? scopeSet([scope]) : NO_SCOPES,
    b: isOfA ? NO_SCOPES : scopeSet([scope]),
    platform: NO_SCOPES,
    isLimited: true,
  };
}

async function newTeam(name: string): Promise<string> {
  const id = newId();
  await connect(env).insert(teams).values({ id, name });
  return id;
}

async function newTeamItems(teamId: string): Promise<TeamItems> {
  const integration = await createIntegration({ teamId, name: `of ${teamId}` });
  const alertId = await newAlert(integration);
  const [delivery] = await deliveriesOf(integration);
  return { integration, alertId, deliveryId: delivery?.id ?? "", keyId: await newApiKey(teamId) };
}

/** Opens an alert, waits until Postgres has it, and returns its id. */
export async function newAlert(integration = world.scratch): Promise<string> {
  const { body } = await deliver(integration, { title: crypto.randomUUID() });
  await flushed(integration);
  return body.alerts[0]?.id ?? "";
}

export const newApiKey = async (teamId: string): Promise<string> =>
  (await api<{ id: string }>("POST", "/v1/api-keys", { name: "x", teamId, scopes: ["alerts:read"] })).body.id;

/** The fields of a subscription whose filter matches nothing. */
export const idleSubscription = () => ({
  name: "x",
  // A URL has few subscriptions.
  url: `${inject("subscriberUrl")}/authorization/${crypto.randomUUID()}`,
  filter: { integrationId: crypto.randomUUID() },
});

/** The fields of a silence that mutes no alert. */
export const idleSilence = () => ({
  matchers: [{ name: "service", value: crypto.randomUUID() }],
  endsAt: new Date(Date.now() + 3_600_000).toISOString(),
  comment: "x",
});

export const newSilence = async (): Promise<string> =>
  (await api<{ id: string }>("POST", "/v1/silences", { ...idleSilence(), teamId: world.teamA })).body.id;

export const newSubscription = async (): Promise<string> =>
  (await api<{ id: string }>("POST", "/v1/subscriptions", { ...idleSubscription(), teamId: world.teamA })).body.id;

/** Adds an attempt to team A's subscription and returns its id. */
async function newAttempt(): Promise<string> {
  const attempt = testAttempt("Connection failed");
  const target = { url: idleSubscription().url, preset: null, credentials: null };
  await env.SUBSCRIPTIONS.getByName(world.subscriptionId).recordAttempt(attempt, target);
  return attempt.id;
}

/** Adds a dead letter to team A's subscription and returns its id. */
export async function newDeadLetter(): Promise<string> {
  const id = newId();
  await runInDurableObject(env.SUBSCRIPTIONS.getByName(world.subscriptionId), (_, { storage }) => {
    const givenUpAt = Date.now();
    storage.sql.exec(
      "INSERT INTO dead_letters VALUES (?, ?, 'CREATED', 0, 1, 'refused', ?, '{}')",
      id,
      newId(),
      givenUpAt,
    );
  });
  return id;
}

let lastRow = 1_000_000;

/** Adds a row to the quarantine of team A's integration and returns its number in the API. */
export async function newQuarantinedRow(): Promise<number> {
  const row = ++lastRow;
  await runInDurableObject(objectOf(world.a.integration), (_, { storage }) => {
    storage.sql.exec("INSERT INTO quarantine VALUES (?, 0, 0, 0, 0, 'refused', '{}', NULL)", row);
  });
  return row * PARTITIONS;
}

/** Adds an OBSERVER to team A and returns the user's id. */
export const newMember = async (): Promise<string> =>
  (await signedIn("a member", [{ teamId: world.teamA, role: "OBSERVER" }])).userId ?? "";

export async function newSession(): Promise<{ userId: string; sessionId: string }> {
  const userId = await newMember();
  const [row] = await connect(env).select().from(sessions).where(eq(sessions.userId, userId));
  return { userId, sessionId: row?.id ?? "" };
}
