import { defineProvider } from "./form/define.ts";
import type { SenderForm } from "./form/form.ts";
import type { CompatibilityApi } from "./compatibility-api.ts";
import { keyOf, pick } from "./fields.ts";

/** https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic: the rules for clients. */
export const EVENTS_API_CLIENTS: SenderForm = {
  retries: ["429", "5xx"],
  note: "the API's rules for clients; PagerDuty's JavaScript client retries only 429",
  overloadStatus: 429,
};

const SUMMARY = { when: { at: "payload.summary" }, what: "a payload.summary", place: "payload.summary" };

const ENQUEUE = "/v2/enqueue";
const CHANGE = "/v2/change/enqueue";

/** https://developer.pagerduty.com/docs/send-alert-event: 202 with the key, 400 with the errors. */
export const pagerdutyEventsApi = (paths: readonly string[], keyName: string): CompatibilityApi => ({
  matchesPath: (path) => paths.includes(path.replace(/\/$/, "")),
  success: ({ deliveryId, alertKeys, path, body }) => ({
    status: 202,
    body: path.startsWith(CHANGE)
      ? { status: "success", message: "Change event processed" }
      : {
          status: "success",
          message: "Event processed",
          [keyName]: keyOf(pick(body, keyName)) ?? alertKeys[0] ?? deliveryId,
        },
  }),
  rejection: ({ status, detail, errors }) =>
    status < 500 && status !== 429
      ? { status, body: { status: "invalid event", message: "Event object is invalid", errors } }
      : { status, body: { status: "error", message: detail, errors } },
});

/** Compatibility API for PagerDuty's Events API v2: its clients work with Tocsin after a change of URL and routing key. */
export const pagerduty = defineProvider({
  id: "pagerduty",
  name: "PagerDuty Events API v2",
  docs: "https://developer.pagerduty.com/docs/send-alert-event",
  category: "incidents",
  keywords: "on call on-call paging events api",
  verification: { scheme: "token", in: "body", name: "routing_key" },
  setup: `For clients of PagerDuty's Events API v2.

1. Set the API URL to \`<INGEST_URL>/v2/enqueue\` (change events: \`<INGEST_URL>/v2/change/enqueue\`).
2. Set the routing key (or integration key) to \`<SECRET>\`.

Example for Prometheus Alertmanager (without \`severity\`, it sends every alert as an error):

\`\`\`yaml
receivers:
  - name: tocsin
    pagerduty_configs:
      - url: <INGEST_URL>/v2/enqueue
        routing_key: <SECRET>
        severity: '{{ or .CommonLabels.severity "error" }}'
\`\`\``,
  sample: {
    path: ENQUEUE,
    body: {
      routing_key: "0123456789abcdef0123456789abcdef",
      event_action: "trigger",
      dedup_key: "db-1/disk",
      payload: {
        summary: "Disk almost full on db-1",
        source: "db-1.example.com",
        severity: "error",
        timestamp: "2026-09-21T14:13:20.000+0000",
        component: "postgres",
        group: "databases",
        class: "disk",
        custom_details: { free: "4 %" },
      },
      images: [{ src: "https://example.com/graph.png", alt: "Free space" }],
      links: [{ href: "https://example.com/runbook", text: "Runbook" }],
      client: "Example Monitoring",
      client_url: "https://monitoring.example.com/alerts/1",
    },
  },
  sender: EVENTS_API_CLIENTS,
  // Clients often set the timestamp to the time of sending.
  volatile: ["occurredAt"],
  usesDeliveryIdAsKey: true,
  compatibilityApi: pagerdutyEventsApi([ENQUEUE, CHANGE], "dedup_key"),
  hasUniqueBody: true,
  body: "an Events API v2 object",
  recognizedBy: ["routing_key event_action", "routing_key payload"],
  kinds: [
    {
      // A change event is not an alert. https://developer.pagerduty.com/docs/send-change-event
      when: (_, { input }) => input.path.startsWith(CHANGE),
      requires: [SUMMARY],
      action: { noAlert: "a change event, not an alert" },
    },
    { when: "event_action=trigger", requires: [SUMMARY] },
    {
      when: { at: "event_action", is: "acknowledge resolve" },
      requires: [{ when: { at: "dedup_key" }, what: "a dedup_key", place: "dedup_key" }],
    },
  ],
  requires: [
    {
      when: { at: "event_action", is: "trigger acknowledge resolve" },
      what: "an event_action: trigger, acknowledge or resolve",
      place: "event_action",
    },
  ],
  action: { at: "event_action" },
  alertKey: "dedup_key",
  title: ["payload.summary", { text: "PagerDuty {event_action}" }],
  // Some clients send a string although the API expects an object.
  description: "payload.custom_details",
  severity: { at: "payload.severity" },
  source: "payload.source",
  url: ["client_url", "links[0].href"],
  occurredAt: "payload.timestamp",
  metadata: `payload.severity payload.component payload.group payload.class customDetails=payload.custom_details
    client clientUrl=client_url links images`,
});
