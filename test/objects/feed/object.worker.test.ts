import { evictDurableObject, runDurableObjectAlarm } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { eq } from "drizzle-orm";
import { afterEach, describe, expect, it, vi } from "vitest";
import { connect } from "../../../src/db/client.ts";
import { apiKeys, sessions } from "../../../src/db/schema.ts";
import { latestCursor } from "../../../src/db/timeline.ts";
import { HOUR, MINUTE, SECOND } from "../../../src/lib/time.ts";
import { api, createIntegration, deliver, flushed } from "../../support/worker.ts";
import {
  callAs,
  createSignedInUser,
  createTeam,
  ORIGIN,
  PASSWORD,
  type SessionCaller,
  setPassword,
  setRole,
} from "../../api/users/fixtures.ts";
import { closeAll, LiveClient, ROOT_KEY, statusOf, upgrade } from "./live-client.ts";

const feed = () => env.FEED_OBJECTS.getByName("0");

afterEach(async () => {
  vi.restoreAllMocks();
  await closeAll();
});

const ENDED = 4401;

async function newKey(fields: object = {}): Promise<{ id: string; headers: Record<string, string> }> {
  const body = { name: "stream", scopes: ["alerts:read"], ...fields };
  const { id, key } = (await api<{ id: string; key: string }>("POST", "/v1/api-keys", body)).body;
  return { id, headers: { authorization: `Bearer ${key}` } };
}

/** Counts the requests to Postgres. */
function countQueries(): { count: number } {
  const counter = { count: 0 };
  const original = globalThis.fetch;
  vi.spyOn(globalThis, "fetch").mockImplementation((input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    if (url === env.NEON_ENDPOINT) counter.count++;
    return original(input, init);
  });
  return counter;
}

/** Lets the clock of the Worker and its objects run ahead. */
function advance(ms: number): void {
  const now = Date.now.bind(Date);
  vi.spyOn(Date, "now").mockImplementation(() => now() + ms);
}

describe("the Feed", () => {
  it("keeps its WebSockets and its position while it hibernates", async () => {
    const integration = await createIntegration();
    const client = await LiveClient.connect(`integrationId=${integration.id}`);
    await deliver(integration, { id: "a", title: "x" });
    await client.received("a");
    for (const key of ["b", "c"]) {
      await evictDurableObject(feed(), { webSockets: "hibernate" });
      await deliver(integration, { id: key, title: "x" });
      await client.received(key);
    }
    expect(client.alertKeys).toEqual(["a", "b", "c"]);
  });

  it("reads entries that were announced right before it lost its memory", async () => {
    const integration = await createIntegration();
    const client = await LiveClient.connect(`integrationId=${integration.id}`);
    await deliver(integration, { id: "a", title: "x" });
    await flushed(integration);
    await evictDurableObject(feed(), { webSockets: "hibernate" });
    await runDurableObjectAlarm(feed());
    await client.received("a");
    expect(client.alertKeys).toEqual(["a"]);
  });

  it("reads nothing from Postgres without listeners, or for a listener while nothing happens", async () => {
    const integration = await createIntegration();
    const first = await LiveClient.connect(`integrationId=${integration.id}`);
    await deliver(integration, { id: "a", title: "x" });
    await first.received("a");
    await flushed(integration);
    const { xid } = await latestCursor(connect(env));
    const queries = countQueries();
    await LiveClient.connect("");
    await LiveClient.connect(`cursor=${first.lastId}`);
    await evictDurableObject(feed(), { webSockets: "hibernate" });
    await runDurableObjectAlarm(feed());
    await closeAll();
    await feed().notify(String(xid));
    expect(queries.count).toBe(0);
  });

  it("reads once for many listeners", async () => {
    const integration = await createIntegration();
    const clients: LiveClient[] = [];
    for (let i = 0; i < 15; i++) clients.push(await LiveClient.connect(`integrationId=${integration.id}`));
    await deliver(integration, { id: "a", title: "x" });
    await clients[0]?.received("a");
    await flushed(integration);
    const { xid } = await latestCursor(connect(env));
    advance(10 * SECOND);
    const queries = countQueries();
    await feed().notify(String(xid - 1n));
    await Promise.all(clients.map((client) => client.received("a")));
    expect(queries.count).toBeLessThanOrEqual(1);
  });

  it("sends entries that are committed while a client joins", async () => {
    const integration = await createIntegration();
    await LiveClient.connect("query=nothing");
    let isDone = false;
    const keys: string[] = [];
    const load = (async () => {
      while (!isDone) {
        keys.push(`k${keys.length}`);
        await deliver(integration, { id: keys.at(-1), title: "x" });
        await flushed(integration);
      }
    })();
    const { body } = await api<{ nextCursor: string }>("GET", "/v1/timeline?cursor=now");
    const seen: string[] = [];
    let cursor = body.nextCursor;
    for (let i = 0; i < 5; i++) {
      const client = await LiveClient.connect(`integrationId=${integration.id}&cursor=${cursor}`);
      await vi.waitUntil(() => client.entries.length > 2, { timeout: 30_000 });
      seen.push(...client.alertKeys);
      cursor = client.lastId;
      client.close();
    }
    isDone = true;
    await load;
    const last = await LiveClient.connect(`integrationId=${integration.id}&cursor=${cursor}`);
    await vi.waitUntil(() => last.alertKeys.includes(keys.at(-1)!) || seen.includes(keys.at(-1)!), { timeout: 30_000 });
    seen.push(...last.alertKeys);
    const first = keys.indexOf(seen[0]!);
    expect(seen).toEqual(keys.slice(first));
  });

  it("sends a long backlog page by page, and then new entries", async () => {
    const integration = await createIntegration();
    const { body } = await api<{ nextCursor: string }>("GET", "/v1/timeline?cursor=now");
    const keys = Array.from({ length: 450 }, (_, i) => `k${i}`);
    await deliver(
      integration,
      keys.map((id) => ({ id, title: "x" })),
    );
    await flushed(integration);
    const client = await LiveClient.connect(`integrationId=${integration.id}&cursor=${body.nextCursor}`);
    await vi.waitUntil(() => client.entries.length === 450, { timeout: 30_000 });
    await deliver(integration, { id: "new", title: "x" });
    await client.received("new");
    expect(new Set(client.alertKeys).size).toBe(451);
    expect(client.events.filter(({ event }) => event === "more")).toHaveLength(2);
  });

  it("sends `reset` for a cursor of another database", async () => {
    const client = await LiveClient.connect("cursor=9000000000000000000.1.00000000-0000-0000-0000-000000000000");
    expect(client.events.map(({ event }) => event)).toEqual(["reset"]);
  });

  it("shows a member only the alerts of their teams", async () => {
    const [own, other] = [await createTeam(), await createTeam()];
    const user = await createSignedInUser();
    await setRole(own, user.id, "OBSERVER");
    const client = await LiveClient.connect("", { cookie: user.cookie, origin: ORIGIN });
    for (const [teamId, id] of [
      [other, "theirs"],
      [null, "nobody's"],
      [own, "own"],
    ] as const) {
      const integration = await createIntegration(teamId === null ? {} : { teamId });
      await deliver(integration, { id, title: "x" });
      await flushed(integration);
    }
    await client.received("own");
    expect(client.alertKeys).toEqual(["own"]);
  });

  it("allows 20 streams of an actor, of which those count that are open", async () => {
    const { headers } = await newKey();
    const clients: LiveClient[] = [];
    for (let i = 0; i < 20; i++) clients.push(await LiveClient.connect("", headers));
    const refused = await upgrade("", headers);
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "5"]);
    expect(await statusOf("", ROOT_KEY)).toBe(101);
    clients[0]?.close();
    await vi.waitUntil(async () => (await statusOf("", headers)) === 101, { timeout: 10_000 });
  });

  it("closes the socket of a client that no longer sends pings, instead of sending to it", async () => {
    const integration = await createIntegration();
    const silent = await LiveClient.connect(`integrationId=${integration.id}`);
    advance(2 * MINUTE);
    await deliver(integration, { id: "a", title: "x" });
    expect(await silent.closed()).toBe(4408);
    expect(silent.entries).toEqual([]);
  });

  it("answers no upgrade of a page of another origin", async () => {
    const { cookie } = await createSignedInUser({ isPlatformAdmin: true });
    for (const origin of [undefined, "https://evil.test", "null", "https://tocsin.test.evil.test"]) {
      expect(await statusOf("", { cookie, ...(origin && { origin }) })).toBe(403);
    }
    expect(await statusOf("", { cookie, origin: ORIGIN })).toBe(101);
    expect(await statusOf("", { origin: ORIGIN })).toBe(401);
  });

  it("rejects a filter that no attachment can hold", async () => {
    const label = (at: number) => `label=${encodeURIComponent(`l${at}=${"\u4e00".repeat(85)}`)}`;
    const long = Array.from({ length: 9 }, (_, at) => label(at)).join("&");
    expect([101, 400]).toContain(await statusOf(long, ROOT_KEY));
  });
});

describe("a stream ends at once", () => {
  const ways: Record<string, (user: { id: string; cookie: string }, teamId: string) => Promise<{ status: number }>> = {
    "when its user signs out": ({ cookie }) => callAs(cookie, "DELETE", "/v1/session"),
    "when its session is ended": async ({ id, cookie }) => {
      const { body } = await callAs<{ data: { id: string }[] }>(cookie, "GET", `/v1/users/${id}/sessions`);
      return api("DELETE", `/v1/users/${id}/sessions/${body.data[0]?.id}`);
    },
    "when all sessions are ended": ({ id }) => api("DELETE", `/v1/users/${id}/sessions`),
    "when its user is deleted": ({ id }) => api("DELETE", `/v1/users/${id}`),
    "when its user is removed from a team": ({ id }, teamId) => api("DELETE", `/v1/teams/${teamId}/members/${id}`),
    "when the role of its user changes": ({ id }, teamId) => setRole(teamId, id, "RESPONDER"),
    "when its user joins another team": async ({ id }) => setRole(await createTeam(), id, "OBSERVER"),
    "when its team is deleted": (_, teamId) => api("DELETE", `/v1/teams/${teamId}`),
    "when its user changes the password": ({ cookie }) =>
      callAs(cookie, "POST", "/v1/session/password", { currentPassword: PASSWORD, newPassword: `${PASSWORD}!` }),
    "when an admin's token sets the password": async ({ id }) => {
      const { body } = await api<{ setPasswordToken: string }>("POST", `/v1/users/${id}/password-token`);
      return setPassword(body.setPasswordToken, `${PASSWORD}!`);
    },
  };

  it.each(Object.entries(ways))("%s", async (_name, end) => {
    const teamId = await createTeam();
    const user = await createSignedInUser();
    await setRole(teamId, user.id, "OBSERVER");
    const client = await LiveClient.connect("", { cookie: user.cookie, origin: ORIGIN });
    const { status } = await end(user, teamId);
    expect(status).toBeLessThan(300);
    expect(await client.closed()).toBe(ENDED);
  });

  it("when its user is no platform admin any more", async () => {
    const user = await createSignedInUser({ isPlatformAdmin: true });
    const client = await LiveClient.connect("", { cookie: user.cookie, origin: ORIGIN });
    expect((await api("PATCH", `/v1/users/${user.id}`, { isPlatformAdmin: false })).status).toBe(200);
    expect(await client.closed()).toBe(ENDED);
  });

  it("when its key is revoked, and other isolates that still know the key open none", async () => {
    const { id, headers } = await newKey();
    const client = await LiveClient.connect("", headers);
    const other = await LiveClient.connect("");
    await feed().endAccess({ actors: [`api:${id}`] });
    expect(await client.closed()).toBe(ENDED);
    expect(await statusOf("", headers)).toBe(401);
    expect(other.closeCode).toBeNull();
  });

  it("while another session of the same user goes on", async () => {
    const user = await createSignedInUser();
    await setRole(await createTeam(), user.id, "OBSERVER");
    const other = await callAs<SessionCaller>(user.cookie, "GET", "/v1/session");
    expect(other.status).toBe(200);
    const client = await LiveClient.connect("", { cookie: user.cookie, origin: ORIGIN });
    await feed().endAccess({ sessionIds: [crypto.randomUUID()] });
    expect(await feed().listenerCount()).toBe(1);
    expect(client.closeCode).toBeNull();
  });

  it("at the expiry of its key, before anything more is sent to it", async () => {
    const integration = await createIntegration();
    const { headers } = await newKey({ expiresAt: new Date(Date.now() + MINUTE).toISOString() });
    const client = await LiveClient.connect(`integrationId=${integration.id}`, headers);
    advance(MINUTE + SECOND);
    await deliver(integration, { id: "a", title: "x" });
    expect(await client.closed()).toBe(ENDED);
    expect(client.entries).toEqual([]);
  });

  // The tests share the Feed, so each needs a later clock than the last check.
  it.each([
    ["a session", 5 * MINUTE],
    ["a key", 10 * MINUTE],
  ])("within a minute and before the next entry, if the Feed was not told that %s ended", async (what, laterMs) => {
    const integration = await createIntegration();
    const user = await createSignedInUser({ isPlatformAdmin: true });
    const key = await newKey();
    const headers = what === "a key" ? key.headers : { cookie: user.cookie, origin: ORIGIN };
    const client = await LiveClient.connect(`integrationId=${integration.id}`, headers);
    const db = connect(env);
    if (what === "a key") await db.update(apiKeys).set({ revokedAt: new Date() }).where(eq(apiKeys.id, key.id));
    else await db.delete(sessions).where(eq(sessions.userId, user.id));
    advance(laterMs);
    await deliver(integration, { id: "a", title: "x" });
    expect(await client.closed()).toBe(ENDED);
    expect(client.entries).toEqual([]);
  });

  it("at the expiry of its key, by the alarm", async () => {
    const { headers } = await newKey({ expiresAt: new Date(Date.now() + HOUR).toISOString() });
    const client = await LiveClient.connect("", headers);
    const other = await LiveClient.connect("");
    await evictDurableObject(feed(), { webSockets: "hibernate" });
    advance(HOUR + SECOND);
    expect(await runDurableObjectAlarm(feed())).toBe(true);
    expect(await client.closed()).toBe(ENDED);
    // It may be closed because it has sent no ping for an hour, if there is something to send.
    expect(other.closeCode).not.toBe(ENDED);
  });
});
