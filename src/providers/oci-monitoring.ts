import { defineProvider } from "./form/define.ts";

/** Oracle Cloud Infrastructure: an alarm of Monitoring, sent by Notifications to a custom URL. */
export const ociMonitoring = defineProvider({
  id: "oci-monitoring",
  name: "OCI Monitoring",
  docs: "https://docs.oracle.com/en-us/iaas/Content/Monitoring/alarm-message-format.htm",
  category: "cloud",
  keywords: "oracle cloud infrastructure alarms",
  // Notifications cannot set headers, so the secret is in the URL.
  setup: `1. In the Oracle Cloud console, open **Developer Services → Notifications → your topic → Create Subscription**.
2. Protocol: **HTTPS (Custom URL)**. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Open the delivery that arrives (it opens no alert), copy the URL from its header \`x-oci-ns-confirmationurl\`, and open it in a browser. The
   subscription is then active.
4. In your alarms, choose the topic as the destination, and **Send formatted messages**.`,
  sample: {
    body: {
      dedupeKey: "0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2b71",
      title: "Disk almost full",
      body: "Less than 5 % is free on /var.",
      type: "OK_TO_FIRING",
      severity: "CRITICAL",
      timestampEpochMillis: 1790000000000,
      timestamp: "2026-09-21T14:13:20Z",
      alarmMetaData: [
        {
          id: "ocid1.alarm.oc1.eu-frankfurt-1.aaaaexample",
          status: "FIRING",
          severity: "CRITICAL",
          namespace: "oci_computeagent",
          query: "DiskUtilization[1m].mean() > 95",
          totalMetricsFiring: 1,
          dimensions: [{ resourceDisplayName: "db-1", resourceId: "ocid1.instance.oc1.eu-frankfurt-1.aaaaexample" }],
          alarmUrl: "https://cloud.oracle.com/monitoring/alarms/ocid1.alarm.oc1.eu-frankfurt-1.aaaaexample",
          alarmSummary: "The disk of an instance is almost full.",
        },
      ],
      notificationType: "Grouped messages across metric streams",
      version: 1.5,
    },
  },
  body: "an alarm message of OCI Monitoring",
  recognizedBy: ["dedupeKey alarmMetaData type", "$headers.x-oci-ns-confirmationurl"],
  noAlert: [
    {
      when: "$headers.x-oci-ns-confirmationurl",
      why: "the confirmation of a subscription; open the URL of its header x-oci-ns-confirmationurl",
    },
  ],
  // REPEAT: the alarm is still firing. RESET: it no longer evaluates the metric that was firing.
  action: { at: "type", words: { trigger: "OK_TO_FIRING REPEAT", resolve: "FIRING_TO_OK RESET" } },
  alertKey: ["dedupeKey", "alarmMetaData[0].id"],
  externalId: ["alarmMetaData[0].id", "dedupeKey"],
  title: ["title", "alarmMetaData[0].alarmSummary", "body"],
  description: { join: ["body", "alarmMetaData[0].alarmSummary"] },
  // CRITICAL, ERROR, WARNING, INFO.
  severity: { at: ["severity", "alarmMetaData[0].severity"] },
  source: [
    "alarmMetaData[0].dimensions[0].resourceDisplayName",
    "alarmMetaData[0].dimensions[0].resourceName",
    "alarmMetaData[0].dimensions[0].resourceId",
    "alarmMetaData[0].namespace",
  ],
  url: "alarmMetaData[0].alarmUrl",
  occurredAt: ["timestampEpochMillis", "timestamp"],
  metadata: {
    type: "type",
    namespace: "alarmMetaData[0].namespace",
    query: "alarmMetaData[0].query",
    dimensions: "alarmMetaData[0].dimensions",
    metricValues: "alarmMetaData[0].metricValues",
    metricsFiring: "alarmMetaData[0].totalMetricsFiring",
    notificationType: "notificationType",
  },
});
