import { defineProvider } from "./form/define.ts";

// Some templates nest the other fields one level deeper.
const TITLE = ["messageTitle", "inputs.messageTitle", "rule", "inputs.rule"];
const OVER = ["resolved:", "manually resolved:", "auto resolved:", "cleared:", "stopped:"];

/** Splunk Observability Cloud (SignalFx): one raised or cleared alert of a detector. */
export const signalfx = defineProvider({
  id: "signalfx",
  name: "Splunk Observability (SignalFx)",
  docs: "https://docs.splunk.com/observability/en/admin/notif-services/webhook.html",
  category: "metrics",
  keywords: "splunk observability metrics apm",
  setup: `1. In Splunk Observability Cloud, open **Data Management → Available integrations → Webhook → New Integration**.
2. URL: \`<INGEST_URL>\`. Custom header: \`X-Tocsin-Token\` with \`<SECRET>\`. Leave the default payload.
3. Add the integration as an alert recipient to the rules of your detectors.`,
  sample: {
    body: {
      severity: "Critical",
      originatingMetric: "cpu.utilization",
      detectOnCondition: "when(A > 90)",
      messageTitle: "Alert: CPU of db-1 (Databases)",
      messageBody: 'Rule "CPU" in detector "Databases" triggered.',
      detector: "Databases",
      detectorUrl: "https://app.signalfx.com/#/detector/EXAMPLE",
      incidentId: "E5Yq0exampleA",
      rule: "CPU",
      status: "anomalous",
      statusExtended: "anomalous",
      timestamp: "2026-09-21T14:13:20Z",
      eventType: "EXAMPLE_CPU",
      dimensions: { host: "db-1" },
      description: "The value of cpu.utilization is above 90.",
      sf_schema: 2,
    },
  },
  body: "a SignalFx webhook object",
  recognizedBy: ["statusExtended incidentId", "detectorUrl incidentId"],
  action: [
    // `anomalous` means that the alert continues.
    {
      at: ["statusExtended", "status"],
      words: { resolve: ["ok", "stopped", "manually resolved", "auto resolved"] },
      strict: true,
    },
    // After a manual resolve, the title may already say so while the status is still old.
    { when: { any: OVER.map((startsWith) => ({ at: TITLE, startsWith })) }, is: "resolve" },
  ],
  alertKey: "incidentId",
  title: TITLE,
  description: ["messageBody", "description", "inputs.description"],
  severity: { at: "severity" },
  source: ["dimensions.host", "detector", "originatingMetric"],
  url: "detectorUrl",
  occurredAt: "timestamp",
  metadata: {
    severity: "severity",
    status: "statusExtended",
    detector: "detector",
    rule: ["rule", "inputs.rule"],
    metric: "originatingMetric",
    dimensions: "dimensions",
    runbookUrl: "runbookUrl",
  },
});
