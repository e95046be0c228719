import { defineProvider } from "./form/define.ts";

/** `event.type`, or the state of the group. */
const ACTIONS = {
  trigger: ["alert group created", "firing", "escalation", "unresolve", "unsilence", "unacknowledge"],
  acknowledge: ["acknowledge", "acknowledged"],
  resolve: ["resolve", "resolved"],
};

/** Grafana OnCall's outgoing webhook: a state change of an alert group. */
export const grafanaOncall = defineProvider({
  id: "grafana-oncall",
  name: "Grafana OnCall",
  docs: "https://grafana.com/docs/oncall/latest/configure/integrations/outgoing-webhooks/",
  category: "incidents",
  keywords: "on call on-call paging escalation",
  setup: `1. In Grafana OnCall, open **Outgoing webhooks → New outgoing webhook → Advanced**, trigger type **Alert group created**; repeat for
   acknowledged, unacknowledged, resolved and unresolved.
2. Webhook URL: \`<INGEST_URL>\`, HTTP method POST, authorization header \`Bearer <SECRET>\`. Forward all data.`,
  sample: {
    body: {
      event: { type: "alert group created", time: "2026-09-21T14:13:20.000000+00:00" },
      user: null,
      alert_group: {
        id: "I9SAMPLEGROUP",
        integration_id: "C9SAMPLE",
        alerts_count: 1,
        state: "firing",
        created_at: "2026-09-21T14:13:20.000000Z",
        title: "Checkout answers slowly",
        permalinks: { web: "https://acme.grafana.example.com/a/grafana-oncall-app/alert-groups/I9SAMPLEGROUP" },
        labels: {},
      },
      alert_group_id: "I9SAMPLEGROUP",
      alert_payload: {
        labels: { alertname: "SlowCheckout", severity: "critical", instance: "shop-1.example.com" },
        annotations: { description: "Nine of ten requests take longer than five seconds." },
      },
      integration: { id: "C9SAMPLE", name: "Production", type: "alertmanager", team: "Shop" },
    },
  },
  // grafana/oncall engine/apps/webhooks: timeout 4 s; only failed connections are retried.
  sender: { timeoutSeconds: 4, retries: [] },
  body: "the whole payload (Forward all data)",
  recognizedBy: [{ all: [{ any: ["alert_group", "alert_group_id"] }, { any: ["alert_payload", "event"] }] }],
  requires: [{ when: { any: ["alert_group", { at: "alert_group_id" }] }, what: "an alert group" }],
  noAlert: [{ when: "event.type=silence", why: "the alert group was silenced" }],
  action: [
    { at: ["event.type", "alert_group.state"], words: ACTIONS, strict: true },
    { when: { not: { at: "event.type" } }, is: "trigger" },
    { noAlert: "the event does not change the state of the alert group" },
  ],
  alertKey: ["alert_group.id", "alert_group_id"],
  title: ["alert_group.title", "alert_payload.labels.alertname", "alert_payload.title"],
  description: ["alert_payload.annotations.description", "alert_payload.message"],
  severity: {
    at: [
      "alert_group.labels.severity",
      "alert_payload.labels.severity",
      "alert_payload.commonLabels.severity",
      "alert_payload.severity",
    ],
  },
  source: ["alert_payload.labels.instance", "integration.name"],
  url: "alert_group.permalinks.web",
  occurredAt: "event.time",
  endsAcknowledgement: "event.type=unacknowledge",
  startedAt: "alert_group.created_at",
  author: "user",
  metadata: `event.type severity=alert_payload.labels.severity alert_group.state alerts=alert_group.alerts_count
    alert_group.labels integration=integration.name integration.team user=user.username`,
});
