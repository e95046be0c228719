import { defineProvider } from "./form/define.ts";
import { EVENTS_API_CLIENTS, pagerdutyEventsApi } from "./pagerduty.ts";

const CREATE_EVENT = "/generic/2010-04-15/create_event.json";
const DESCRIPTION = ["description", "details.Subject", "details.subject"];

/** Compatibility API for PagerDuty's Events API v1, which old clients still use. */
export const pagerdutyEventsV1 = defineProvider({
  id: "pagerduty-events-v1",
  name: "PagerDuty Events API v1",
  docs: "https://developer.pagerduty.com/docs/events-api-v1-overview",
  category: "incidents",
  keywords: "on call on-call paging events api",
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
  sender: EVENTS_API_CLIENTS,
  usesDeliveryIdAsKey: true,
  compatibilityApi: pagerdutyEventsApi([CREATE_EVENT], "incident_key"),
  body: "an Events API v1 object",
  recognizedBy: ["service_key event_type"],
  kinds: [
    {
      when: "event_type=trigger",
      requires: [{ when: { at: DESCRIPTION }, what: "a description", place: "description" }],
    },
    {
      when: { at: "event_type", is: "acknowledge resolve" },
      requires: [{ when: { at: "incident_key" }, what: "an incident_key", place: "incident_key" }],
    },
  ],
  requires: [
    {
      when: { at: "event_type", is: "trigger acknowledge resolve" },
      what: "an event_type: trigger, acknowledge or resolve",
      place: "event_type",
    },
  ],
  action: { at: "event_type" },
  alertKey: "incident_key",
  title: [...DESCRIPTION, { text: "PagerDuty {event_type}" }],
  severity: { at: ["details.severity", "details.MessageAttributes.severity.Value"] },
  source: ["details.hostname", "details.host", "client"],
  url: ["client_url", "contexts[0].href"],
  // The text of an acknowledge or a resolve goes to the log of the incident.
  note: { at: DESCRIPTION, on: ["acknowledge", "resolve"] },
  leftOut: ["service_key", "event_type", "incident_key", "description"],
});
