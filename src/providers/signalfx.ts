import type { Action } from "../alerts/model.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** `statusExtended`; `anomalous` means that the alert continues. */
const OVER = /^(ok|stopped|(manually|auto) resolved)$/i;

/**
 * Splunk Observability Cloud (SignalFx): one raised or cleared alert of a detector.
 * https://docs.splunk.com/observability/en/admin/notif-services/webhook.html
 */
export const signalfx: Provider = {
  id: "signalfx",
  name: "Splunk Observability (SignalFx)",
  docs: "https://docs.splunk.com/observability/en/admin/notif-services/webhook.html",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) => has(body, "statusExtended", "incidentId") || has(body, "detectorUrl", "incidentId"),
  read({ body }) {
    const message = objectBody(body, "a SignalFx webhook object");
    // Some templates nest the other fields one level deeper.
    const inner = asObject(message.inputs);
    const title = firstText(message.messageTitle, inner.messageTitle, message.rule, inner.rule);
    return singleEvent(
      newEvent({
        action: actionOf(firstText(message.statusExtended, message.status) ?? "", title ?? ""),
        alertKey: keyOf(message.incidentId),
        title: title ?? "SignalFx alert",
        description: firstText(message.messageBody, message.description, inner.description),
        severity: asSeverity(message.severity),
        source: firstText(asObject(message.dimensions).host, message.detector, message.originatingMetric),
        url: asText(message.detectorUrl),
        occurredAt: asInstant(message.timestamp),
        metadata: {
          severity: message.severity,
          status: message.statusExtended,
          detector: message.detector,
          rule: message.rule ?? inner.rule,
          metric: message.originatingMetric,
          dimensions: message.dimensions,
          runbookUrl: message.runbookUrl,
        },
      }),
    );
  },
};

/** After a manual resolve, the title may already say so while the status is still old. */
const actionOf = (status: string, title: string): Action =>
  OVER.test(status) || /^((manually |auto )?resolved|cleared|stopped):/i.test(title) ? "resolve" : "trigger";
