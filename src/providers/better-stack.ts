import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, none, one, type Provider, type Reading, UNPUBLISHED } from "./provider.ts";

/** `event` of an incident. */
const EVENTS: ReadonlyMap<string, Action> = new Map([
  ["started", "trigger"],
  ["reopened", "trigger"],
  ["acknowledged", "acknowledge"],
  ["resolved", "resolve"],
]);

/** Where an event's time stands. A reopening has none: the start would lie before the resolve that it takes back. */
const TIMES: ReadonlyMap<string, string> = new Map([
  ["started", "started_at"],
  ["acknowledged", "acknowledged_at"],
  ["resolved", "resolved_at"],
]);

/** `attributes.event` of an error; the others (assigned, ignored …) are no turn of its life. */
const ERROR_EVENTS: ReadonlyMap<string, Action> = new Map([
  ["new_error", "trigger"],
  ["recurring_error", "trigger"],
  ["reoccurred", "trigger"],
  ["regression", "trigger"],
  ["reopened", "trigger"],
  ["unresolved", "trigger"],
  ["resolved", "resolve"],
]);

/** Better Stack's outgoing webhooks: an incident (or an error) that changed. https://betterstack.com/docs/uptime/webhooks/ */
export const betterStack: Provider = {
  id: "better-stack",
  name: "Better Stack",
  docs: "https://betterstack.com/docs/uptime/webhooks/",
  verification: { scheme: "token" },
  setup: `1. In Better Stack, open **Uptime → Integrations → Exporting data → Outgoing webhooks → New webhook**, trigger **Incident change**.
2. URL: \`<INGEST_URL>\`. Under **Advanced settings**, add the header \`X-Tocsin-Token: <SECRET>\` (or use \`<INGEST_URL>?token=<SECRET>\`).
3. Let it send on incident start, acknowledgement and resolution.`,
  sample: {
    body: {
      event: "started",
      data: {
        id: "310045678",
        type: "incident",
        attributes: {
          name: "Checkout",
          url: "https://shop.example.com/checkout",
          http_method: "get",
          cause: "Status 503",
          started_at: "2026-09-21T14:13:20.000Z",
          acknowledged_at: null,
          resolved_at: null,
          response_content: "",
          status: "Started",
        },
        relationships: { monitor: { data: { id: "2001", type: "monitor" } } },
      },
    },
  },
  sender: UNPUBLISHED,
  volatile: [],
  recognises: ({ body }) => has(pick(body, "data"), "type", "attributes"),
  read({ body }) {
    const message = objectBody(body, "Better Stack's webhook object");
    const data = asObject(message.data);
    const attributes = asObject(data.attributes);
    if (data.type === "error") return readError(data, attributes);
    const event = asText(message.event) ?? asText(attributes.status)?.toLowerCase() ?? "";
    const action = data.type === "incident" ? (EVENTS.get(event) ?? "trigger") : undefined;
    if (!action) return none("a change of a monitor or of who is on call");
    return one(
      newEvent({
        action,
        alertKey: keyOf(data.id),
        title:
          [asText(attributes.name), asText(attributes.cause)].filter(Boolean).join(": ") || "Better Stack incident",
        description: asText(attributes.cause),
        severity: "HIGH",
        source: asText(attributes.name),
        url: firstText(attributes.origin_url, attributes.url),
        occurredAt: asInstant(attributes[TIMES.get(event) ?? ""]),
        metadata: {
          event,
          cause: attributes.cause,
          monitoredUrl: attributes.url,
          method: attributes.http_method,
          monitorId: pick(data, "relationships", "monitor", "data", "id"),
          acknowledgedBy: attributes.acknowledged_by,
          resolvedBy: attributes.resolved_by,
          metadata: attributes.metadata,
        },
      }),
    );
  },
};

/** https://betterstack.com/docs/errors/integrations/outgoing-webhooks/ */
function readError(data: JsonObject, attributes: JsonObject): Reading {
  const event = asText(attributes.event) ?? "";
  const action = ERROR_EVENTS.get(event);
  if (!action) return none("an event that is no turn of an error's life");
  return one(
    newEvent({
      action,
      alertKey: keyOf(data.id),
      title: firstText(attributes.title, attributes.message, attributes.name) ?? "Better Stack error",
      description: firstText(attributes.message, attributes.culprit),
      severity: "HIGH",
      source: firstText(attributes.application_name, attributes.environment),
      url: asText(attributes.url),
      occurredAt: asInstant(firstText(attributes.last_seen_at, attributes.created_at)),
      metadata: { event, environment: attributes.environment, release: attributes.release },
    }),
  );
}
