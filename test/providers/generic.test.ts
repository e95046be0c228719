import type { AlertEvent } from "../../src/alerts/event.ts";
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { generic } from "../../src/providers/generic.ts";
import { BodyError, type Reading } from "../../src/providers/provider.ts";
import { runs } from "../support/runs.ts";

const read = (body: unknown) =>
  generic.read({ headers: new Headers(), body, path: "", query: new URLSearchParams(), receivedAt: 0 }) as Reading;
const one = (body: unknown): AlertEvent => {
  const [event] = read(body).events;
  if (!event || "unreadable" in event) throw new Error("unreadable");
  return event;
};

describe("generic", () => {
  it("reads fields with common names, in snake and camel case", () => {
    expect(
      one({
        external_id: 42,
        summary: "Disk full",
        details: "97 %",
        Priority: "P2",
        state: "firing",
        occurred_at: "2026-10-01T12:00:00+02:00",
        hostname: "db-1",
        link: "https://x.test",
        team: "storage",
        metadata: { region: "eu" },
      }),
    ).toEqual({
      action: "trigger",
      alertKey: "42",
      externalId: "42",
      eventId: null,
      endsAcknowledgement: false,
      title: "Disk full",
      description: "97 %",
      severity: "HIGH",
      source: "db-1",
      url: "https://x.test",
      occurredAt: Date.UTC(2026, 9, 1, 10),
      startedAt: null,
      expiresAt: null,
      snoozedUntil: null,
      note: null,
      author: null,
      metadata: { region: "eu", team: "storage", hostname: "db-1" },
    });
    expect(one({ title: "x", source: "db-1" })).toMatchObject({ source: "db-1", metadata: {} });
  });

  it.each(["title", "name", "summary", "message"])("reads %s as the title", (name) => {
    expect(one({ [name]: "x" }).title).toBe("x");
  });

  it.each(["description", "body", "details"])("reads %s as the description", (name) => {
    expect(one({ title: "x", [name]: "y" }).description).toBe("y");
  });

  it("reads a message beside a title as the description", () => {
    expect(one({ title: "x", message: "y" })).toMatchObject({ title: "x", description: "y", metadata: {} });
    expect(one({ title: "x", message: "y", description: "z" })).toMatchObject({
      description: "z",
      metadata: { message: "y" },
    });
  });

  it.each(["id", "externalId", "alertId", "dedupKey", "external_id", "alert_id", "dedup_key", "ALERT-ID"])(
    "reads %s as the alert key",
    (name) => {
      expect(one({ title: "x", [name]: "k" })).toMatchObject({ alertKey: "k", externalId: "k", metadata: {} });
    },
  );

  it("prefers a deduplication key to an id", () => {
    expect(one({ title: "x", id: "1", dedup_key: "k" })).toMatchObject({ alertKey: "k", externalId: "1" });
  });

  it.each([
    ["resolve", ["resolved", "OK", "closed", "recovered", "up", "cleared", "Success"]],
    ["acknowledge", ["acknowledged", "ack", "ACKED"]],
    ["trigger", ["firing", "triggered", "open", "alerting", "down", "problem", "error"]],
  ])("reads %s in status, state and action", (action, words) => {
    for (const word of words) {
      for (const name of ["status", "state", "action", "event_type"])
        expect(one({ title: "x", [name]: word }).action).toBe(action);
    }
  });

  it("reads an unknown status as a trigger, and keeps it in the metadata", () => {
    expect(one({ title: "x", status: "purple" })).toMatchObject({ action: "trigger", metadata: { status: "purple" } });
  });

  it("reads an unknown severity as MEDIUM, and keeps it in the metadata", () => {
    expect(one({ title: "x", severity: "purple" })).toMatchObject({
      severity: "MEDIUM",
      metadata: { severity: "purple" },
    });
  });

  it("reads numbers as priorities, except in level", () => {
    expect([one({ priority: 1 }).severity, one({ severity: "4" }).severity, one({ level: 1 }).severity]).toEqual([
      "CRITICAL",
      "LOW",
      "MEDIUM",
    ]);
  });

  it("reads level ok as a resolve only with an alert key and without a status", () => {
    expect(one({ id: "k", title: "x", level: "ok" }).action).toBe("resolve");
    expect(one({ title: "x", level: "ok" }).action).toBe("trigger");
    expect(one({ id: "k", title: "x", level: "ok", status: "firing" }).action).toBe("trigger");
  });

  it.each([
    ["2026-10-01T12:00:00Z", Date.UTC(2026, 9, 1, 12)],
    [1_790_856_000, Date.UTC(2026, 9, 1, 12)],
    [1_790_856_000_123, Date.UTC(2026, 9, 1, 12) + 123],
    ["1790856000", Date.UTC(2026, 9, 1, 12)],
    ["yesterday", null],
  ])("reads the timestamp %j", (timestamp, expected) => {
    expect(one({ title: "x", timestamp }).occurredAt).toBe(expected);
  });

  it("reads an array as a batch, with an invalid element beside valid ones", () => {
    const { events } = read([{ title: "a" }, 7, { title: "b" }]);
    expect(events).toMatchObject([{ title: "a" }, { unreadable: "/1: expected a JSON object" }, { title: "b" }]);
  });

  it("reports when it recognized no field", () => {
    expect(read({ foo: 1 })).toMatchObject({
      isRecognized: false,
      events: [{ title: "Untitled alert", metadata: { foo: 1 } }],
    });
    expect(read({ id: 1 }).isRecognized).toBe(true);
  });

  it.each([[null], [1], ["text"], [{}], [[1, 2]], [[{}]]])("rejects %j", (body) => {
    expect(() => read(body)).toThrow(BodyError);
  });

  it("rejects a batch over the limit, and names the limit", () => {
    expect(() => read(Array.from({ length: 10_001 }, () => ({ title: "x" })))).toThrow("the limit is 10000");
  });

  it.each([
    [{ title: "x", id: "k", status: "FIRING_TO_OK" }, "resolve"],
    [{ title: "x", id: "k", type: "OK_TO_FIRING" }, "trigger"],
    [{ title: "x", id: "k", event_type: "incident.acknowledged" }, "acknowledge"],
    [{ title: "x", id: "k", message_type: "ACKNOWLEDGEMENT" }, "acknowledge"],
    [{ title: "x", id: "k", message_type: "RECOVERY" }, "resolve"],
    [{ title: "x", id: "k", type: "alert_resolved_v2" }, "resolve"],
    [{ title: "x", id: "k", event: "IncidentResolved" }, "resolve"],
    [{ title: "x", id: "k", status: "Resolved by Alice" }, "resolve"],
    [{ title: "x", id: "k", status: "not resolved" }, "trigger"],
    [{ title: "x", id: "k", status: "connection closed" }, "trigger"],
    [{ title: "x", id: "k", status: "investigating" }, "trigger"],
    [{ title: "x", id: "k", status: { name: "Closed", category: "closed" } }, "resolve"],
    [{ title: "x", id: "k", event: "door closed in the data center" }, "trigger"],
    [{ title: "x", id: "k", online: true }, "resolve"],
    [{ title: "x", id: "k", is_up: false }, "trigger"],
    [{ title: "x", id: "k", firing: false }, "resolve"],
    [{ title: "x", id: "k", resolved: "2026-10-01T12:00:00Z", status: "OPEN" }, "trigger"],
    [{ title: "[Resolved] Disk full" }, "resolve"],
    [{ title: "RESOLVED: Disk full" }, "resolve"],
    [{ title: "[FIRING:2] Disk full" }, "trigger"],
    [{ title: "[db-1] Disk full" }, "trigger"],
    ...["success", "succeeded", "ready", "complete", "completed", "passed", "live", "deployed", "up", "online"].map(
      (status): [object, string] => [{ title: "x", id: "k", status }, "resolve"],
    ),
  ])("reads the state of %j as %s", (body, action) => {
    expect(one(body).action).toBe(action);
  });

  it("ties the events of a title with a state together, if there is no id", () => {
    expect([one({ title: "[Firing] Disk full" }), one({ title: "[Resolved] Disk full" })]).toMatchObject([
      { action: "trigger", alertKey: "Disk full" },
      { action: "resolve", alertKey: "Disk full" },
    ]);
  });

  it.each([
    ["running", "pending", "in_progress", "queued", "building"].map((status) => ({ id: "k", title: "x", status })),
    [
      { type: "ping" },
      { event: "webhook.test" },
      { title: "x", type: "test_notification" },
      { title: "x", is_test: true },
      { workflow: { name: "build", status: "canceled" }, project: { id: "p" } },
    ],
  ])("opens no alert for progress, pings and tests", (...bodies) => {
    for (const body of bodies) expect([body, read(body).events]).toEqual([body, []]);
  });

  it.each([
    ["success", "resolve", "MEDIUM"],
    ["info", "trigger", "INFO"],
    ["warning", "trigger", "MEDIUM"],
    ["failure", "trigger", "HIGH"],
  ])("reads the type %s of Apprise", (type, action, severity) => {
    expect(one({ version: "1.0", title: "Backup", message: "text", attachments: [], type })).toMatchObject({
      action,
      severity,
    });
  });

  it.each([
    [{ alert: { id: 7, name: "CPU", severity: "critical", state: "ok", url: "https://x.test/7" } }, "7", "CPU"],
    [{ incident: { id: "i1", title: "Down", urgency: "high" }, event: { type: "incident.resolved" } }, "i1", "Down"],
    [{ monitor: { id: 1, name: "Shop", url: "https://x.test" }, status: "recovered" }, "1", "Shop"],
    [{ data: { issue: { id: "d1", title: "Slow", status: "resolved" } } }, "d1", "Slow"],
    [{ resource_data: { id: "r1", title: "Slow", status: "resolved" } }, "r1", "Slow"],
    [{ event_type: "a.b_v1", "a.b_v1": { id: "x1", title: "Slow", status: "resolved" } }, "x1", "Slow"],
    [{ id: "delivery-1", data: { id: "d2", title: "Slow" }, event: "alert.closed" }, "d2", "Slow"],
    [{ id: "top", title: "Top", status: "ok", monitor: { id: 5, name: "Shop" } }, "top", "Top"],
  ])("reads %j one level down", (body, alertKey, title) => {
    expect(one(body)).toMatchObject({ action: "resolve", alertKey, title });
  });

  it("reads severity, link, dates and people one level down", () => {
    expect(
      one({
        event: "incident.resolved",
        incident: {
          id: "i1",
          title: "Checkout fails",
          description: "503",
          priority: { name: "P1" },
          links: { self: "https://x.test/i1" },
          resolved_at: "2026-10-01T12:10:00Z",
          started_at: "2026-10-01T12:00:00Z",
          resolved_by: { name: "Alice" },
          comment: "Rolled back",
          service: { name: "checkout" },
        },
      }),
    ).toMatchObject({
      description: "503",
      severity: "CRITICAL",
      url: "https://x.test/i1",
      occurredAt: Date.UTC(2026, 9, 1, 12, 10),
      startedAt: Date.UTC(2026, 9, 1, 12),
      author: "Alice",
      note: "Rolled back",
      source: "checkout",
    });
  });

  it("does not date a resolve by the start of its alert", () => {
    expect(one({ id: "k", title: "x", status: "resolved", created_at: "2026-10-01T12:00:00Z" })).toMatchObject({
      occurredAt: null,
      startedAt: Date.UTC(2026, 9, 1, 12),
    });
  });

  it.each([
    [{ dedupeKey: "k" }],
    [{ deduplication_key: "k" }],
    [{ entity_id: "k" }],
    [{ fingerprint: "k" }],
    [{ incident_id: "k" }],
    [{ alert_config_id: "k" }],
    [{ monitor_id: "k" }],
  ])("reads %j as the alert key", (body) => {
    expect(one({ title: "x", ...body }).alertKey).toBe("k");
  });

  it.each([
    [{ rule: "R", output: "text" }, "R", "text"],
    [{ alertname: "A" }, "A", null],
    [{ entity_display_name: "Disk", state_message: "full" }, "Disk", "full"],
    [{ monitor: { name: "M" } }, "M", null],
    [{ description: "Only this\nand more" }, "Only this", "Only this\nand more"],
    [{ output: "Only this" }, "Only this", null],
    [
      { project: { path_with_namespace: "a/b" }, object_kind: "pipeline", status: "failed" },
      "a/b: pipeline failed",
      null,
    ],
  ])("finds the title of %j", (body, title, description) => {
    expect(one(body)).toMatchObject({ title, description });
  });

  it.each([
    [{ severity: "sev1" }, "CRITICAL"],
    [{ severity: { slug: "sev2" } }, "HIGH"],
    [{ labels: { severity: "low" } }, "LOW"],
    [{ tags: { severity: { value: "critical" } } }, "CRITICAL"],
    [{ labels: [{ key: "severity", value: "critical" }] }, "CRITICAL"],
    [{ message_type: "CRITICAL" }, "CRITICAL"],
    [{ status: "warning" }, "MEDIUM"],
    [{ report: { summary: { criticalCount: 2, highCount: 1 } } }, "CRITICAL"],
    [{ vulnerability_summary: { critical: 0, high: 3 } }, "HIGH"],
  ])("reads the severity of %j", (body, severity) => {
    expect(one({ title: "x", ...body }).severity).toBe(severity);
  });

  it("gives the runs of a pipeline one key per project and branch", () => {
    const run = (id: number, status: string) =>
      one({ object_kind: "pipeline", object_attributes: { id, ref: "main", status }, project: { id: 9 } });
    expect([run(1, "failed"), run(2, "success")]).toMatchObject([
      { action: "trigger", alertKey: '["9","pipeline","main"]' },
      { action: "resolve", alertKey: '["9","pipeline","main"]' },
    ]);
  });

  it.each([
    [{ name: "shop", build: { number: 5, phase: "COMPLETED", status: "FAILURE", scm: { branch: "main" } } }, "trigger"],
    [{ name: "shop", build: { number: 6, phase: "COMPLETED", status: "SUCCESS", scm: { branch: "main" } } }, "resolve"],
  ])("gives the builds of a job one key: %j", (body, action) => {
    expect(one(body)).toMatchObject({ action, title: "shop", alertKey: '["shop","build","main"]' });
  });

  it("ties the events of a named check together by its name and source, if there is a state and no id", () => {
    const check = (state: string) => one({ alert_name: "CPU", host: "db-1", state });
    expect([check("firing"), check("resolved")]).toMatchObject([
      { action: "trigger", alertKey: '["CPU","db-1"]' },
      { action: "resolve", alertKey: '["CPU","db-1"]' },
    ]);
    expect(one({ alert_name: "CPU", host: "db-1" }).alertKey).toBeNull();
    expect(one({ title: "CPU", host: "db-1", state: "firing" }).alertKey).toBeNull();
  });

  it.each([
    [{ involvedObject: { kind: "Pod", namespace: "a", name: "p" }, reason: "BackOff", message: "Restarts" }, "trigger"],
    [{ involvedObject: { kind: "Pod", namespace: "a", name: "p" }, reason: "ReadySucceeded", message: "x" }, "resolve"],
  ])("reads an object of Kubernetes: %j", (body, action) => {
    expect(one(body)).toMatchObject({ action, title: body.message, alertKey: '["Pod","a","p"]', source: "p" });
  });

  it.each([
    [
      { action: "completed", workflow_run: { id: 1, name: "CI", status: "completed", conclusion: "failure" } },
      "trigger",
    ],
    [
      { action: "completed", workflow_run: { id: 1, name: "CI", status: "completed", conclusion: "success" } },
      "resolve",
    ],
    [{ eventType: "build.complete", resource: { id: 1, status: "completed", result: "failed" } }, "trigger"],
    [{ status: "SUCCESS", project: { key: "shop" }, qualityGate: { name: "Gate", status: "ERROR" } }, "trigger"],
    [{ status: "SUCCESS", project: { key: "shop" }, qualityGate: { name: "Gate", status: "OK" } }, "resolve"],
    [{ event: "alert-created", alert: { id: 7, summary: "CPU", status: "PENDING" } }, "trigger"],
    [{ id: 7, title: "CPU", severity: "critical", status: "pending" }, "trigger"],
    [{ type: "ping", id: 7, name: "db-1", status: "down" }, "trigger"],
    [{ type: "api_test", id: 7, name: "login", status: "failed" }, "trigger"],
    [{ id: 7, title: "CPU", resolved_at: null }, "trigger"],
    [{ id: 7, title: "CPU", resolved_at: "0001-01-01T00:00:00Z" }, "trigger"],
    [{ id: 7, title: "CPU", resolved_at: "2026-10-01T12:00:00Z" }, "resolve"],
    [
      { fingerprint: "f", title: "CPU", start_time: "2026-10-01T12:00:00Z", end_time: "2026-10-01T13:00:00Z" },
      "resolve",
    ],
    [{ id: 7, title: "CPU", is_active: false }, "resolve"],
    [{ alertId: 7, name: "CPU", triggerType: "ResolvedCritical" }, "resolve"],
    [{ alertId: 7, name: "CPU", triggerType: "Critical" }, "trigger"],
    [
      { kind: "VulnerabilityReport", metadata: { name: "x" }, report: { summary: { criticalCount: 0, highCount: 0 } } },
      "resolve",
    ],
    [{ app: "shop", health_status: "Healthy", sync_status: "OutOfSync", operation_state: "Failed" }, "trigger"],
    [{ app: "shop", health_status: "Degraded", sync_status: "Synced", operation_state: "Succeeded" }, "trigger"],
    [{ app: "shop", health_status: "Healthy", sync_status: "Synced", operation_state: "Succeeded" }, "resolve"],
    [
      { involvedObject: { kind: "A", name: "b" }, severity: "info", reason: "NewArtifact", message: "stored" },
      "resolve",
    ],
    [{ entity_id: "binary_sensor.leak", friendly_name: "Leak", state: "on" }, "trigger"],
    [{ entity_id: "binary_sensor.leak", friendly_name: "Leak", state: "off" }, "resolve"],
    [{ title: "Connection to db-1 is up" }, "resolve"],
    [{ title: "db-1 is no longer available" }, "trigger"],
    [{ title: "db-1 is no longer responding" }, "trigger"],
  ])("reads how it stands, not only that something ended: %j as %s", (body, action) => {
    expect(one(body).action).toBe(action);
  });

  it.each([
    [
      { object_kind: "build", build_name: "unit", build_status: "failed", project: { name: "shop" } },
      "shop: build failed",
    ],
    [{ build: { buildStatus: "FAILURE", buildName: "CI" } }, "CI"],
  ])("names a build after its project, else by itself: %j", (body, title) => {
    expect(one(body).title).toBe(title);
  });

  it("opens no alert while Flux still works", () => {
    const body = { involvedObject: { kind: "A", name: "b" }, severity: "info", reason: "Progressing", message: "x" };
    expect(read(body).events).toEqual([]);
  });

  it("opens and resolves none for a run that was skipped", () => {
    const run = { id: 1, name: "CI", status: "completed", conclusion: "skipped" };
    expect(read({ action: "completed", workflow_run: run }).events).toEqual([]);
  });

  it.each([
    [
      { name: "API", status: "DOWN" },
      { name: "API", status: "UP" },
    ],
    [
      { endpoint: "core_api", status: "TRIGGERED" },
      { endpoint: "core_api", status: "RESOLVED" },
    ],
    [
      { message: "CPU", status: "trigger", event_id: "e" },
      { status: "resolve", event_id: "e" },
    ],
    [
      { message: "CPU", status: "CRITICAL", uniqueId: "u" },
      { message: "CPU", status: "OK", uniqueId: "u" },
    ],
    [
      { eventData: { pipelineName: "deploy", eventType: "PipelineFailed" } },
      { eventData: { pipelineName: "deploy", eventType: "PipelineSuccess" } },
    ],
    [
      { id: "d1", site_id: "s", build_id: "b1", state: "error", name: "shop", branch: "main" },
      { id: "d2", site_id: "s", build_id: "b2", state: "ready", name: "shop", branch: "main" },
    ],
    [
      { type: "server_failed", data: { id: "evt-1", serviceId: "srv-1", serviceName: "shop" } },
      { type: "server_available", data: { id: "evt-2", serviceId: "srv-1", serviceName: "shop" } },
    ],
    [
      { type: "deploy_ended", data: { id: "evt-1", serviceId: "srv-1", status: "failed" } },
      { type: "deploy_ended", data: { id: "evt-2", serviceId: "srv-1", status: "succeeded" } },
    ],
    [
      { app_name: "shop", health_status: "Degraded", message: "x" },
      { app_name: "shop", health_status: "Healthy", message: "y" },
    ],
  ])("resolves %j by %j", (trigger, resolve) => {
    const [first, last] = [one(trigger), one(resolve)];
    expect([first.action, last.action]).toEqual(["trigger", "resolve"]);
    expect(first.alertKey).not.toBeNull();
    expect(last.alertKey).toBe(first.alertKey);
  });

  it("reads a comment as a note", () => {
    expect(one({ event: "incident.commented", incident_id: "i1", comment: "on it", author: "alice" })).toMatchObject({
      action: "note",
      alertKey: "i1",
      note: "on it",
      author: "alice",
    });
    expect(read({ event: "incident.commented", comment: "on it" }).events).toEqual([]);
  });

  it("reads an object that holds nothing but alerts as a batch", () => {
    expect(
      read({
        alerts: [
          { id: "a", title: "A" },
          { id: "b", title: "B", status: "ok" },
        ],
      }).events,
    ).toMatchObject([
      { alertKey: "a", action: "trigger" },
      { alertKey: "b", action: "resolve" },
    ]);
  });

  it("names in a note what it did not find, and the fields that are there, but no values", () => {
    expect(read({ foo: "secret", bar: 1 }).note).toBe("no title, no alert key, no state found; fields seen: foo, bar");
    expect(read({ title: "x", foo: 1 }).note).toBe("no alert key, no state found; fields seen: title, foo");
    expect(read({ title: "x", id: 1, status: "open" }).note).toBeUndefined();
  });

  property.prop([fc.jsonValue()], { numRuns: runs(2000) })("reads any JSON or throws BodyError", (body) => {
    const parsed = JSON.parse(JSON.stringify(body)) as unknown;
    try {
      for (const event of read(parsed).events) {
        if ("unreadable" in event) continue;
        expect(["trigger", "acknowledge", "resolve", "note"]).toContain(event.action);
        expect(event.title).not.toBe("");
      }
    } catch (error) {
      expect(error).toBeInstanceOf(BodyError);
    }
  });
});
