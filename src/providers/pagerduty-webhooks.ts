import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { nameOf } from "./generic-fields.ts";
import {
  BodyError,
  commentOn,
  newEvent,
  noEvents,
  singleEvent,
  type Provider,
  type Reading,
  type SenderProfile,
} from "./provider.ts";

/** `event_type`; the others (notes, priorities, responders, services …) do not change the state. */
const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    "incident.triggered": "trigger",
    "incident.reopened": "trigger",
    "incident.unacknowledged": "trigger",
    "incident.acknowledged": "acknowledge",
    "incident.resolved": "resolve",
  }),
);

/** `event_type` of what people write on an incident. */
const NOTES: ReadonlySet<string> = new Set(["incident.annotated", "incident.status_update_published"]);

function readNote(event: JsonObject): Reading {
  const note = asObject(event.data);
  return commentOn({
    alertKey: keyOf(pick(note, "incident", "id")),
    note: firstText(note.content, note.message),
    author: nameOf(event.agent),
    occurredAt: asInstant(event.occurred_at),
    url: asText(pick(note, "incident", "html_url")),
  });
}

/** https://developer.pagerduty.com/docs/webhooks-overview#webhook-delivery-and-retries */
export const PAGERDUTY_SENDER: SenderProfile = {
  timeoutSeconds: 5,
  clientErrors: "dropped",
  tooManyRequests: "retried",
  serverErrors: "retried",
  note: "for up to 48 hours, in order; three drops in a row switch the webhook off for 24 hours",
};

/** PagerDuty's webhooks, version 3: one event of an incident, signed. https://developer.pagerduty.com/docs/webhooks-overview */
export const pagerdutyWebhooks: Provider = {
  id: "pagerduty-webhooks",
  name: "PagerDuty webhooks v3",
  docs: "https://developer.pagerduty.com/docs/webhooks-overview",
  // https://developer.pagerduty.com/docs/verifying-webhook-signatures: several comma-separated signatures during a rotation.
  verification: {
    scheme: "hmac",
    header: "x-pagerduty-signature",
    algorithm: "sha256",
    encoding: "hex",
    prefix: "v1=",
    toleranceSeconds: 300,
    content: "{body}",
  },
  setup: `1. In PagerDuty, open **Integrations → Generic Webhooks (v3) → New Webhook**.
2. Webhook URL: \`<INGEST_URL>\`. Choose the scope and the incident events: triggered, acknowledged, unacknowledged, reopened, resolved.
3. PagerDuty shows the signing secret once: set it as the \`secret\` of this integration.`,
  sample: {
    headers: { "x-webhook-id": "6b3f9b5e-2f4c-4b6f-9d5e-0d1c2b3a4f50" },
    body: {
      event: {
        id: "01CXYZEXAMPLE0001",
        event_type: "incident.triggered",
        resource_type: "incident",
        occurred_at: "2026-09-21T14:13:20.000Z",
        agent: null,
        client: null,
        data: {
          id: "Q2V9HJ4XW1TTLM",
          type: "incident",
          html_url: "https://acme.pagerduty.example.com/incidents/Q2V9HJ4XW1TTLM",
          number: 42,
          status: "triggered",
          incident_key: "checkout-latency",
          title: "Checkout answers slowly",
          service: { id: "PSVC001", summary: "Checkout API", type: "service_reference" },
          assignees: [{ id: "PUSR001", summary: "Alice Example" }],
          priority: { id: "PPRI001", summary: "P1" },
          urgency: "high",
        },
      },
    },
  },
  senderProfile: PAGERDUTY_SENDER,
  volatile: [],
  // Unique per webhook, and the same in every attempt.
  idempotencyKey: ({ headers, body }) => headers.get("x-webhook-id") ?? asText(pick(body, "event", "id")),
  hasUniqueBody: true,
  recognizes: ({ headers, body }) =>
    headers.has("x-pagerduty-signature") || has(pick(body, "event"), "event_type", "data"),
  read({ body }) {
    const event = objectBody(pick(body, "event"), "an event of a V3 webhook", "/event");
    const type = asText(event.event_type);
    if (type === null) throw new BodyError("expected the type of an event", "/event/event_type");
    const action = ACTIONS.get(type);
    if (NOTES.has(type)) return readNote(event);
    if (!action) return noEvents("the event does not change the state of an incident");
    const incident = objectBody(event.data, "an incident", "/event/data");
    const priority = asText(pick(incident, "priority", "summary"));
    return singleEvent(
      newEvent({
        action,
        alertKey: keyOf(incident.id),
        title: firstText(incident.title, incident.summary) ?? "PagerDuty incident",
        severity: asSeverity(priority, asSeverity(incident.urgency)),
        source: asText(pick(incident, "service", "summary")),
        url: asText(incident.html_url),
        occurredAt: asInstant(event.occurred_at),
        startedAt: action === "resolve" ? asInstant(incident.created_at) : null,
        author: nameOf(event.agent),
        note:
          action === "resolve" ? firstText(pick(incident, "resolve_reason", "summary"), incident.resolve_reason) : null,
        metadata: {
          eventType: type,
          number: incident.number,
          urgency: incident.urgency,
          priority,
          incidentKey: incident.incident_key,
          service: pick(incident, "service", "summary"),
          assignees: incident.assignees,
          agent: pick(event, "agent", "summary"),
        },
      }),
    );
  },
};
