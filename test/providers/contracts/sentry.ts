import { sentry } from "../../../src/providers/sentry.ts";
import type { Contract } from "../contract.ts";

const alertKey = "1117540176";

const issue = (action: string, fields: object = {}) => ({
  action,
  data: {
    issue: {
      id: alertKey,
      title: "TypeError: price is undefined",
      culprit: "checkout in total",
      level: "fatal",
      shortId: "SHOP-1A",
      status: "unresolved",
      project: { id: "1", name: "Shop", slug: "shop" },
      web_url: "https://sentry.example.com/organizations/acme/issues/1117540176/",
      firstSeen: "2026-09-21T14:13:20.000000Z",
      lastSeen: "2026-09-21T14:13:20.000000Z",
      ...fields,
    },
  },
  installation: { uuid: "a8e5d37a-696c-4c54-adb5-b3f28d64c7de" },
});

const metricAlert = (action: string, fields: object = {}) => ({
  action,
  data: {
    metric_alert: {
      id: "4",
      identifier: "1",
      title: "Slow Heron",
      projects: ["shop"],
      date_detected: "2026-09-21T14:13:20.000000Z",
      date_closed: null,
      alert_rule: { id: "7", name: "Too many errors", aggregate: "count()", query: "level:error" },
      ...fields,
    },
    description_title: `${action}: Too many errors`,
    description_text: "1000 events in the last 10 minutes",
    web_url: "https://sentry.example.com/organizations/acme/alerts/1/",
  },
  installation: { uuid: "a8e5d37a-696c-4c54-adb5-b3f28d64c7de" },
});

const legacy = {
  id: alertKey,
  project: "shop",
  project_name: "Shop",
  project_slug: "shop",
  level: "warning",
  culprit: "checkout in total",
  message: "TypeError: price is undefined",
  url: "https://sentry.example.com/acme/shop/issues/1117540176/",
  triggering_rules: ["Checkout errors"],
  event: { event_id: "e4874d664c3540c1a32eab185f12c5ab", timestamp: 1790000000.25 },
};

const resource = (name: string) => ({ "sentry-hook-resource": name });

export const contract: Contract = {
  provider: sentry,
  cases: [
    {
      kind: "trigger",
      name: "an issue alert",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "TypeError: price is undefined",
          description: "checkout in total",
          severity: "HIGH",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "an issue alert of an older version, with only the issue's URL",
      patch: { data: { event: { issue_id: null, datetime: null, timestamp: 1790000060.5 } } },
      reads: [{ action: "trigger", alertKey, occurredAt: "2026-09-21T14:14:20.500Z" }],
    },
    {
      kind: "odd",
      name: "the host in a tag",
      patch: {
        data: {
          event: {
            tags: [
              ["level", "error"],
              ["server_name", "shop-1"],
            ],
          },
        },
      },
      reads: [{ source: "shop-1" }],
    },
    {
      kind: "odd",
      name: "no host: the project in the URL of the event",
      patch: { data: { event: { url: "https://sentry.example.com/api/0/projects/acme/shop/events/e4874d66/" } } },
      reads: [{ source: "shop" }],
    },
    ...["created", "unresolved"].map((action) => ({
      kind: "repeat" as const,
      name: `an issue: ${action}`,
      headers: resource("issue"),
      body: issue(action),
      reads: [
        {
          action: "trigger" as const,
          alertKey,
          severity: "CRITICAL" as const,
          source: "shop",
          url: "https://sentry.example.com/organizations/acme/issues/1117540176/",
        },
      ],
    })),
    {
      kind: "repeat",
      name: "an error",
      headers: resource("error"),
      body: { action: "created", data: { error: { title: "TypeError", level: "error", issue_id: alertKey } } },
      reads: [{ action: "trigger", alertKey, title: "TypeError" }],
    },
    {
      kind: "resolve",
      name: "an issue, some time after it was last seen",
      headers: resource("issue"),
      body: issue("resolved", { status: "resolved" }),
      reads: [{ action: "resolve", alertKey, occurredAt: null }],
    },
    ...["assigned", "archived", "ignored"].map((action) => ({
      kind: "odd" as const,
      name: `an issue: ${action}`,
      headers: resource("issue"),
      body: issue(action),
      reads: [],
    })),
    {
      kind: "trigger",
      name: "a metric alert",
      headers: resource("metric_alert"),
      body: metricAlert("critical"),
      reads: [
        {
          action: "trigger",
          alertKey: "4",
          title: "critical: Too many errors",
          description: "1000 events in the last 10 minutes",
          severity: "CRITICAL",
          source: "shop",
          url: "https://sentry.example.com/organizations/acme/alerts/1/",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "a metric alert that became a warning",
      headers: resource("metric_alert"),
      body: metricAlert("warning", { id: alertKey }),
      reads: [{ action: "trigger", alertKey, severity: "MEDIUM" }],
    },
    {
      kind: "resolve",
      name: "a metric alert",
      headers: resource("metric_alert"),
      body: metricAlert("resolved", { date_closed: "2026-09-21T15:00:00.000000Z" }),
      reads: [{ action: "resolve", alertKey: "4", occurredAt: "2026-09-21T15:00:00.000Z" }],
    },
    {
      kind: "trigger",
      name: "the legacy plugin",
      body: legacy,
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "TypeError: price is undefined",
          severity: "MEDIUM",
          source: "shop",
          url: "https://sentry.example.com/acme/shop/issues/1117540176/",
          occurredAt: "2026-09-21T14:13:20.250Z",
        },
      ],
    },
    {
      kind: "odd",
      name: "the progress of an autofix",
      headers: resource("activity_alert"),
      body: {
        action: "triggered",
        data: { ...issue("triggered").data, activity: { type: "seer_root_cause_completed" } },
      },
      reads: [],
    },
    {
      kind: "note",
      name: "a comment",
      headers: resource("comment"),
      body: {
        action: "created",
        data: { comment: "Hello", issue_id: alertKey },
        actor: { name: "Alice Example" },
        installation: { uuid: "a8e5" },
      },
      reads: [{ action: "note", alertKey, note: "Hello", author: "Alice Example" }],
    },
    {
      kind: "odd",
      name: "an empty event",
      body: { action: "triggered", data: { event: {} } },
      reads: [{ action: "trigger", alertKey: null, title: "Sentry event", severity: "MEDIUM", occurredAt: null }],
    },
    { kind: "odd", name: "another body", body: { text: "hello" }, rejects: /expected data with an issue/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Sentry webhook/ },
  ],
};
