import { parseAction } from "./actions.ts";
import { asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick, without } from "./fields.ts";
import { BodyError, newEvent, singleEvent, type Provider } from "./provider.ts";
import { EVENTS_API_CLIENTS, pagerdutyEventsApi } from "./pagerduty.ts";

const CREATE_EVENT = "/generic/2010-04-15/create_event.json";

/** Compatibility API for PagerDuty's Events API v1, which old clients still use. https://developer.pagerduty.com/docs/events-api-v1-overview */
export const pagerdutyEventsV1: Provider = {
  id: "pagerduty-events-v1",
  name: "PagerDuty Events API v1",
  docs: "https://developer.pagerduty.com/docs/events-api-v1-overview",
  verification: { scheme: "token", in: "body", name: "service_key" },
  setup: `For clients that use PagerDuty's Events API v1 and cannot use v2:

1. Set the API URL to \`<INGEST_URL>${CREATE_EVENT}\`.
2. Set the service key (or integration key) to \`<SECRET>\`.`,
  sample: {
    path: CREATE_EVENT,
    body: {
      service_key: "0123456789abcdef0123456789abcdef",
      event_type: "trigger",
      incident_key: "db-1/disk",
      description: "Disk almost full on db-1",
      client: "Example Monitoring",
      client_url: "https://monitoring.example.com/alerts/1",
      details: { free: "4 %" },
      contexts: [{ type: "link", href: "https://example.com/runbook", text: "Runbook" }],
    },
  },
  senderProfile: EVENTS_API_CLIENTS,
  volatile: [],
  usesDeliveryIdAsKey: true,
  compatibilityApi: pagerdutyEventsApi([CREATE_EVENT], "incident_key"),
  recognizes: ({ body }) => has(body, "service_key", "event_type"),
  read({ body }) {
    const message = objectBody(body, "an Events API v1 object");
    const action = parseAction(asText(message.event_type) ?? "");
    if (action === null) throw new BodyError("'event_type' must be trigger, acknowledge or resolve", "/event_type");
    const alertKey = keyOf(message.incident_key);
    if (action !== "trigger" && alertKey === null) {
      throw new BodyError("'incident_key' is missing or blank", "/incident_key");
    }
    const details = asObject(message.details);
    const description = firstText(message.description, details.Subject, details.subject);
    if (action === "trigger" && description === null) {
      throw new BodyError("'description' is missing or blank", "/description");
    }
    return singleEvent(
      newEvent({
        action,
        alertKey,
        title: description ?? `PagerDuty ${action}`,
        severity: asSeverity(firstText(details.severity, pick(details, "MessageAttributes", "severity", "Value"))),
        source: firstText(details.hostname, details.host, message.client),
        url: firstText(message.client_url, pick(message.contexts, 0, "href")),
        // The text of an acknowledge or a resolve goes to the log of the incident.
        note: action === "trigger" ? null : description,
        metadata: without(message, "service_key", "event_type", "incident_key", "description"),
      }),
    );
  },
};
