import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { pagerduty } from "../../src/providers/pagerduty.ts";
import { rawPayload } from "../support/payload.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliveriesOf,
  flushed,
  ingestPath,
  type TestIntegration,
} from "../support/worker.ts";

interface WithDecision {
  decision: { verification: { isVerified: boolean | null } };
}

const json = { "content-type": "application/json" };

describe("PagerDuty's Events API", () => {
  const enqueue = (integration: TestIntegration, event: unknown, path = "/v2/enqueue") =>
    call<{ status: string; message: string; dedup_key?: string; errors?: string[] }>(
      "POST",
      `${ingestPath(integration)}${path}`,
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

  it("generates a key for a trigger without one, returns it for a repeat, and resolves by it", async () => {
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

  it.each(["acknowledge", "resolve"])("returns the sender's key for an %s without effect", async (event_action) => {
    const integration = await createIntegration({ provider: "pagerduty" });
    const dedup_key = "k".repeat(300);
    const reply = await enqueue(integration, event(integration, { event_action, dedup_key }));
    expect(reply).toMatchObject({ status: 202, body: { status: "success", dedup_key } });
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

  it("accepts a routing key with JSON escapes, and masks it in the record", async () => {
    // The escape of a digit ends with the digit itself.
    const secret = "a-routing-key-of-the-test";
    const integration = await createIntegration({ provider: "pagerduty", secret });
    const escaped = String.raw`\u00` + secret.charCodeAt(0).toString(16) + secret.slice(1);
    const body = `{"routing_key":"${escaped}","event_action":"trigger","payload":{"summary":"x"}}`;
    expect((await enqueue(integration, body)).status).toBe(202);
    const [delivery] = await deliveriesOf(integration);
    expect(new TextDecoder().decode(await rawPayload(delivery!.id))).toBe(
      body.replace(escaped, "*".repeat(escaped.length)),
    );
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

  it("exists only for PagerDuty integrations: others leave a record that names the provider", async () => {
    const integration = await createIntegration({ verification: { scheme: "token" } });
    const path = `${ingestPath(integration)}/v2/enqueue`;
    const detail = "This path belongs to PagerDuty Events API v2. Use an integration of the provider `pagerduty`.";
    for (const query of ["", `?token=${integration.secret}`]) {
      const { status, body } = await call("POST", path + query, { body: "{}" });
      expect([status, body.detail]).toEqual([404, detail]);
    }
    const records = await deliveriesOf(integration);
    expect(records).toMatchObject([
      { status: "REJECTED", statusCode: 404, reason: detail },
      { status: "REJECTED", statusCode: 404, reason: detail },
    ]);
    const details = await Promise.all(records.map(({ id }) => api<WithDecision>("GET", `/v1/deliveries/${id}`)));
    expect(details.map(({ body }) => body.decision.verification.isVerified)).toEqual([true, false]);
    const { body } = await api<{ health: unknown }>("GET", `/v1/integrations/${integration.id}`);
    expect(body.health).toMatchObject({ last24Hours: { rejected: { count: 2 } } });
  });

  it.each([
    ["generic", "/api/v2/alerts", /`alertmanager`/],
    ["netdata", "/v2/alerts", /`opsgenie`/],
    ["alertmanager", "/generic/2010-04-15/create_event.json", /`pagerduty-events-v1`/],
    ["opsgenie", "/nothing", /^Unknown path after the ingest URL\. Send to the ingest URL itself\.$/],
    ["generic", `/${"x".repeat(9000)}`, /^The path after the ingest URL exceeds 8192 characters/],
  ])("of %s rejects %.40s with a record", async (provider, path, detail) => {
    const integration = await createIntegration({ provider });
    expect((await call("POST", ingestPath(integration) + path, { body: "{}" })).status).toBe(404);
    expect(await deliveriesOf(integration)).toMatchObject([{ statusCode: 404, reason: expect.stringMatching(detail) }]);
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
    call<{ result?: string; requestId: string; message?: string }>("POST", `${ingestPath(integration)}${path}`, {
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
    expect(
      (await call("DELETE", `${ingestPath(integration)}/v2/alerts/a?identifierType=alias`, { headers })).status,
    ).toBe(202);
    expect((await call("POST", `${ingestPath(integration)}/v2/alerts/b/close`, { headers })).status).toBe(202);
    expect((await alertsOf(integration)).map(({ status }) => status)).toEqual(["RESOLVED", "RESOLVED"]);
  });

  const status = (integration: TestIntegration, requestId: string, key = integration.secret) =>
    call<{ data?: { success: boolean; alertId: string; alias: string }; message?: string; requestId: string }>(
      "GET",
      `${ingestPath(integration)}/v2/alerts/requests/${requestId}`,
      { headers: { authorization: `GenieKey ${key}` } },
    );

  it("returns the status of a request, and accepts the alert id of that answer", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const { body } = await ask(integration, "/v2/alerts", { message: "Disk full" });
    await flushed(integration);
    const found = await status(integration, body.requestId);
    expect(found).toMatchObject({ status: 200, body: { data: { success: true }, requestId: body.requestId } });
    const path = `/v2/alerts/${found.body.data!.alertId}/close?identifierType=id`;
    expect((await ask(integration, path, { user: "jane", note: "done" })).status).toBe(202);
    expect(await alertsOf(integration)).toMatchObject([{ status: "RESOLVED" }]);
  });

  it("returns the alias of an alert as its id, also for a repeated request", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    for (let time = 0; time < 2; time++) {
      const { body } = await ask(integration, "/v2/alerts", { message: "Disk full", alias: "db 1/disk" });
      await flushed(integration);
      expect((await status(integration, body.requestId)).body.data).toMatchObject({ alertId: "db 1/disk" });
    }
  });

  it("returns nothing about requests of other integrations, nor without the key", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const other = await createIntegration({ provider: "opsgenie" });
    const { body } = await ask(other, "/v2/alerts", { message: "Disk full" });
    await flushed(other);
    const unknown = { status: 404, body: { message: "Request not found. It might not be processed, yet." } };
    expect(await status(integration, body.requestId)).toMatchObject(unknown);
    expect(await status(integration, "x")).toMatchObject(unknown);
    expect(await status(integration, body.requestId, "wrong")).toMatchObject({
      status: 401,
      body: { message: expect.any(String), requestId: expect.any(String) },
    });
  });

  it.each([
    ["GET", "/v2/alerts?query=status%3Aopen", 405],
    ["GET", "/v2/alerts/db-1", 405],
    ["POST", "/v2/heartbeats/db-1/ping", 404],
  ])("rejects %s %s in Opsgenie's format", async (method, path, code) => {
    const integration = await createIntegration({ provider: "opsgenie" });
    const headers = { authorization: `GenieKey ${integration.secret}` };
    const reply = await call(method, `${ingestPath(integration)}${path}`, { headers });
    expect(reply).toMatchObject({
      status: code,
      body: { message: expect.any(String), took: 0, requestId: expect.any(String) },
    });
  });

  it("keeps notes and their authors", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    await ask(integration, "/v2/alerts", { message: "Disk full", alias: "a" });
    await ask(integration, "/v2/alerts/a/notes?identifierType=alias", { note: "disk is ordered", user: "jane" });
    await ask(integration, "/v2/alerts/a/acknowledge?identifierType=alias", { note: "on it", user: "jane" });
    const [alert] = await alertsOf(integration);
    const timeline = await api<{ data: unknown[] }>("GET", `/v1/alerts/${alert!.id}/timeline`);
    expect(timeline.body.data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ type: "NOTED", note: "disk is ordered" }),
        expect.objectContaining({ type: "ACKNOWLEDGED", note: "on it" }),
      ]),
    );
    expect(alert).toMatchObject({ occurrences: 1, status: "ACKNOWLEDGED" });
  });

  it("snoozes an alert until the end time, and rejects a request without one", async () => {
    const integration = await createIntegration({ provider: "opsgenie" });
    await ask(integration, "/v2/alerts", { message: "Disk full", alias: "a" });
    const endTime = new Date(Date.now() + 3_600_000).toISOString();
    const path = "/v2/alerts/a/snooze?identifierType=alias";
    expect((await ask(integration, path, { endTime, note: "until it is here", user: "jane" })).status).toBe(202);
    expect(await ask(integration, path, { note: "for ever" })).toMatchObject({
      status: 422,
      body: { message: expect.stringContaining("must be a date-time in ISO 8601") },
    });
    const [alert] = await alertsOf(integration);
    expect(alert).toMatchObject({ status: "OPEN", snoozedUntil: endTime, occurrences: 1 });
    const { body } = await api<{ data: unknown[] }>("GET", `/v1/alerts/${alert!.id}/timeline`);
    expect(body.data.at(-1)).toMatchObject({
      type: "SNOOZED",
      actor: { type: "source", name: "jane" },
      note: "until it is here",
      changes: { snoozedUntil: { from: null, to: endTime } },
    });
  });

  it("answers 200 to the Opsgenie sender of a Netdata Agent", async () => {
    for (const provider of ["opsgenie", "netdata"]) {
      const integration = await createIntegration({ provider });
      const send = (state: string) =>
        call("POST", `${ingestPath(integration)}/v1/json/integrations/webhooks/netdata?apiKey=${integration.secret}`, {
          headers: json,
          body: JSON.stringify({
            host: "vm",
            chart: "test.chart",
            name: "test_alarm",
            status: state,
            old_status: "CLEAR",
          }),
        });
      expect((await send("WARNING")).status).toBe(200);
      expect((await send("CLEAR")).status).toBe(200);
      expect(await alertsOf(integration)).toMatchObject([{ status: "RESOLVED", title: "test_alarm on vm is WARNING" }]);
    }
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

describe("Alertmanager's API", () => {
  const post = (integration: TestIntegration, alerts: unknown) =>
    call("POST", `${ingestPath(integration)}/api/v2/alerts`, {
      headers: { ...json, authorization: `Bearer ${integration.secret}` },
      body: JSON.stringify(alerts),
    });

  it("accepts Prometheus' alerts for an Alertmanager integration, and resolves them", async () => {
    const integration = await createIntegration({ provider: "alertmanager" });
    const alert = { labels: { alertname: "DiskFull" }, startsAt: new Date(Date.now() - 60_000).toISOString() };
    const later = new Date(Date.now() + 240_000).toISOString();
    expect(await post(integration, [{ ...alert, endsAt: later }])).toMatchObject({ status: 200, body: {} });
    expect(await alertsOf(integration)).toMatchObject([{ status: "OPEN", title: "DiskFull" }]);
    const earlier = new Date(Date.now() - 1000).toISOString();
    expect((await post(integration, [{ ...alert, endsAt: earlier }])).status).toBe(200);
    expect(await alertsOf(integration)).toMatchObject([{ status: "RESOLVED" }]);
    const deliveries = await deliveriesOf(integration);
    expect(JSON.stringify(deliveries[0])).toContain("the source's clock is behind");
  });

  it("answers errors with a text as JSON, as Alertmanager does", async () => {
    const integration = await createIntegration({ provider: "alertmanager" });
    expect(await post({ ...integration, secret: "wrong" }, [])).toMatchObject({
      status: 401,
      body: expect.stringMatching(/./),
    });
    expect(await post(integration, 1)).toMatchObject({ status: 400, body: expect.stringContaining("Alertmanager") });
  });
});
