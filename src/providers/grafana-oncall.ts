import type { Action } from "../alerts/model.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, hasAny, keyOf, objectBody, pick } from "./fields.ts";
import { nameOf } from "./generic-fields.ts";
import { BodyError, NEVER_RETRIES, newEvent, noEvents, type Provider, singleEvent } from "./provider.ts";

/** `event.type`; for other types, the `state` of the group. */
const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ["alert group created", "trigger"],
  ["firing", "trigger"],
  ["escalation", "trigger"],
  ["unresolve", "trigger"],
  ["unacknowledge", "trigger"],
  ["unsilence", "trigger"],
  ["acknowledge", "acknowledge"],
  ["acknowledged", "acknowledge"],
  ["resolve", "resolve"],
  ["resolved", "resolve"],
]);

/** Grafana OnCall's outgoing webhook: a state change of an alert group. https://grafana.com/docs/oncall/latest/configure/integrations/outgoing-webhooks/ */
export const grafanaOncall: Provider = {
  id: "grafana-oncall",
  name: "Grafana OnCall",
  docs: "https://grafana.com/docs/oncall/latest/configure/integrations/outgoing-webhooks/",
  verification: { scheme: "token" },
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
  senderProfile: { ...NEVER_RETRIES, timeoutSeconds: 4 },
  volatile: [],
  recognizes: ({ body }) => hasAny(body, "alert_group", "alert_group_id") && hasAny(body, "alert_payload", "event"),
  read({ body }) {
    const message = objectBody(body, "the whole payload (Forward all data)");
    const group = asObject(message.alert_group);
    const id = firstText(group.id, message.alert_group_id);
    if (id === null && !has(message, "alert_group")) throw new BodyError("expected an alert group", "/alert_group");
    const type = asText(pick(message, "event", "type")) ?? "firing";
    const state = asText(group.state) ?? "";
    const action = ACTIONS.get(type) ?? ACTIONS.get(state);
    if (!action || type === "silence") return noEvents("the event does not change the state of the alert group");
    const payload = asObject(message.alert_payload);
    const severity = firstText(
      pick(group, "labels", "severity"),
      pick(payload, "labels", "severity"),
      pick(payload, "commonLabels", "severity"),
      payload.severity,
    );
    return singleEvent(
      newEvent({
        action,
        alertKey: keyOf(id),
        title:
          firstText(group.title, pick(payload, "labels", "alertname"), payload.title) ?? "Grafana OnCall alert group",
        description: firstText(pick(payload, "annotations", "description"), payload.message),
        severity: asSeverity(severity),
        source: firstText(pick(payload, "labels", "instance"), pick(message, "integration", "name")),
        url: asText(pick(group, "permalinks", "web")),
        occurredAt: asInstant(pick(message, "event", "time")),
        author: nameOf(message.user),
        startedAt: action === "resolve" ? asInstant(group.created_at) : null,
        metadata: {
          type,
          severity,
          state,
          alerts: group.alerts_count,
          labels: group.labels,
          integration: pick(message, "integration", "name"),
          team: pick(message, "integration", "team"),
          user: pick(message, "user", "username"),
        },
      }),
    );
  },
};
