import { evictDurableObject, listDurableObjectIds, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { wakeSubscriptions } from "../../../src/api/subscriptions/wake.ts";
import { connect } from "../../../src/db/client.ts";
import { teams } from "../../../src/db/schema.ts";
import { newId } from "../../../src/lib/ids.ts";
import { openSecretBox } from "../../../src/lib/secret-box.ts";
import type { Heard } from "../../../scripts/lib/subscriber.ts";
import {
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  deliverWithToken,
  flushed,
  type TestIntegration,
  until,
} from "../../support/worker.ts";

interface Subscription {
  id: string;
  secret: string;
  version: number;
}

interface Detail extends Subscription {
  delivery: {
    isDown: boolean;
    waiting: number;
    oldestWaitingAt: string | null;
    deadLetters: number;
    lastDeliveredAt: string | null;
    lastError: string | null;
    nextAttemptAt: string | null;
  };
}

interface Told {
  type: string;
  timestamp: string;
  data: {
    id: string;
    type: string;
    alertId: string;
    version: number;
    status: string;
    severity: string;
    alert: { id: string; integrationId: string; alertKey: string; title: string };
  };
}

/** A subscriber at a path of its own. */
class Subscriber {
  readonly url = `${inject("subscriberUrl")}/${crypto.randomUUID()}`;

  async heard(): Promise<Heard[]> {
    return (await fetch(this.url)).json();
  }

  /** What it was told, and took, in order. */
  async told(): Promise<Told[]> {
    const taken = (await this.heard()).filter(({ status }) => status >= 200 && status < 300);
    return taken.map(({ body }) => JSON.parse(body) as Told);
  }

  async answers(answer: { status: number; headers?: Record<string, string> } | null): Promise<void> {
    await fetch(this.url, { method: "PUT", body: JSON.stringify(answer) });
  }

  /** Waits until it took so many messages, and gives them. */
  toldAll = (count: number): Promise<Told[]> =>
    until(async () => {
      const told = await this.told();
      return told.length >= count && told;
    });

  async subscribe(settings: Record<string, unknown> = {}): Promise<Subscription> {
    const reply = await api<Subscription>("POST", "/v1/subscriptions", { name: "pager", url: this.url, ...settings });
    if (reply.status !== 201) throw new Error(`subscribe: ${reply.status} ${JSON.stringify(reply.body)}`);
    return reply.body;
  }
}

const objectOf = ({ id }: Subscription) => env.SUBSCRIPTIONS.getByName(id);

/** What is about this integration: other tests' alerts are nobody's here. */
const only = ({ id }: TestIntegration, filter: Record<string, unknown> = {}) => ({
  filter: { integrationId: id, ...filter },
});

const detailOf = async ({ id }: Subscription) => (await api<Detail>("GET", `/v1/subscriptions/${id}`)).body.delivery;

const newTeam = async () => {
  const id = newId();
  await connect(env).insert(teams).values({ id, name: "team" });
  return id;
};

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("a subscriber", () => {
  it("is told of every change, those of an alert in order, with a signature that the reference library verifies", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    const { secret } = await subscriber.subscribe(only(integration));
    for (const [index, status] of ["firing", "firing", "ack", "resolved"].entries()) {
      for (const id of ["a", "b"]) await deliver(integration, { id, title: `${index}`, status, severity: "high" });
    }
    await subscriber.toldAll(8);
    const heard = await subscriber.heard();
    const told = heard.map(({ headers, body }) => new Webhook(secret).verify(body, headers) as Told);
    for (const key of ["a", "b"]) {
      const ofAlert = told.filter(({ data }) => data.alert.alertKey === key);
      expect(ofAlert.map(({ type, data }) => [type, data.version, data.status, data.severity])).toEqual([
        ["alert.created", 1, "OPEN", "HIGH"],
        ["alert.repeated", 2, "OPEN", "HIGH"],
        ["alert.acknowledged", 3, "ACKNOWLEDGED", "HIGH"],
        ["alert.resolved", 4, "RESOLVED", "HIGH"],
      ]);
    }
    for (const [index, { headers }] of heard.entries()) {
      expect([headers["webhook-id"], headers["content-type"]]).toEqual([told[index]?.data.id, "application/json"]);
    }
  });

  it("is told what GET /v1/timeline tells", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    await subscriber.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "T", labels: { service: "checkout" } });
    const [told] = await subscriber.toldAll(1);
    const feed = await api<{ data: unknown[] }>("GET", `/v1/timeline?integrationId=${integration.id}`);
    expect(feed.body.data).toEqual([told?.data]);
  });

  it("is told of changes by hand, too", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    await subscriber.subscribe(only(integration, { type: ["ACKNOWLEDGED"] }));
    const { body } = await deliver(integration, { id: "a", title: "T" });
    await flushed(integration);
    await api("PATCH", `/v1/alerts/${body.alerts[0]?.id}`, { status: "ACKNOWLEDGED", note: "On it." });
    const [told] = await subscriber.toldAll(1);
    expect(told?.data).toMatchObject({ type: "ACKNOWLEDGED", actor: "api:root", note: "On it." });
  });

  it.each([
    ["a severity", { severity: ["CRITICAL"] }, ["critical 1", "critical 2"]],
    // Raised to critical and ended at once: it was open, and it is not any more.
    ["a status", { status: ["RESOLVED"] }, ["critical 2", "low 2"]],
    ["a status that is left", { status: ["OPEN"] }, ["critical 1", "critical 2", "low 1", "low 2"]],
    ["what happened", { type: ["CREATED"] }, ["critical 1", "low 1"]],
    ["a label", { labels: { service: "low" } }, ["low 1", "low 2"]],
    ["several of them", { labels: { service: "low" }, type: ["CREATED"], severity: ["LOW", "INFO"] }, ["low 1"]],
  ])("hears only of %s that it asks for, by what the alert was then", async (_, filter, expected) => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    const end = await createIntegration();
    // What happens while nobody can be told is not judged by what became of it since.
    await subscriber.answers({ status: 503 });
    await subscriber.subscribe(only(integration, filter));
    for (const status of ["firing", "resolved"]) {
      for (const severity of ["critical", "low"]) {
        await deliver(integration, { id: severity, title: "T", status, severity, labels: { service: severity } });
      }
    }
    await Promise.all([flushed(integration), flushed(end)]);
    await subscriber.answers({ status: 204 });
    const told = await until(async () => {
      await runPending();
      const all = await subscriber.told();
      return all.length >= expected.length && all;
    });
    expect(told.map(({ data }) => `${data.alert.alertKey} ${data.version}`).toSorted()).toEqual(expected);
  });

  /** What failed is tried again at once. */
  async function runPending(): Promise<void> {
    for (const id of await listDurableObjectIds(env.SUBSCRIPTIONS)) {
      const stub = env.SUBSCRIPTIONS.get(id);
      await runInDurableObject(stub, (_, { storage }) => {
        const [table] = storage.sql.exec("SELECT 1 FROM sqlite_master WHERE name = 'waiting'");
        if (table) storage.sql.exec("UPDATE waiting SET next_attempt_at = 0");
      });
    }
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 3_600_000 });
    await wakeSubscriptions(env);
  }

  it("of a team hears of nobody else's alerts", async () => {
    const [ours, theirs, everybodys] = [new Subscriber(), new Subscriber(), new Subscriber()];
    const [teamA, teamB] = [await newTeam(), await newTeam()];
    const ofA = await createIntegration({ teamId: teamA });
    const ofB = await createIntegration({ teamId: teamB });
    await ours.subscribe({ teamId: teamA });
    await theirs.subscribe({ teamId: teamB });
    await everybodys.subscribe({ teamId: null, filter: { labels: { test: ofA.id } } });
    for (const integration of [ofA, ofB]) await deliver(integration, { id: "k", title: "T", labels: { test: ofA.id } });
    await everybodys.toldAll(2);
    expect((await ours.toldAll(1)).map(({ data }) => data.alert.integrationId)).toEqual([ofA.id]);
    expect((await theirs.toldAll(1)).map(({ data }) => data.alert.integrationId)).toEqual([ofB.id]);
  });

  it("that was not woken hears of it when the cron runs", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    const { id } = await subscriber.subscribe(only(integration));
    const { $client: sql } = connect(env);
    // Whoever writes changes does not find it, and so does not wake it.
    await sql.query("update subscriptions set is_enabled = false where id = $1", [id]);
    await deliver(integration, { id: "a", title: "T" });
    await flushed(integration);
    await sql.query("update subscriptions set is_enabled = true where id = $1", [id]);
    await wakeSubscriptions(env);
    expect(await subscriber.toldAll(1)).toHaveLength(1);
  });

  it("is told once it is enabled, or no more once it is deleted, though its object did not hear of that", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    const subscription = await subscriber.subscribe(only(integration));
    await api("PATCH", `/v1/subscriptions/${subscription.id}`, { isEnabled: false });
    const { $client: sql } = connect(env);
    await sql.query("update subscriptions set is_enabled = true where id = $1", [subscription.id]);
    await deliver(integration, { id: "a", title: "T" });
    expect(await subscriber.toldAll(1)).toHaveLength(1);
    await subscriber.answers({ status: 500 });
    await deliver(integration, { id: "b", title: "T" });
    await until(async () => (await detailOf(subscription)).waiting === 1);
    await sql.query("delete from subscriptions where id = $1", [subscription.id]);
    await runInDurableObject(objectOf(subscription), (_, { storage }) => {
      // As many wait as may: no changes are read.
      storage.sql
        .exec(`INSERT INTO waiting (id, alert_id, type, recorded_at, deadline_at, attempts, next_attempt_at, body)
        WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 10000)
        SELECT 'm' || n, 'a' || n, 'CREATED', 0, 9e15, 1, 0, '{}' FROM n`);
    });
    await evictDurableObject(objectOf(subscription));
    const before = (await subscriber.heard()).length;
    await runDurableObjectAlarm(objectOf(subscription));
    expect((await subscriber.heard()).length).toBe(before);
    const tables = await runInDurableObject(objectOf(subscription), (_, { storage }) => [
      ...storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('waiting', 'meta')"),
    ]);
    expect(tables).toEqual([]);
  });

  /** Holds the next answer of Postgres back to a query with these texts, and says whether it has come. */
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

  it("is told of all that its filter lets through from the moment on when that is changed", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    const { id } = await subscriber.subscribe(only(integration, { severity: ["CRITICAL"] }));
    const horizon = holdAnswer("pg_snapshot_xmin", id);
    await until(async () => {
      await env.SUBSCRIPTIONS.getByName(id).wake("0");
      return horizon.isHeld();
    });
    await api("PATCH", `/v1/subscriptions/${id}`, only(integration, { severity: ["LOW"] }));
    await deliver(integration, { id: "a", title: "T", severity: "low" });
    await flushed(integration);
    horizon.release();
    expect(await subscriber.toldAll(1)).toHaveLength(1);
  });

  it("is told while another one's object does not answer", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    const stuck = await new Subscriber().subscribe(only(integration));
    await subscriber.subscribe(only(integration));
    await runInDurableObject(objectOf(stuck), (_, { storage }) => storage.deleteAll());
    await evictDurableObject(objectOf(stuck));
    // An object that knows nothing asks Postgres, and gets no answer.
    const answer = holdAnswer("subscriptions", stuck.id);
    await deliver(integration, { id: "a", title: "T" });
    await subscriber.toldAll(1);
    await until(() => Promise.resolve(answer.isHeld()));
    await deliver(integration, { id: "b", title: "T" });
    expect(await subscriber.toldAll(2)).toHaveLength(2);
    answer.release();
  });

  it("goes by the latest settings, in whatever order its object hears of them", async () => {
    const [subscriber, elsewhere, integration] = [new Subscriber(), new Subscriber(), await createIntegration()];
    const { id } = await subscriber.subscribe(only(integration));
    const older = holdAnswer("subscriptions", id);
    const refreshed = env.SUBSCRIPTIONS.getByName(id).refresh();
    await until(() => Promise.resolve(older.isHeld()));
    await api("PATCH", `/v1/subscriptions/${id}`, { url: elsewhere.url });
    older.release();
    await refreshed;
    await deliver(integration, { id: "a", title: "T" });
    expect(await elsewhere.toldAll(1)).toHaveLength(1);
    expect(await subscriber.heard()).toEqual([]);
  });

  it("begins behind the place that it names, or with what happens from then on", async () => {
    const [early, late, integration] = [new Subscriber(), new Subscriber(), await createIntegration()];
    await deliver(integration, { id: "a", title: "T" });
    await flushed(integration);
    await early.subscribe({ ...only(integration), after: "0.0.00000000-0000-0000-0000-000000000000" });
    await late.subscribe(only(integration));
    await deliver(integration, { id: "b", title: "T" });
    await early.toldAll(2);
    expect((await late.toldAll(1)).map(({ data }) => data.alert.alertKey)).toEqual(["b"]);
  });

  it("that is disabled hears nothing, and everything once it is enabled again", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    const { id } = await subscriber.subscribe(only(integration));
    await api("PATCH", `/v1/subscriptions/${id}`, { isEnabled: false });
    await deliver(integration, { id: "a", title: "T" });
    await flushed(integration);
    await wakeSubscriptions(env);
    expect(await subscriber.heard()).toEqual([]);
    await api("PATCH", `/v1/subscriptions/${id}`, { isEnabled: true });
    expect(await subscriber.toldAll(1)).toHaveLength(1);
  });

  it("gets its messages at another URL from the moment on when that is set", async () => {
    const [before, after, integration] = [new Subscriber(), new Subscriber(), await createIntegration()];
    const { id } = await before.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "T" });
    await before.toldAll(1);
    await api("PATCH", `/v1/subscriptions/${id}`, { url: after.url });
    await deliver(integration, { id: "b", title: "T" });
    await after.toldAll(1);
    expect(await before.heard()).toHaveLength(1);
  });

  it("is sent every signature that is good while its secret changes", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    const { id, secret } = await subscriber.subscribe(only(integration));
    const rotated = await api<Subscription>("POST", `/v1/subscriptions/${id}/rotate-secret`, { overlapMinutes: 60 });
    await deliver(integration, { id: "a", title: "T" });
    await subscriber.toldAll(1);
    const [first] = await subscriber.heard();
    for (const one of [secret, rotated.body.secret]) new Webhook(one).verify(first?.body ?? "", first?.headers ?? {});
    await api("POST", `/v1/subscriptions/${id}/rotate-secret`, { overlapMinutes: 0 });
    await deliver(integration, { id: "b", title: "T" });
    await subscriber.toldAll(2);
    const [, second] = await subscriber.heard();
    for (const one of [secret, rotated.body.secret]) {
      expect(() => new Webhook(one).verify(second?.body ?? "", second?.headers ?? {})).toThrow();
    }
  });

  it("that was deleted leaves nothing behind", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    const subscription = await subscriber.subscribe(only(integration));
    await subscriber.answers({ status: 500 });
    await deliver(integration, { id: "a", title: "T" });
    await until(async () => (await detailOf(subscription)).waiting === 1);
    expect((await api("DELETE", `/v1/subscriptions/${subscription.id}`)).status).toBe(204);
    expect((await api("GET", `/v1/subscriptions/${subscription.id}`)).status).toBe(404);
    const tables = await runInDurableObject(objectOf(subscription), (_, { storage }) => [
      ...storage.sql.exec("SELECT name FROM sqlite_master WHERE name IN ('waiting', 'meta')"),
    ]);
    expect(tables).toEqual([]);
  });
});

describe("a message that fails", () => {
  it("is tried again, then given up, listed, looked at, sent once more and forgotten", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    await subscriber.answers({ status: 422 });
    const subscription = await subscriber.subscribe(only(integration));
    const path = `/v1/subscriptions/${subscription.id}/dead-letters`;
    await deliver(integration, { id: "a", title: "Given up" });
    const waiting = await until(async () => {
      const detail = await detailOf(subscription);
      return detail.waiting === 1 && detail;
    });
    expect(waiting).toMatchObject({
      isDown: false,
      lastError: "it answered 422",
      deadLetters: 0,
      lastDeliveredAt: null,
    });
    expect([waiting.oldestWaitingAt, waiting.nextAttemptAt]).not.toContain(null);

    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 25 * 3_600_000 });
    await runDurableObjectAlarm(objectOf(subscription));
    const list = await api<{ data: { messageId: string }[] }>("GET", path);
    expect(list.body.data).toMatchObject([{ type: "CREATED", attempts: 2, error: "it answered 422" }]);
    const messageId = list.body.data[0]?.messageId ?? "";
    const letter = await api<{ body: Told }>("GET", `${path}/${messageId}`);
    expect(letter.body.body).toMatchObject({ type: "alert.created", data: { alert: { title: "Given up" } } });

    await subscriber.answers({ status: 200 });
    expect((await api("POST", `${path}/resend`, {})).body).toEqual({ resent: 1 });
    await subscriber.toldAll(1);
    const ids = (await subscriber.heard()).map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids)).toEqual(new Set([messageId]));
    expect((await api<{ data: unknown[] }>("GET", path)).body.data).toEqual([]);
    expect((await api("DELETE", `${path}/${messageId}`)).status).toBe(404);
    expect((await api("GET", `${path}/${messageId}`)).status).toBe(404);
  });

  it("tells no more of what went wrong than that: no URL, no body", async () => {
    const [subscriber, integration] = [new Subscriber(), await createIntegration()];
    await subscriber.answers(null);
    const subscription = await subscriber.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "T" });
    const { lastError } = await until(async () => {
      const detail = await detailOf(subscription);
      return detail.waiting === 1 && detail;
    });
    expect(lastError).toBe("it could not be reached");
  });

  it("is not sent elsewhere because the answer says so", async () => {
    const [subscriber, elsewhere, integration] = [new Subscriber(), new Subscriber(), await createIntegration()];
    await subscriber.answers({ status: 307, headers: { location: elsewhere.url } });
    const subscription = await subscriber.subscribe(only(integration));
    await deliver(integration, { id: "a", title: "T" });
    await until(async () => (await detailOf(subscription)).lastError === "it answered 307");
    expect(await elsewhere.heard()).toEqual([]);
  });
});

describe("a message whose former secret nobody can read any more", () => {
  it("is signed by the present one", async () => {
    const subscriber = new Subscriber();
    const { id } = await subscriber.subscribe({ filter: { labels: { none: "such" } } });
    const { body } = await api<Subscription>("POST", `/v1/subscriptions/${id}/rotate-secret`, { overlapMinutes: 60 });
    const { $client: sql } = connect(env);
    await sql.query("update subscriptions set previous_secret_key_id = 'gone' where id = $1", [id]);
    expect((await api("POST", `/v1/subscriptions/${id}/test`)).body).toMatchObject({ isDelivered: true });
    const [heard] = await subscriber.heard();
    new Webhook(body.secret).verify(heard?.body ?? "", heard?.headers ?? {});
    await sql.query("update subscriptions set secret_key_id = 'gone' where id = $1", [id]);
    expect((await api("POST", `/v1/subscriptions/${id}/test`)).body).toMatchObject({
      isDelivered: false,
      error: "it could not be signed",
    });
    expect(await subscriber.heard()).toHaveLength(1);
    await api("DELETE", `/v1/subscriptions/${id}`);
  });
});

describe("a message that comes back to an integration of this Tocsin", () => {
  it("is refused, and recorded", async () => {
    const [subscriber, integration] = [
      new Subscriber(),
      await createIntegration({ verification: { scheme: "token" } }),
    ];
    const { id } = await subscriber.subscribe({ filter: { labels: { none: "such" } } });
    await api("POST", `/v1/subscriptions/${id}/test`);
    const [heard] = await subscriber.heard();
    const back = (mark: Record<string, string>) => deliverWithToken(integration, heard?.body, mark);
    expect((await back({ "tocsin-origin": heard?.headers["tocsin-origin"] ?? "" })).status).toBe(403);
    expect((await back({ "tocsin-origin": "another" })).status).toBe(202);
    const [, refused] = await deliveriesOf(integration);
    expect(refused).toMatchObject({ status: "REJECTED", statusCode: 403, alertId: null });
  });
});

describe("a test message", () => {
  it("is signed, and its fate is told", async () => {
    const subscriber = new Subscriber();
    const { id, secret } = await subscriber.subscribe({ filter: { labels: { none: "such" } } });
    const tested = await api<{ messageId: string }>("POST", `/v1/subscriptions/${id}/test`);
    expect(tested.body).toMatchObject({ isDelivered: true, statusCode: 204, error: null });
    const [heard] = await subscriber.heard();
    expect(new Webhook(secret).verify(heard?.body ?? "", heard?.headers ?? {})).toMatchObject({
      type: "subscription.test",
    });
    expect(heard?.headers["webhook-id"]).toBe(tested.body.messageId);
    await subscriber.answers({ status: 500 });
    const failed = await api("POST", `/v1/subscriptions/${id}/test`);
    expect(failed.body).toMatchObject({ isDelivered: false, statusCode: 500, error: "it answered 500" });
  });
});

describe("a subscription", () => {
  it.each([
    [{ name: "x" }, "/url"],
    [{ name: "x", url: "ftp://subscriber.test" }, "/url"],
    [{ name: "x", url: "https://user:password@subscriber.test" }, "/url"],
    [{ name: "x", url: "https://tocsin.test/in/1" }, "/url"],
    [{ name: "x", url: "nowhere" }, "/url"],
    [{ name: "", url: "https://subscriber.test" }, "/name"],
    [{ name: "x", url: "https://subscriber.test", filter: { severity: ["LOUD"] } }, "/filter/severity/0"],
    [{ name: "x", url: "https://subscriber.test", filter: { wrong: 1 } }, "/filter"],
    [{ name: "x", url: "https://subscriber.test", after: "soon" }, "/after"],
    [{ name: "x", url: "https://subscriber.test", teamId: crypto.randomUUID() }, "/teamId"],
  ])("is refused with what is wrong: %o", async (body, pointer) => {
    const reply = await api<{ errors: { pointer: string }[] }>("POST", "/v1/subscriptions", body);
    expect(reply.status).toBe(400);
    expect(reply.body.errors.map((error) => error.pointer)).toEqual([pointer]);
  });

  it("is changed by whoever saw its present version alone", async () => {
    const { id } = await new Subscriber().subscribe({ filter: { labels: { none: "such" } } });
    const change = (etag: string) =>
      call("PATCH", `/v1/subscriptions/${id}`, {
        headers: { authorization: `Bearer ${env.ROOT_API_KEY}`, "content-type": "application/json", "if-match": etag },
        body: JSON.stringify({ name: "renamed" }),
      });
    expect([(await change('"1"')).status, (await change('"1"')).status]).toEqual([200, 412]);
    const acts = await api<{ data: { action: string }[] }>("GET", `/v1/audit-events?targetId=${id}`);
    expect(acts.body.data.map(({ action }) => action)).toEqual(["subscription.change", "subscription.create"]);
  });

  it("keeps its team from being deleted", async () => {
    const teamId = await newTeam();
    const { id } = await new Subscriber().subscribe({ teamId });
    expect((await api("DELETE", `/v1/teams/${teamId}`)).status).toBe(409);
    await api("DELETE", `/v1/subscriptions/${id}`);
    expect((await api("DELETE", `/v1/teams/${teamId}`)).status).toBe(204);
  });

  it("has its secret nowhere in the clear, and under the present key once that changed", async () => {
    const subscriber = new Subscriber();
    const { id, secret } = await subscriber.subscribe({ filter: { labels: { none: "such" } } });
    const old = await (await openSecretBox(env.ENCRYPTION_KEYS.split(",").toReversed().join(","))).encrypt(secret, id);
    const { $client: sql } = connect(env);
    await sql.query("update subscriptions set secret_ciphertext = $1, secret_key_id = $2 where id = $3", [
      old.ciphertext,
      old.keyId,
      id,
    ]);
    expect((await api("POST", "/v1/integrations/reencrypt", {})).body).toMatchObject({ failed: [] });
    const [row] = await sql.query("select * from subscriptions where id = $1", [id]);
    expect(row).toMatchObject({ secret_key_id: "test" });
    expect(JSON.stringify(row)).not.toContain(secret.slice(6, 20));
    await api("POST", `/v1/subscriptions/${id}/test`);
    const [heard] = await subscriber.heard();
    new Webhook(secret).verify(heard?.body ?? "", heard?.headers ?? {});
  });
});
