import type { AlertEvent } from "../alerts/event.ts";
import type { Severity } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, hasAny, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, singleEvent, type Provider } from "./provider.ts";

/**
 * Amazon EventBridge, through an API destination: an event of an AWS service in its envelope, such as a GuardDuty finding, a Health
 * event or a CloudWatch alarm. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export const awsEventbridge: Provider = {
  id: "aws-eventbridge",
  name: "Amazon EventBridge",
  docs: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html",
  verification: { scheme: "token" },
  setup: `1. In EventBridge, open **API destinations → Connections** and create a connection with **API key** authorization: name
   \`X-Tocsin-Token\`, value \`<SECRET>\`.
2. Create an API destination with it: endpoint \`<INGEST_URL>\`, method POST.
3. Create a rule that matches the alert events, with the API destination as its target. Do not transform the input.`,
  sample: {
    body: {
      version: "0",
      id: "7bf73129-1428-4cd3-a780-95db273d1602",
      "detail-type": "GuardDuty Finding",
      source: "aws.guardduty",
      account: "123456789012",
      time: "2026-09-21T14:13:20Z",
      region: "eu-west-1",
      resources: [],
      detail: {
        id: "16afba5c5c43e07c9e3e5e2e544e95df",
        type: "Recon:EC2/PortProbeUnprotectedPort",
        severity: 8,
        title: "Unprotected port on an instance is probed",
        description: "A known malicious host probes port 22.",
      },
    },
  },
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html: timeout 5 s; retries 429, 5xx and timeouts for a day.
  senderProfile: {
    timeoutSeconds: 5,
    clientErrors: "dropped",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "for up to 24 hours, 185 times",
  },
  volatile: [],
  idempotencyKey: ({ body }) => asText(pick(body, "id")),
  recognizes: ({ body }) => has(body, "detail-type", "detail"),
  read: ({ body }) => singleEvent(readEventBridge(objectBody(body, "an EventBridge event"))),
};

/** Reads one EventBridge event. SNS relays them too. */
export function readEventBridge(event: JsonObject): AlertEvent {
  const detail = asObject(event.detail);
  // The state of a CloudWatch alarm is an object.
  const state = firstText(pick(detail, "state", "value"), detail.state, detail.status, detail.statusCode) ?? "";
  const health = hasAny(detail, "eventArn") ? detail.eventArn : undefined;
  const resource = firstText(pick(event.resources, 0));
  const type = asText(event["detail-type"]);
  return newEvent({
    action: parseAction(state) === "resolve" ? "resolve" : "trigger",
    alertKey:
      keyOf(health) ??
      keyOf(detail.alarmName && resource) ??
      keyOf(detail.id, type) ??
      keyOf(resource && type, resource),
    externalId: firstText(detail.id, event.id),
    title:
      firstText(
        detail.title,
        detail.alarmName,
        detail.eventTypeCode,
        type && resource && `${type}: ${resource}`,
        type,
      ) ?? "EventBridge event",
    description: firstText(
      detail.description,
      pick(detail, "state", "reason"),
      pick(detail, "eventDescription", 0, "latestDescription"),
    ),
    severity: severityOf(detail.severity),
    source: firstText(resource, event.source),
    occurredAt: asInstant(event.time) ?? asInstant(pick(detail, "service", "eventLastSeen")),
    metadata: {
      detailType: type,
      source: event.source,
      account: event.account ?? detail.accountId,
      region: event.region,
      type: detail.type,
      severity: detail.severity,
      state,
      resources: event.resources,
    },
  });
}

/** GuardDuty severities range from 1 to 10. https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html */
function severityOf(value: unknown): Severity {
  if (typeof value !== "number") return asSeverity(pick(value, "Label") ?? value);
  if (value >= 9) return "CRITICAL";
  if (value >= 7) return "HIGH";
  return value >= 4 ? "MEDIUM" : "LOW";
}
