import { defineProvider } from "./form/define.ts";

const TRIGGERS = "new_item reactivated_item reopened_item exp_repeat_item item_velocity occurrence";

/** A place in the occurrence. */
const inOccurrence = (path: string) => [`$body.data.occurrence.${path}`, `last_occurrence.${path}`];

/** Rollbar's webhook: one event of an item. */
export const rollbar = defineProvider({
  id: "rollbar",
  name: "Rollbar",
  docs: "https://docs.rollbar.com/docs/webhooks",
  category: "errors",
  keywords: "error tracking exceptions crashes",
  setup: `1. In the Rollbar project, open **Settings → Notifications → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`. Format: JSON. Enable it.
3. Keep the rules for new, reactivated, resolved and reopened items; remove **every occurrence** unless each one must count.`,
  sample: {
    body: {
      event_name: "new_item",
      data: {
        url: "https://rollbar.example.com/acme/shop/items/128/",
        item: {
          id: 812640017,
          counter: 128,
          title: "TypeError: price is undefined",
          environment: "production",
          level: 40,
          status: 1,
          project_id: 1001,
          total_occurrences: 1,
          last_occurrence_timestamp: 1790000000,
          last_occurrence: {
            level: "error",
            timestamp: 1790000000,
            body: { trace: { exception: { class: "TypeError", message: "price is undefined" } } },
            server: { host: "shop-1.example.com" },
          },
        },
      },
    },
  },
  // https://docs.rollbar.com/docs/webhooks: statuses other than 200, 201, 202 and 204 are retried, 4**n seconds apart.
  sender: {
    timeoutSeconds: 3,
    retries: ["4xx", "429", "5xx"],
    note: "ten times, at intervals from one second to several days",
  },
  body: "a Rollbar webhook",
  recognizedBy: ["event_name data"],
  kinds: [
    {
      // Deploys and tests are not alerts.
      when: { not: { any: ["data.item", { at: "event_name", is: `${TRIGGERS} resolved_item` }] } },
      events: undefined,
      requires: [{ when: { at: "event_name" }, what: "the name of an event" }],
      noAlert: [{ when: "event_name=test", why: "Rollbar's test" }],
      action: { noAlert: "not an item event" },
    },
  ],
  events: "data.item",
  event: "an item",
  requires: [{ when: { at: "$body.event_name" }, what: "the name of an event" }],
  action: { at: "$body.event_name", words: { trigger: TRIGGERS, resolve: "resolved_item" }, strict: true },
  alertKey: "id",
  title: ["title", { text: "Rollbar item" }],
  description: [
    ...inOccurrence("body.trace.exception.message"),
    ...inOccurrence("body.trace_chain[0].exception.message"),
    ...inOccurrence("body.message.body"),
  ],
  // People may change the level of an item. Its occurrences keep the old level.
  severity: {
    at: ["level", ...inOccurrence("level")],
    words: { CRITICAL: "50", HIGH: "40", MEDIUM: "30", INFO: "20 10" },
  },
  source: [...inOccurrence("server.host"), "environment"],
  url: ["$body.data.url", "url"],
  // Resolves and reopens have no date: the body has only the time of the last occurrence.
  occurredAt: [
    { at: "last_resolved_timestamp", on: "resolve" },
    {
      at: [...inOccurrence("timestamp"), "last_occurrence_timestamp"],
      on: "trigger",
      when: { not: "$body.event_name=reopened_item" },
    },
  ],
  metadata: {
    event: "$body.event_name",
    level: ["level", ...inOccurrence("level")],
    environment: "environment",
    counter: "counter",
    framework: inOccurrence("framework"),
    occurrences: "total_occurrences",
    projectId: "project_id",
    trigger: "$body.data.trigger",
  },
});
