import { defineProvider } from "./form/define.ts";
import { MINUTE } from "../lib/time.ts";
import { asText } from "./fields.ts";

/** Google Cloud Monitoring's incident webhook. */
export const googleCloudMonitoring = defineProvider({
  id: "google-cloud-monitoring",
  name: "Google Cloud Monitoring",
  docs: "https://cloud.google.com/monitoring/support/notification-options#webhooks",
  category: "cloud",
  keywords: "gcp stackdriver gke kubernetes k8s",
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
  maxLatenessMs: 2 * MINUTE,
  hasUniqueBody: true,
  body: "an incident webhook",
  events: "incident",
  event: "an incident object",
  recognizedBy: ["incident.incident_id", "incident.policy_name incident.state"],
  noAlert: [{ when: "$body.version=test", why: "Google Cloud's test" }],
  action: { at: "state" },
  // Some relays leave the id out. It is the end of the link too.
  alertKey: ["incident_id", ({ url }) => /\/incidents\/([^/?#]+)/.exec(asText(url) ?? "")?.[1]],
  title: ["summary", "policy_name", "condition_name"],
  description: ["documentation.content", "documentation.subject"],
  severity: { at: ["severity", "metadata.system_labels.severity", "policy_user_labels.severity"] },
  source: ["resource_display_name", "resource_name", "resource_id"],
  url: "url",
  occurredAt: [
    { at: "ended_at", on: "resolve" },
    { at: "started_at", on: ["trigger", "acknowledge"] },
  ],
  startedAt: "started_at",
  metadata: `state severity policy=policy_name condition=condition_name project=scoping_project_id
    resourceType=resource.type resource.labels userLabels=policy_user_labels
    systemLabels=metadata.system_labels metric=metric.type observedValue=observed_value thresholdValue=threshold_value`,
});
