import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import type { CompatibilityApi } from "./compatibility-api.ts";
import { asInstant, asList, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import {
  BodyError,
  newEvent,
  noEvents,
  singleEvent,
  type Provider,
  type Reading,
  type SenderProfile,
} from "./provider.ts";

/** https://developer.pagerduty.com/docs/events-api-v2-overview#response-codes--retry-logic: the rules for clients. */
export const EVENTS_API_CLIENTS: SenderProfile = {
  timeoutSeconds: null,
  clientErrors: "dropped",
  tooManyRequests: "retried",
  serverErrors: "retried",
  note: "the API's rules for clients; PagerDuty's JavaScript client retries only 429",
  overloadStatus: 429,
};

const ENQUEUE = "/v2/enqueue";
const CHANGE = "/v2/change/enqueue";

const ACTIONS: ReadonlySet<string> = new Set(["trigger", "acknowledge", "resolve"] satisfies Action[]);

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

/**
 * Compatibility API for PagerDuty's Events API v2: its clients work with Tocsin after a change of URL and routing key.
 * https://developer.pagerduty.com/docs/send-alert-event
 */
export const pagerduty: Provider = {
  id: "pagerduty",
  name: "PagerDuty Events API v2",
  docs: "https://developer.pagerduty.com/docs/send-alert-event",
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
  senderProfile: EVENTS_API_CLIENTS,
  // Clients often set the timestamp to the time of sending.
  volatile: ["occurredAt"],
  usesDeliveryIdAsKey: true,
  compatibilityApi: pagerdutyEventsApi([ENQUEUE, CHANGE], "dedup_key"),
  hasUniqueBody: true,
  recognizes: ({ body }) => has(body, "routing_key", "event_action") || has(body, "routing_key", "payload"),
  read({ body, path }) {
    const message = objectBody(body, "an Events API v2 object");
    return path.startsWith(CHANGE) ? readChange(message) : readEvent(message);
  },
};

function readEvent(message: JsonObject): Reading {
  const action = message.event_action;
  if (typeof action !== "string" || !ACTIONS.has(action)) {
    throw new BodyError("'event_action' must be trigger, acknowledge or resolve", "/event_action");
  }
  const alertKey = keyOf(message.dedup_key);
  if (action !== "trigger" && alertKey === null) throw new BodyError("'dedup_key' is missing or blank", "/dedup_key");
  const payload = asObject(message.payload);
  const summary = asText(payload.summary);
  if (action === "trigger" && summary === null) {
    throw new BodyError("'payload.summary' is missing or blank", "/payload/summary");
  }
  return singleEvent(
    newEvent({
      action: action as Action,
      alertKey,
      title: summary ?? `PagerDuty ${action}`,
      description: detailsText(payload.custom_details),
      severity: asSeverity(payload.severity),
      source: asText(payload.source),
      url: firstText(message.client_url, pick(message.links, 0, "href")),
      occurredAt: asInstant(payload.timestamp),
      metadata: {
        severity: payload.severity,
        component: payload.component,
        group: payload.group,
        class: payload.class,
        customDetails: payload.custom_details,
        client: message.client,
        clientUrl: message.client_url,
        links: asList(message.links),
        images: asList(message.images),
      },
    }),
  );
}

/** Some clients send a string although the API expects an object. */
const detailsText = (details: unknown): string | null => (typeof details === "string" ? asText(details) : null);

/** A change event is not an alert. https://developer.pagerduty.com/docs/send-change-event */
function readChange(message: JsonObject): Reading {
  const summary = asText(asObject(message.payload).summary);
  if (summary === null) throw new BodyError("'payload.summary' is missing or blank", "/payload/summary");
  return noEvents("a change event, not an alert");
}
