import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { grafana } from "../../src/providers/grafana.ts";
import { pagerduty } from "../../src/providers/pagerduty.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliveriesOf,
  deliverWithToken,
  type TestIntegration,
} from "../support/worker.ts";

const json = { "content-type": "application/json" };

describe("PagerDuty's Events API", () => {
  const enqueue = (integration: TestIntegration, event: unknown, path = "/v2/enqueue") =>
    call<{ status: string; message: string; dedup_key?: string; errors?: string[] }>(
      "POST",
      `/in/${integration.id}${path}`,
      {
        body: typeof event === "string" ? event : JSON.stringify(event),
      },
    );
  const event = (integration: TestIntegration, fields: Record<string, unknown> = {}) => ({
    ...(pagerduty.sample.body as object),
    routing_key: integration.secret,
    ...fields,
  });

  it("answers as PagerDuty does, and opens the alert", async () => {
    const integration = await createIntegration({ provider: "pagerduty" });
    const expected = { status: "success", message: "Event processed", dedup_key: "db-1/disk" };
    for (const event_action of ["trigger", "acknowledge", "resolve"]) {
      expect(await enqueue(integration, event(integration, { event_action }))).toMatchObject({
        status: 202,
        body: expected,
      });
    }
    expect(await alertsOf(integration)).toMatchObject([
      { status: "RESOLVED", alertKey: "db-1/disk", severity: "HIGH" },
    ]);
  });

  it("gives a key to a trigger without one, the same to its repeat, and resolves by it", async () => {
    const integration = await createIntegration({ provider: "pagerduty" });
    const trigger = event(integration, { dedup_key: undefined });
    const first = await enqueue(integration, trigger);
    const repeated = await enqueue(integration, trigger);
    expect(first.body.dedup_key).toMatch(/^[0-9a-f-]{36}$/);
    expect(repeated).toMatchObject({ status: 202, body: { dedup_key: first.body.dedup_key } });
    const resolve = event(integration, { event_action: "resolve", dedup_key: first.body.dedup_key });
    expect((await enqueue(integration, resolve)).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([
      { status: "RESOLVED", alertKey: first.body.dedup_key, occurrences: 1 },
    ]);
  });

  it("rejects as PagerDuty does", async () => {
    const integration = await createIntegration({ provider: "pagerduty" });
    const wrong = { status: "invalid event", message: "Event object is invalid", errors: [expect.any(String)] };
    expect(await enqueue(integration, event(integration, { event_action: "explode" }))).toMatchObject({
      status: 400,
      body: wrong,
    });
    expect(await enqueue(integration, event(integration, { routing_key: "0".repeat(32) }))).toMatchObject({
      status: 401,
      body: wrong,
    });
    expect(await enqueue(integration, "{")).toMatchObject({ status: 401, body: wrong });
    expect((await deliveriesOf(integration)).map(({ status }) => status)).toEqual(["REJECTED", "REJECTED", "REJECTED"]);
  });

  it("accepts change events without opening alerts", async () => {
    const integration = await createIntegration({ provider: "pagerduty" });
    const change = event(integration, { event_action: undefined });
    expect(await enqueue(integration, change, "/v2/change/enqueue")).toMatchObject({
      status: 202,
      body: { status: "success", message: "Change event processed" },
    });
    expect(await alertsOf(integration)).toEqual([]);
  });

  it("stores the routing key nowhere", async () => {
    const integration = await createIntegration({ provider: "pagerduty" });
    await enqueue(integration, event(integration, { note: `key ${integration.secret}` }));
    const [delivery] = await deliveriesOf(integration);
    const payload = await call<string>("GET", `/v1/deliveries/${delivery!.id}/payload`, {
      headers: { authorization: `Bearer ${env.ROOT_API_KEY}` },
    });
    expect(JSON.stringify(payload.body)).toContain("*".repeat(integration.secret.length));
    for (const kept of [payload.body, delivery, await alertsOf(integration)]) {
      expect(JSON.stringify(kept)).not.toContain(integration.secret);
    }
  });

  it("rejects a routing key with JSON escapes, because it cannot be masked", async () => {
    // Of a digit the escape ends in the digit itself: then the key would stand there plainly all the same.
    const secret = "a-routing-key-of-the-test";
    const integration = await createIntegration({ provider: "pagerduty", secret });
    const escaped = String.raw`\u00` + secret.charCodeAt(0).toString(16) + secret.slice(1);
    const body = `{"routing_key":"${escaped}","event_action":"trigger","payload":{"summary":"x"}}`;
    expect((await enqueue(integration, body)).status).toBe(401);
  });

  it("resolves by a key that looks like a placeholder", async () => {
    const integration = await createIntegration({ provider: "pagerduty" });
    const dedup_key = "cron *backup* ${HOST}";
    for (const event_action of ["trigger", "resolve"]) {
      expect((await enqueue(integration, event(integration, { event_action, dedup_key }))).body.dedup_key).toBe(
        dedup_key,
      );
    }
    expect(await alertsOf(integration)).toMatchObject([{ status: "RESOLVED" }]);
  });

  it("exists only for PagerDuty integrations", async () => {
    const integration = await createIntegration({ provider: "datadog" });
    expect((await enqueue(integration, {})).status).toBe(404);
    expect((await call("POST", `/in/${integration.id}/anything`)).status).toBe(404);
  });

  it("accepts version 1, too", async () => {
    const integration = await createIntegration({ provider: "pagerduty-events-v1" });
    const body = { service_key: integration.secret, event_type: "trigger", description: "FAILURE on srv-1" };
    const reply = await enqueue(integration, body, "/generic/2010-04-15/create_event.json");
    expect(reply).toMatchObject({ status: 202, body: { status: "success", incident_key: expect.any(String) } });
  });
});

describe("Opsgenie's Alert API", () => {
  const ask = (integration: TestIntegration, path: string, body: unknown, key = integration.secret) =>
    call<{ result?: string; requestId: string; message?: string }>("POST", `/in/${integration.id}${path}`, {
      headers: { ...json, authorization: `GenieKey ${key}` },
      body: JSON.stringify(body),
    });

  it("answers as Opsgenie does, and opens the alert", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const created = await ask(integration, "/v2/alerts", { message: "Disk full", alias: "db 1/disk", priority: "P1" });
    expect(created).toMatchObject({
      status: 202,
      body: { result: "Request will be processed", requestId: expect.any(String) },
    });
    expect(created.headers.get("x-request-id")).toBe(created.body.requestId);
    const at = "/v2/alerts/db%201%2Fdisk";
    expect((await ask(integration, `${at}/acknowledge?identifierType=alias`, {})).status).toBe(202);
    expect((await ask(integration, `${at}/notes?identifierType=alias`, { note: "hm" })).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([
      { status: "ACKNOWLEDGED", alertKey: "db 1/disk", severity: "CRITICAL" },
    ]);
    expect((await ask(integration, `${at}/close?identifierType=alias`, {})).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ status: "RESOLVED" }]);
  });

  it("closes an alert without an alias by the id in the answer", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const { body } = await ask(integration, "/v2/alerts", { message: "Disk full" });
    await ask(integration, `/v2/alerts/${body.requestId}/close?identifierType=id`, {});
    expect(await alertsOf(integration)).toMatchObject([{ status: "RESOLVED" }]);
  });

  it("accepts every alias, however long and with any characters", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    for (const alias of ["disk $HOME of ${HOST}", "磁盘".repeat(80)]) {
      await ask(integration, "/v2/alerts", { message: "Disk full", alias });
      expect(
        (await ask(integration, `/v2/alerts/${encodeURIComponent(alias)}/close?identifierType=alias`, {})).status,
      ).toBe(202);
    }
    expect((await alertsOf(integration)).map(({ status }) => status)).toEqual(["RESOLVED", "RESOLVED"]);
  });

  it("deletes an alert, and closes it without a body", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const headers = { authorization: `GenieKey ${integration.secret}` };
    for (const alias of ["a", "b"]) await ask(integration, "/v2/alerts", { message: alias, alias });
    expect((await call("DELETE", `/in/${integration.id}/v2/alerts/a?identifierType=alias`, { headers })).status).toBe(
      202,
    );
    expect((await call("POST", `/in/${integration.id}/v2/alerts/b/close`, { headers })).status).toBe(202);
    expect((await alertsOf(integration)).map(({ status }) => status)).toEqual(["RESOLVED", "RESOLVED"]);
  });

  it("rejects as Opsgenie does", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    expect(await ask(integration, "/v2/alerts", { message: "" })).toMatchObject({
      status: 422,
      body: { message: expect.any(String) },
    });
    expect(await ask(integration, "/v2/alerts", { message: "x" }, "wrong")).toMatchObject({ status: 401 });
  });
});

describe("a source's peculiarities", () => {
  it("a body of another source is rejected with its name", async () => {
    const integration = await createIntegration({ provider: "datadog" });
    const reply = await deliverWithToken(integration, grafana.sample.body);
    expect(reply).toMatchObject({
      status: 400,
      body: { detail: "This looks like a delivery of Grafana, but the integration is for Datadog." },
    });
    expect(await deliveriesOf(integration)).toMatchObject([{ status: "REJECTED", statusCode: 400 }]);
  });

  it("a new version of a source is accepted although it resembles another, as long as it has its key", async () => {
    const integration = await createIntegration({ provider: "pingdom" });
    const likeAnother = { monitor_id: "2", is_ok: 0 };
    expect((await deliverWithToken(integration, { check_id: 7, name: "Shop", ...likeAnother })).status).toBe(202);
    expect((await deliverWithToken(integration, { name: "Shop", ...likeAnother })).status).toBe(400);
  });

  it("an operator's template is accepted although it resembles another source", async () => {
    const integration = await createIntegration({ provider: "datadog" });
    for (const body of [
      { alert: "Disk full", title: "Disk full", transition: "Triggered", alert_id: "1", scope: "host:a" },
      { title: "Disk full", message: "x", alias: "y", status: "alert", id: "2" },
      { monitor: "m", type: "metric", id: "3", description: "x", title: "Disk full" },
    ]) {
      expect((await deliverWithToken(integration, body)).status).toBe(202);
    }
  });

  it("a token is stored nowhere, wherever the sender puts it", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const { id, secret } = integration;
    await call("POST", `/in/${id}/v2/alerts/${secret}/close`, {
      headers: {
        authorization: secret,
        "idempotency-key": secret,
        "content-type": `application/json; k=${secret}`,
        "x-other": `a ${secret}`,
      },
      body: JSON.stringify({ note: secret }),
    });
    await call("POST", `/in/${id}/v2/alerts/${secret}`, {
      headers: { "x-tocsin-token": `${secret}x`, "content-type": secret },
    });
    const kept = await deliveriesOf(integration);
    expect(kept).toHaveLength(2);
    expect(JSON.stringify(kept)).not.toContain(secret);
    for (const { id: deliveryId } of kept) {
      expect(JSON.stringify((await api("GET", `/v1/deliveries/${deliveryId}`)).body)).not.toContain(secret);
    }
  });

  it("a form is read where the source sends forms, and stored unchanged", async () => {
    const integration = await createIntegration({ provider: "datadog" });
    const reply = await call("POST", `/in/${integration.id}`, {
      headers: { "content-type": "application/x-www-form-urlencoded", "x-tocsin-token": integration.secret },
      body: "title=Disk+full&transition=Triggered&cycle_key=c1&priority=P1",
    });
    expect(reply.status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ title: "Disk full", alertKey: "c1", severity: "CRITICAL" }]);
  });

  it("multipart is read where the source sends it", async () => {
    const integration = await createIntegration({ provider: "uptime-kuma", verification: { scheme: "token" } });
    const form = new FormData();
    form.set(
      "data",
      JSON.stringify({
        heartbeat: { monitorID: 7, status: 0, msg: "timeout" },
        monitor: { id: 7, name: "Shop" },
        msg: "[Shop] down",
      }),
    );
    const reply = await call("POST", `/in/${integration.id}`, {
      headers: { "x-tocsin-token": integration.secret },
      body: form,
    });
    expect(reply.status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ alertKey: "7", status: "OPEN" }]);
  });

  it("PUT works like POST", async () => {
    const integration = await createIntegration({ provider: "grafana" });
    const reply = await call("PUT", `/in/${integration.id}`, {
      headers: { ...json, authorization: `Token ${integration.secret}` },
      body: JSON.stringify(grafana.sample.body),
    });
    expect(reply.status).toBe(202);
  });

  it("a trailing slash in the URL is accepted", async () => {
    const integration = await createIntegration({ provider: "grafana" });
    const headers = { ...json, "x-tocsin-token": integration.secret };
    const body = JSON.stringify(grafana.sample.body);
    expect((await call("POST", `/in/${integration.id}/`, { headers, body })).status).toBe(202);
  });

  it("a CloudEvents validation request is granted", async () => {
    const { id } = await createIntegration({ provider: "cloudevents" });
    const reply = await call("OPTIONS", `/in/${id}`, {
      headers: { "webhook-request-origin": "eventemitter.example.com" },
    });
    expect(reply.status).toBe(200);
    expect(reply.headers.get("webhook-allowed-origin")).toBe("eventemitter.example.com");
    expect(reply.headers.get("webhook-allowed-rate")).toBe("*");
  });

  it("a sender that requires 200 gets 200", async () => {
    const integration = await createIntegration({ provider: "icinga" });
    const { PROVIDERS } = await import("../../src/providers/index.ts");
    const reply = await deliverWithToken(integration, PROVIDERS.get("icinga")!.sample.body);
    expect(reply).toMatchObject({ status: 200, body: { status: "accepted" } });
    expect(await deliveriesOf(integration)).toMatchObject([{ status: "ACCEPTED", statusCode: 200 }]);
  });

  it("a mapping reads unknown formats, also forms and texts", async () => {
    const mapping = { title: "name ? name : $body", alertKey: "key" };
    const integration = await createIntegration({ provider: "custom", verification: { scheme: "token" }, mapping });
    await deliverWithToken(integration, { name: "of JSON", key: 1 });
    await deliverWithToken(integration, "name=of+a+form&key=2", {
      "content-type": "application/x-www-form-urlencoded",
    });
    await deliverWithToken(integration, "of a text", { "content-type": "text/plain" });
    expect((await alertsOf(integration)).map(({ title }) => title).toSorted()).toEqual([
      "of JSON",
      "of a form",
      "of a text",
    ]);
  });

  it("a failing mapping leaves a rejected delivery", async () => {
    const integration = await createIntegration({
      provider: "custom",
      verification: { scheme: "token" },
      mapping: { title: "$uppercase(title)" },
    });
    expect((await deliverWithToken(integration, { title: 7 })).status).toBe(400);
    expect(await deliveriesOf(integration)).toMatchObject([
      { status: "REJECTED", error: expect.stringContaining("mapping's title failed") },
    ]);
  });
});

describe("creating", () => {
  const create = (settings: Record<string, unknown>) =>
    api<{ errors: { pointer: string; detail: string }[]; setup: string; id: string }>("POST", "/v1/integrations", {
      name: "x",
      ...settings,
    });

  it.each([
    [{ provider: "custom" }, "/mapping"],
    [{ provider: "generic", mapping: { title: "a" } }, "/mapping"],
    [{ provider: "custom", mapping: { title: "a +" } }, "/mapping/title"],
    [{ provider: "custom", mapping: { alertKey: "a" } }, "/mapping/title"],
    [{ provider: "datadog", secret: "a secret with blanks in it" }, "/secret"],
    [
      { provider: "cloudwatch", verification: { scheme: "sns", topicArn: "arn:aws:sqs:eu-west-1:1:x" } },
      "/verification/topicArn",
    ],
  ])("refuses %j at %s", async (settings, pointer) => {
    const reply = await create(settings);
    expect(reply.status).toBe(400);
    expect(reply.body.errors.map((error) => error.pointer)).toContain(pointer);
  });

  it("names the position of a syntax error in an expression", async () => {
    const { body } = await create({ provider: "custom", mapping: { title: "a +" } });
    expect(body.errors[0]?.detail).toMatch(/\(at character 3\)$/);
  });

  it("returns the setup steps with the URL filled in", async () => {
    const { body } = await create({ provider: "grafana" });
    expect(body.setup).toContain(`https://tocsin.test/in/${body.id}`);
    expect(body.setup).not.toContain("<INGEST_URL>");
  });
});
