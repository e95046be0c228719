import type { JsonObject } from "../lib/json.ts";
import { asList, asObject, pick } from "./fields.ts";
import { defineProvider } from "./form/define.ts";
import type { Kind } from "./form/form.ts";
import { SET_SOURCE_SECRET } from "./setup.ts";

/** The value of the attribute Priority or Severity of an alert. */
const priority = ({ attributes }: JsonObject): unknown => {
  const found = asList(attributes).find((each) =>
    /^(?:priority|severity)$/i.test(String(pick(each, "attribute", "name"))),
  );
  const value = asObject(pick(found, "value"));
  return value.label ?? value.literal;
};

/** An event; its data stands in a field that is named like the event. */
const event = (type: string, fields: Partial<Kind>): Kind => ({
  when: { at: "event_type", is: type },
  events: `["${type}"]`,
  event: "the data of the event",
  ...fields,
});

const alert = (type: string, action: "trigger" | "resolve"): Kind =>
  event(type, {
    action,
    // A deduplication key is unique for its source.
    alertKey: [{ parts: ["deduplication_key", "alert_source_id?"] }, "id"],
    externalId: "id",
    title: ["title", "deduplication_key"],
    description: "description",
    severity: { at: priority },
    source: ["alert_source_name", "alert_source_id"],
    url: ["source_url", "permalink"],
    occurredAt: [{ at: "resolved_at", on: "resolve" }, { at: "created_at", on: "trigger" }, "updated_at"],
    metadata: "status deduplication_key alert_source_id attributes",
  });

/** @param at the incident in the data */
const incident = (type: string, at = ""): Kind =>
  event(type, {
    action: [
      {
        at: `${at}incident_status.category`,
        words: { trigger: "triage live active", resolve: "learning closed declined canceled merged" },
        strict: true,
      },
      { noAlert: "the event does not change the state of the incident" },
    ],
    alertKey: `${at}id`,
    externalId: `${at}reference`,
    title: `${at}name`,
    description: `${at}summary`,
    severity: { at: `${at}severity.name` },
    source: `${at}incident_type.name`,
    url: `${at}permalink`,
    occurredAt: [`${at}updated_at`, `${at}created_at`],
    note: { at: "message", on: "resolve" },
    metadata: {
      reference: `${at}reference`,
      status: `${at}incident_status.name`,
      severity: `${at}severity.name`,
      mode: `${at}mode`,
    },
  });

/** incident.io's webhooks: alerts, and incidents that everybody may see. https://docs.incident.io/api-reference/webhooks */
export const incidentIo = defineProvider({
  id: "incident-io",
  name: "incident.io",
  docs: "https://api-docs.incident.io/tag/Webhooks/",
  category: "incidents",
  keywords: "incident io on call on-call paging",
  verification: { scheme: "standard-webhooks", toleranceSeconds: 300 },
  setup: `1. In incident.io, open **Settings → Webhooks → Add endpoint**.
2. Endpoint URL: \`<INGEST_URL>\`
3. Events: \`public_alert.alert_created_v1\` and \`public_alert.alert_resolved_v1\`; for incidents \`public_incident.incident_created_v2\`,
   \`public_incident.incident_updated_v2\` and \`public_incident.incident_status_updated_v2\`.
4. Copy the signing secret (\`whsec_…\`). ${SET_SOURCE_SECRET}`,
  sample: {
    headers: { "webhook-id": "msg_2mBq7Lr0sXk2", "webhook-timestamp": "1790000000" },
    body: {
      event_type: "public_alert.alert_created_v1",
      "public_alert.alert_created_v1": {
        id: "01K5PGTC00ALERT0000000001",
        alert_source_id: "01K5PGTC00SOURCE000000001",
        title: "Checkout answers slowly",
        description: "The 95th percentile is above 2 s.",
        status: "firing",
        deduplication_key: "checkout-latency",
        source_url: "https://monitoring.example.com/alerts/1",
        attributes: [
          {
            attribute: { id: "01K5A", name: "Priority", type: "AlertPriority" },
            value: { label: "Urgent", literal: "01K5B" },
          },
        ],
        created_at: "2026-09-21T14:13:20Z",
        updated_at: "2026-09-21T14:13:20Z",
      },
    },
  },
  // incident.io sends through Svix. https://docs.svix.com/retries
  sender: {
    timeoutSeconds: 15,
    retries: ["4xx", "429", "5xx"],
    note: "eight attempts in 28 hours; after five days of failures, the endpoint is disabled",
  },
  body: "an event of incident.io",
  requires: [{ when: "$body.event_type", what: "event_type" }],
  recognizedBy: [
    { at: "event_type", startsWith: "public_alert." },
    { at: "event_type", startsWith: "public_incident." },
    { at: "event_type", startsWith: "private_incident." },
  ],
  relatedSources: ["standard-webhooks"],
  kinds: [
    alert("public_alert.alert_created_v1", "trigger"),
    alert("public_alert.alert_resolved_v1", "resolve"),
    incident("public_incident.incident_created_v2"),
    incident("public_incident.incident_updated_v2"),
    incident("public_incident.incident_status_updated_v2", "incident."),
  ],
  action: { noAlert: "the event is neither an alert nor a public incident" },
  title: { text: "incident.io event" },
});
