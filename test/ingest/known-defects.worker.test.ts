/** Defects that were found in other alert receivers. Each test shows that Tocsin does not have one of them. */
import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { standInForAmazon } from "../support/sns.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  deliverWithToken,
  ingestPath,
  objectOf,
  withDatabase,
} from "../support/worker.ts";

const outcomes = (reply: { body: { alerts: { outcome: string }[] } }) =>
  reply.body.alerts.map(({ outcome }) => outcome);
const key = (value: string) => ({ "idempotency-key": value });

describe("Tocsin", () => {
  it("1: accepts the retry of a delivery that failed", async () => {
    const integration = await createIntegration();
    expect((await deliver(integration, "{broken", key("k"))).status).toBe(400);
    expect((await deliver({ ...integration, secret: "wrong" }, { title: "x" }, key("k"))).status).toBe(401);
    expect((await deliver(integration, { title: "x" }, key("k"))).status).toBe(202);
  });

  it("2: keeps an accepted delivery while the database is down and the object is evicted", async () => {
    const integration = await createIntegration();
    await withDatabase("down", async () => {
      expect((await deliver(integration, { title: "x" }, key("k"))).status).toBe(202);
      expect((await deliver(integration, { title: "x" }, key("k"))).status).toBe(200);
      await evictDurableObject(objectOf(integration));
    });
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toHaveLength(1);
  });

  it("3: resolves an alert, although the recovery resembles the alert", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "k", title: "CPU", status: "alert" });
    expect(outcomes(await deliver(integration, { id: "k", title: "CPU", status: "ok" }))).toEqual(["resolved"]);
  });

  it("4: distinguishes bodies without any known field", async () => {
    const integration = await createIntegration();
    await deliver(integration, { foo: 1 });
    expect((await deliver(integration, { foo: 2 })).status).toBe(202);
    expect((await deliver(integration, { foo: 2 })).status).toBe(200);
  });

  it("5: separates the parts of a fingerprint", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "ab", description: "c" });
    expect((await deliver(integration, { title: "a", description: "bc" })).status).toBe(202);
  });

  it("6: opens no alert for a resolved or closed event", async () => {
    const integration = await createIntegration();
    for (const status of ["resolved", "closed"]) {
      expect(outcomes(await deliver(integration, { id: "k", title: "x", status }))).toEqual(["ignored"]);
    }
    expect(await alertsOf(integration)).toEqual([]);
  });

  it("7: opens one alert for concurrent deliveries with one alert key", async () => {
    const integration = await createIntegration();
    // Different contents with one alert key are no duplicates, but one alert.
    const replies = await Promise.all(
      Array.from({ length: 50 }, (_, i) => deliver(integration, { id: "k", title: `x ${i}` })),
    );
    expect(replies.every((reply) => reply.status === 202)).toBe(true);
    expect(await alertsOf(integration)).toMatchObject([{ occurrences: 50, version: 50 }]);
  });

  it("8: compares only idempotency keys if there are any, and ignores ids set by proxies", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "x" }, key("1"));
    expect((await deliver(integration, { title: "x" }, key("2"))).status).toBe(202);
    const proxied = { "x-request-id": "same", traceparent: "same" };
    await deliver(integration, { title: "a" }, proxied);
    expect((await deliver(integration, { title: "b" }, proxied)).status).toBe(202);
  });

  it("9: does not extend the dedup window by duplicates", async () => {
    const integration = await createIntegration();
    await deliver(integration, { title: "x" });
    await deliver(integration, { title: "x" });
    await deliver(integration, { title: "x" });
    const ends = (await deliveriesOf(integration)).map(
      (delivery) => (delivery.decision as { windowEndsAt: string }).windowEndsAt,
    );
    expect(new Set(ends).size).toBe(1);
  });

  it("10: accepts late retries of old events", async () => {
    const integration = await createIntegration();
    expect((await deliver(integration, { title: "x", timestamp: "2020-01-01T00:00:00Z" })).status).toBe(202);
  });

  it("11: accepts a header with several signatures, one of them correct", async () => {
    const integration = await createIntegration({
      verification: { scheme: "hmac", header: "x-pagerduty-signature", prefix: "v1=" },
    });
    const good = (await import("../support/sign.ts")).sign;
    const body = '{"title":"x"}';
    const header = `v1=${"0".repeat(64)},v1=${await good(integration.secret, body)}`;
    const reply = await call("POST", ingestPath(integration), { headers: { "x-pagerduty-signature": header }, body });
    expect(reply.status).toBe(202);
  });

  it("12: accepts a token from sources that cannot sign", async () => {
    const integration = await createIntegration({ provider: "alertmanager" });
    const body = { alerts: [{ labels: { alertname: "x" } }] };
    expect((await deliverWithToken(integration, body)).status).toBe(202);
  });

  it("13: rejects bodies that are not JSON with a 4xx, and records them", async () => {
    const integration = await createIntegration();
    const bodies = ["<xml/>", "a=b&c=d", "\u0000", "{", "x".repeat(1024 * 1024 + 1)];
    for (const body of bodies) {
      const { status } = await deliver(integration, body, { "content-type": "application/x-www-form-urlencoded" });
      expect([400, 413, 415]).toContain(status);
    }
    expect(await deliveriesOf(integration)).toHaveLength(bodies.length);
  });

  it("14: keeps a batch complete despite a broken alert, and alerts with equal summaries apart", async () => {
    const integration = await createIntegration({ provider: "alertmanager" });
    const alerts: unknown[] = Array.from({ length: 200 }, (_, i) => ({
      status: "firing",
      labels: { alertname: "Same", instance: `host-${i}` },
      annotations: { summary: "the same summary" },
    }));
    alerts.splice(100, 0, "broken");
    const reply = await deliverWithToken(integration, { alerts });
    expect(reply.body.alerts.filter(({ outcome }) => outcome === "created")).toHaveLength(200);
    expect(await alertsOf(integration)).toHaveLength(200);
  });

  it("15: opens no alert if the mapping fails", async () => {
    const mapping = { title: "$uppercase(title)" };
    const integration = await createIntegration({ provider: "custom", verification: { scheme: "token" }, mapping });
    expect((await deliverWithToken(integration, { title: 7 })).status).toBe(400);
    expect(await alertsOf(integration)).toEqual([]);
    expect(await deliveriesOf(integration)).toMatchObject([{ status: "REJECTED", statusCode: 400 }]);
  });

  it("16: answers internal failures with a 5xx, which clients retry", async () => {
    await withDatabase("down", async () => {
      expect((await api("GET", "/v1/alerts")).status).toBe(503);
    });
  });

  it("17: stores a delivery before it answers 202", async () => {
    const integration = await createIntegration();
    await withDatabase("down", async () => {
      await deliver(integration, { title: "x" });
      await evictDurableObject(objectOf(integration));
      expect((await objectOf(integration).getStats()).rows).toBe(1);
    });
    await runDurableObjectAlarm(objectOf(integration));
    expect(await deliveriesOf(integration)).toHaveLength(1);
  });

  it("18: does not fetch a SubscribeURL of an unverified message", async () => {
    const integration = await createIntegration({ provider: "cloudwatch" });
    const amazon = standInForAmazon(() => new Response("<ok/>"));
    const body = JSON.stringify({
      Type: "SubscriptionConfirmation",
      TopicArn: "arn:aws:sns:eu-west-1:123456789012:mine",
      SubscribeURL: "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
      SigningCertURL: "https://sns.eu-west-1.amazonaws.com.evil.test/a.pem",
      Signature: "AAAA",
      SignatureVersion: "1",
    });
    const { status } = await call("POST", `${ingestPath(integration)}?token=${integration.secret}`, { body });
    amazon.leave();
    expect([status, amazon.calls]).toEqual([401, []]);
  });

  it("19: neither stores nor shows secrets, tokens and signatures", async () => {
    const integration = await createIntegration({ provider: "alertmanager" });
    await deliverWithToken(integration, { alerts: [{ labels: { alertname: "x" } }] }, { "x-signature": "s1gn4ture" });
    const shown = JSON.stringify([
      await deliveriesOf(integration),
      (await api("GET", `/v1/integrations/${integration.id}`)).body,
      (await api("GET", "/v1/integrations")).body,
      await objectOf(integration).config(),
    ]);
    for (const secret of [integration.secret, integration.secret.slice(0, 8), "s1gn4ture"])
      expect(shown).not.toContain(secret);
  });

  it("20: lists alerts with equal times completely and once, page by page", async () => {
    const integration = await createIntegration();
    const batch = Array.from({ length: 10 }, (_, i) => ({ id: i, title: `t${i}`, timestamp: "2026-10-01T12:00:00Z" }));
    await deliver(integration, batch);
    const all = (await alertsOf(integration)).map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const path: string = `/v1/alerts?integrationId=${integration.id}&limit=3${cursor && `&cursor=${cursor}`}`;
      const page = await api<{ data: { id: string }[]; nextCursor: string | null }>("GET", path);
      paged.push(...page.body.data.map(({ id }) => id));
      cursor = page.body.nextCursor;
    }
    expect([paged.length, paged]).toEqual([10, all]);
  });

  it("21: does not reopen an alert by an older event", async () => {
    const integration = await createIntegration();
    const at = (minute: number, status: string) => ({
      id: "k",
      title: "x",
      status,
      timestamp: `2026-10-01T12:0${minute}:00Z`,
    });
    await deliver(integration, at(0, "firing"));
    await deliver(integration, at(5, "resolved"));
    expect(outcomes(await deliver(integration, at(4, "acknowledged")))).toEqual(["stale"]);
    expect(outcomes(await deliver(integration, at(3, "firing")))).toEqual(["stale"]);
    expect(outcomes(await deliver(integration, { id: "k", title: "x", status: "acknowledged" }))).toEqual(["ignored"]);
    expect(await alertsOf(integration)).toMatchObject([{ status: "RESOLVED" }]);
  });

  it("22: counts new triggers of an acknowledged alert", async () => {
    const integration = await createIntegration();
    await deliver(integration, { id: "k", title: "x" });
    await deliver(integration, { id: "k", title: "x", status: "acknowledged" });
    await deliver(integration, { id: "k", title: "x, and worse", severity: "critical" });
    expect(await alertsOf(integration)).toMatchObject([
      { status: "ACKNOWLEDGED", occurrences: 2, severity: "CRITICAL", title: "x, and worse" },
    ]);
  });

  it("23: opens an alert for a missed heartbeat, even while deliveries fail verification", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 5 });
    await deliver({ ...integration, secret: "wrong" }, { title: "x" });
    expect(await deliveriesOf(integration)).toMatchObject([
      { status: "REJECTED", statusCode: 401, reason: "no signature matches" },
    ]);
    // An unverified delivery is no heartbeat.
    await runInDurableObject(objectOf(integration), (_, { storage }) => {
      storage.sql.exec("UPDATE meta SET value = ? WHERE name = 'waiting_since'", Date.now() - 6 * 60_000);
    });
    await deliver({ ...integration, secret: "wrong" }, { title: "x" });
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toMatchObject([{ alertKey: "tocsin:heartbeat", status: "OPEN" }]);
  });
});
