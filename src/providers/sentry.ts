import { defineProvider } from "./form/define.ts";
import type { EventForm } from "./form/form.ts";
import type { JsonObject } from "../lib/json.ts";
import { asList, asText, pick } from "./fields.ts";
import { DEFAULT_HMAC } from "../verification/settings.ts";
import { SET_SOURCE_SECRET } from "./setup.ts";

/** Tags are pairs of name and value. */
const tagOf = (event: JsonObject, name: string): unknown =>
  pick(
    asList(event.tags).find((tag) => pick(tag, 0) === name),
    1,
  );

/** The fields of an event, which is in `data.event` or `data.error`. */
const EVENT: Partial<EventForm> = {
  action: "trigger",
  // Older bodies have the id of the issue only in its URL.
  alertKey: ["issue_id", ({ issue_url }) => /\/issues\/(\d+)/.exec(asText(issue_url) ?? "")?.[1]],
  title: ["title", "metadata.title", "message", { text: "Sentry event" }],
  url: ["web_url", "url"],
  source: [
    "server_name",
    (event) => tagOf(event, "server_name"),
    "project_name",
    // `project` itself is a numeric id.
    ({ url }) => /\/projects\/[^/]+\/([^/]+)\//.exec(asText(url) ?? "")?.[1],
    "project",
  ],
  occurredAt: ["datetime", "timestamp"],
  author: undefined,
};

/** Sentry's integration platform webhooks (issues, issue alerts, errors, metric alerts), and the flat body of its legacy WebHooks plugin. */
export const sentry = defineProvider({
  id: "sentry",
  name: "Sentry",
  docs: "https://docs.sentry.io/organization/integrations/integration-platform/webhooks/",
  category: "errors",
  keywords: "error tracking exceptions crashes performance issues glitchtip",
  verification: { ...DEFAULT_HMAC, header: "sentry-hook-signature", prefix: "" },
  setup: `1. In Sentry, open **Settings → Custom Integrations → Create New Integration → Internal Integration**.
2. Webhook URL: \`<INGEST_URL>\`. Switch **Alert Rule Action** on, and tick **issue** under Webhooks.
3. Save, and copy the **Client Secret**: Sentry signs with it. ${SET_SOURCE_SECRET}
4. Add the integration as an action to your alert rules.`,
  sample: {
    headers: { "sentry-hook-resource": "event_alert", "request-id": "4c1b8e0e4ef24c0f8d5d5f3cf3a0f001" },
    body: {
      action: "triggered",
      data: {
        event: {
          event_id: "e4874d664c3540c1a32eab185f12c5ab",
          issue_id: "1117540176",
          issue_url: "https://sentry.io/api/0/issues/1117540176/",
          web_url: "https://sentry.io/organizations/acme/issues/1117540176/events/e4874d664c3540c1a32eab185f12c5ab/",
          title: "TypeError: price is undefined",
          culprit: "checkout in total",
          level: "error",
          platform: "javascript",
          project: 1,
          environment: "production",
          datetime: "2026-09-21T14:13:20.000000Z",
        },
        triggered_rule: "Checkout errors",
      },
      installation: { uuid: "a8e5d37a-696c-4c54-adb5-b3f28d64c7de" },
      actor: { type: "application", id: "sentry", name: "Sentry" },
    },
  },
  // Sentry's changelog of 2023-10-03: timeout 1 s; 1000 timeouts a day disable the webhook.
  sender: { timeoutSeconds: 1 },
  // Sentry's only delivery id. It is not set by a proxy.
  idempotencyKey: "$headers.request-id",
  hasUniqueBody: true,
  body: "a Sentry webhook",
  recognizedBy: [
    "$headers.sentry-hook-resource",
    "action data installation",
    "culprit level event",
    "culprit project_slug",
  ],
  kinds: [
    {
      when: "data.metric_alert",
      events: "data",
      // The action is the severity. A resolve has no severity.
      action: { at: "$body.action", words: { resolve: "resolved" }, strict: true },
      severity: [{ when: "$body.action=resolved", is: "INFO" }, { at: "$body.action" }],
      alertKey: "metric_alert.id",
      title: [
        "description_title",
        "metric_alert.title",
        "metric_alert.alert_rule.name",
        { text: "Sentry metric alert" },
      ],
      description: "description_text",
      source: "metric_alert.projects[0]",
      url: "web_url",
      occurredAt: [
        { at: "metric_alert.date_closed", on: "resolve" },
        { at: ["metric_alert.date_detected", "metric_alert.date_started"], on: "trigger" },
      ],
      startedAt: ["metric_alert.date_detected", "metric_alert.date_started"],
      author: undefined,
      metadata: `rule=metric_alert.alert_rule.name ruleId=metric_alert.alert_rule.id
        metric_alert.alert_rule.aggregate metric_alert.alert_rule.query $body.action`,
    },
    { when: "data.event", ...EVENT, events: "data.event" },
    { when: "data.error", ...EVENT, events: "data.error" },
    {
      when: { all: ["data.comment data.issue_id", { not: "action=deleted" }] },
      events: "data",
      action: "note",
      alertKey: "issue_id",
      note: "comment",
      occurredAt: "timestamp",
      url: undefined,
    },
    {
      // The legacy plugin.
      when: { any: ["culprit", "event"] },
      events: undefined,
      action: "trigger",
      title: ["message", "event.title", { text: "Sentry event" }],
      source: ["project_slug", "project_name", "project"],
      url: "url",
      occurredAt: ["event.timestamp", "event.received"],
      author: undefined,
    },
    {
      when: { all: ["action data", { not: "data.issue" }] },
      events: undefined,
      action: { noAlert: "the action is not about an alert" },
    },
  ],
  events: "data.issue",
  event: "data with an issue, event, error or metric_alert",
  action: [
    { at: "$body.action", words: { trigger: "created unresolved", resolve: "resolved" }, strict: true },
    // It was assigned, archived …
    { noAlert: "the state of the issue did not change" },
  ],
  alertKey: "id",
  title: ["title", { text: "Sentry issue" }],
  description: "culprit",
  severity: { at: "level" },
  source: ["project.slug", "project.name"],
  url: ["web_url", "permalink"],
  occurredAt: { at: ["lastSeen", "firstSeen"], on: "trigger" },
  author: "$body.actor",
  metadata: "level platform project environment release tags shortId eventId=event_id",
});
