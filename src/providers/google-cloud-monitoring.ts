import { MINUTE } from "../lib/time.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** Google Cloud Monitoring's incident webhook. https://cloud.google.com/monitoring/support/notification-options#webhooks */
export const googleCloudMonitoring: Provider = {
  id: "google-cloud-monitoring",
  name: "Google Cloud Monitoring",
  docs: "https://cloud.google.com/monitoring/support/notification-options#webhooks",
  verification: { scheme: "token" },
  setup: `1. In the Google Cloud console, open **Monitoring → Alerting → Edit notification channels → Webhooks → Add new**.
2. Endpoint URL: \`<INGEST_URL>\`. Tick **Use HTTP Basic Auth**: any user name, the password \`<SECRET>\`.
   (Or use no authentication and the URL \`<INGEST_URL>?token=<SECRET>\`.)
3. Add the channel to your alerting policies, and enable notifications on incident closure.`,
  sample: {
    body: {
      version: "1.2",
      incident: {
        incident_id: "0.n4d2k8example",
        scoping_project_id: "shop-prod",
        url: "https://console.cloud.google.com/monitoring/alerting/incidents/0.n4d2k8example?project=shop-prod",
        started_at: 1790000000,
        ended_at: null,
        state: "open",
        severity: "Critical",
        summary: "CPU utilization for db-1 is above the threshold of 0.9 with a value of 0.97.",
        resource: { type: "gce_instance", labels: { instance_id: "1234567890", zone: "europe-west1-b" } },
        resource_name: "db-1",
        resource_display_name: "db-1",
        metric: { type: "compute.googleapis.com/instance/cpu/utilization", displayName: "CPU utilization" },
        policy_name: "Databases",
        policy_user_labels: { team: "data" },
        condition_name: "CPU utilization",
        documentation: { content: "See the runbook.", mime_type: "text/markdown" },
      },
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  maxLatenessMs: 2 * MINUTE,
  hasUniqueBody: true,
  recognizes: ({ body }) =>
    has(pick(body, "incident"), "incident_id") || has(pick(body, "incident"), "policy_name", "state"),
  read({ body }) {
    const incident = objectBody(
      pick(objectBody(body, "an incident webhook"), "incident"),
      "an incident object",
      "/incident",
    );
    if (pick(body, "version") === "test") return noEvents("Google Cloud's test");
    const resource = asObject(incident.resource);
    // Some relays leave the id out. It is the end of the link too.
    const id = firstText(incident.incident_id, /\/incidents\/([^/?#]+)/.exec(asText(incident.url) ?? "")?.[1]);
    const action = parseActionIn(asText(incident.state) ?? "") ?? "trigger";
    const severity = firstText(
      incident.severity,
      pick(incident, "metadata", "system_labels", "severity"),
      pick(incident, "policy_user_labels", "severity"),
    );
    return singleEvent(
      newEvent({
        action,
        alertKey: keyOf(id),
        title: firstText(incident.summary, incident.policy_name, incident.condition_name) ?? "Google Cloud incident",
        description: firstText(pick(incident, "documentation", "content"), pick(incident, "documentation", "subject")),
        severity: asSeverity(severity),
        source: firstText(incident.resource_display_name, incident.resource_name, incident.resource_id),
        url: asText(incident.url),
        occurredAt: asInstant(action === "resolve" ? incident.ended_at : incident.started_at),
        startedAt: action === "resolve" ? asInstant(incident.started_at) : null,
        metadata: {
          state: incident.state,
          severity,
          policy: incident.policy_name,
          condition: incident.condition_name,
          project: incident.scoping_project_id,
          resourceType: resource.type,
          labels: resource.labels,
          userLabels: incident.policy_user_labels,
          metric: pick(incident, "metric", "type"),
          observedValue: incident.observed_value,
          thresholdValue: incident.threshold_value,
        },
      }),
    );
  },
};
