import { describe, expect, it } from "vitest";
import { alertmanager } from "../../src/providers/alertmanager.ts";
import { BodyError, type Reading } from "../../src/providers/provider.ts";

const NOW = Date.UTC(2026, 9, 1, 12, 1);

// After https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
const alert = {
  status: "firing",
  labels: { alertname: "DiskFull", instance: "db-1:9100", job: "node", severity: "critical" },
  annotations: { summary: "Disk full on db-1", description: "97 % used" },
  startsAt: "2026-10-01T12:00:00.123456789Z",
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL: "http://prometheus.test/graph?g0.expr=x",
  fingerprint: "c6eadf6f6f4b9a2a",
};
const NO_PERSON = { note: null, author: null, startedAt: null, expiresAt: null, snoozedUntil: null };
const group = (alerts: unknown[], fields = {}) => ({
  version: "4",
  groupKey: '{}:{alertname="DiskFull"}',
  truncatedAlerts: 0,
  status: "firing",
  receiver: "tocsin",
  groupLabels: { alertname: "DiskFull" },
  commonLabels: {},
  commonAnnotations: {},
  externalURL: "http://alertmanager.test",
  alerts,
  ...fields,
});
const read = (body: unknown, path = "") =>
  alertmanager.read({ headers: new Headers(), body, path, query: new URLSearchParams(), receivedAt: NOW }) as Reading;

describe("alertmanager", () => {
  it("reads a firing alert", () => {
    expect(read(group([alert])).events).toMatchObject([
      {
        ...NO_PERSON,
        action: "trigger",
        alertKey: "c6eadf6f6f4b9a2a",
        externalId: "c6eadf6f6f4b9a2a",
        title: "Disk full on db-1",
        description: "97 % used",
        severity: "CRITICAL",
        source: "db-1:9100",
        url: "http://prometheus.test/graph?g0.expr=x",
        occurredAt: Date.UTC(2026, 9, 1, 12, 0, 0, 123),
        metadata: {
          labels: alert.labels,
          annotations: alert.annotations,
          receiver: "tocsin",
          groupKey: '{}:{alertname="DiskFull"}',
          externalUrl: "http://alertmanager.test",
        },
      },
    ]);
  });

  it("prefers a title to a summary, and adds the summary to the description", () => {
    const annotations = { title: "Disk", summary: "97 % used", description: "since noon" };
    expect(read(group([{ ...alert, annotations }])).events).toMatchObject([
      { title: "Disk", description: "97 % used\n\nsince noon" },
    ]);
    expect(read(group([{ ...alert, annotations: {} }])).events).toMatchObject([
      { title: "DiskFull", description: null },
    ]);
  });

  it("reads the status of each alert in a group", () => {
    const resolved = { ...alert, status: "resolved", endsAt: "2026-10-01T13:00:00Z", fingerprint: "b" };
    expect(read(group([alert, resolved])).events).toMatchObject([
      { action: "trigger", alertKey: "c6eadf6f6f4b9a2a" },
      { action: "resolve", alertKey: "b", occurredAt: Date.UTC(2026, 9, 1, 13) },
    ]);
  });

  it("uses the group's status for an alert without one, and reads Go's zero time as no date", () => {
    const { status: _, ...bare } = alert;
    expect(read(group([bare], { status: "resolved" })).events).toMatchObject([{ action: "resolve", occurredAt: null }]);
  });

  it("uses the labels, in any order, as the key of an alert without a fingerprint", () => {
    const { fingerprint: _, ...bare } = alert;
    const reordered = { ...bare, labels: Object.fromEntries(Object.entries(alert.labels).toReversed()) };
    const [a, b] = read(group([bare, reordered])).events;
    expect(a).toMatchObject({ alertKey: expect.stringContaining("DiskFull"), externalId: null });
    expect(b).toMatchObject({ alertKey: a && "alertKey" in a ? a.alertKey : "" });
  });

  it("does not see labels without a value in the key, as Alertmanager does not", () => {
    const keysOf = (labels: Record<string, string>) =>
      read([{ labels, startsAt: "2026-10-01T12:00:00Z" }]).events.map((event) => "alertKey" in event && event.alertKey);
    expect(keysOf({ alertname: "A", pod: "" })).toEqual(keysOf({ alertname: "A" }));
    expect(keysOf({ alertname: "A", pod: "b" })).not.toEqual(keysOf({ alertname: "A" }));
  });

  it.each([
    ["page", "CRITICAL"],
    ["warning", "MEDIUM"],
    ["none", "INFO"],
    ["weird", "MEDIUM"],
    [undefined, "MEDIUM"],
  ])("reads the severity label %j as %s", (severity, expected) => {
    expect(read(group([{ ...alert, labels: { alertname: "x", severity } }])).events).toMatchObject([
      { severity: expected },
    ]);
  });

  it("notes that Alertmanager left alerts out", () => {
    expect(read(group([alert], { truncatedAlerts: 3 })).note).toBe(
      "Alertmanager left out 3 alerts of this group (max_alerts)",
    );
  });

  it("notes that all alerts of a call of the API had ended", () => {
    const posted = { ...alert, status: undefined, endsAt: "2026-10-01T12:04:00Z" };
    const ended = { ...posted, endsAt: "2026-10-01T12:00:59Z" };
    expect(read([ended, ended], "/api/v2/alerts").note).toContain("the source's clock is behind");
    expect(read([posted, ended], "/api/v2/alerts").note).toBeUndefined();
  });

  it("reads the other alerts of a group with an invalid one", () => {
    expect(read(group([alert, null, { status: "firing" }])).events).toMatchObject([
      { action: "trigger" },
      { unreadable: "/alerts/1: expected an alert object" },
      { unreadable: "/alerts/2: the alert has neither labels nor a fingerprint" },
    ]);
  });

  it.each([[null], [[]], [{}], [{ alerts: {} }], [{ alerts: [1] }]])("rejects %j", (body) => {
    expect(() => read(body)).toThrow(BodyError);
  });
});
