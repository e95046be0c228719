import type { AlertEvent } from "../alerts/event.ts";
import type { Action, Severity } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseState } from "./actions.ts";
import {
  asInstant,
  asNumber,
  asObject,
  asSeverity,
  asText,
  firstText,
  has,
  keyOf,
  objectBody,
  pick,
  urlPart,
} from "./fields.ts";
import { findLink } from "./generic-fields.ts";
import { eventOrNone, newEvent, type Provider } from "./provider.ts";

/**
 * Amazon EventBridge, through an API destination: an event of an AWS service in its envelope, such as a GuardDuty finding, a Health
 * event or a CloudWatch alarm. https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export const awsEventbridge: Provider = {
  id: "aws-eventbridge",
  name: "Amazon EventBridge",
  docs: "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html",
  category: "cloud",
  keywords: "amazon web services events guardduty health ec2",
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
  read: ({ body }) =>
    eventOrNone(
      readEventBridge(objectBody(body, "an EventBridge event")),
      "no alert: work in progress, or a stop by a person",
    ),
};

/** Reads one EventBridge event. SNS relays them too. Null: it only reports work in progress. */
export function readEventBridge(event: JsonObject): AlertEvent | null {
  const detail = asObject(event.detail);
  // Security Hub wraps the finding.
  const finding = asObject(pick(detail, "findings", 0));
  const type = asText(event["detail-type"]);
  const resource = firstText(pick(event.resources, 0), pick(finding, "Resources", 0, "Id"));
  const run = runOf(detail);
  const word = stateWordOf(detail, finding, type);
  const action = actionOf(word, event, detail);
  if (action === null) return null;
  return newEvent({
    action,
    alertKey:
      keyOf(detail.eventArn) ??
      keyOf(detail.alarmName && resource) ??
      keyOf(firstText(detail.id, detail.findingArn, finding.Id, detail.insightId), type) ??
      keyOf(run && type, run) ??
      keyOf(resource && type, resource),
    externalId: firstText(detail.id, detail.findingArn, finding.Id, detail.insightId, event.id),
    title:
      firstText(
        detail.title,
        finding.Title,
        detail.alarmName,
        detail.eventTypeCode,
        type && run && [`${type}: ${run}`, word.toLowerCase()].filter(Boolean).join(" "),
        type && resource && `${type}: ${resource}`,
        type,
      ) ?? "EventBridge event",
    description: firstText(
      detail.description,
      finding.Description,
      detail.insightDescription,
      detail.Message,
      pick(detail, "state", "reason"),
      pick(detail, "eventDescription", 0, "latestDescription"),
      pick(detail, "additional-information", "execution-result", "external-execution-summary"),
    ),
    severity: severityOf(detail, finding),
    source: firstText(resource, event.source),
    url: linkOf(event, detail, finding, resource),
    occurredAt: asInstant(event.time) ?? asInstant(pick(detail, "service", "eventLastSeen")),
    metadata: {
      detailType: type,
      source: event.source,
      account: event.account ?? detail.accountId,
      region: event.region,
      type: detail.type,
      severity: detail.severity ?? pick(finding, "Severity", "Label"),
      counts: detail[COUNTS],
      state: word,
      resources: event.resources,
    },
  });
}

/** Findings of a scan by severity. */
const COUNTS = "finding-severity-counts";

/** What a run belongs to: pipeline, project or job. The ids of runs differ from run to run. */
const runOf = (detail: JsonObject): string | null =>
  firstText(
    detail.pipeline && [detail.pipeline, detail.stage, detail.action].map(asText).filter(Boolean).join("/"),
    detail["project-name"],
    detail.application && [detail.application, detail.deploymentGroup].map(asText).filter(Boolean).join("/"),
    detail.jobName,
    detail.stateMachineArn,
    detail.configRuleName && [detail.configRuleName, detail.resourceId].map(asText).filter(Boolean).join("/"),
    detail["check-name"] && [detail["check-name"], detail.resource_id].map(asText).filter(Boolean).join("/"),
    detail.SourceIdentifier,
  );

/** The state of an alarm is an object. Other services name theirs in their own ways. */
const stateWordOf = (detail: JsonObject, finding: JsonObject, type: string | null): string =>
  firstText(
    pick(detail, "state", "value"),
    finding.RecordState === "ARCHIVED" ? "closed" : null,
    pick(finding, "Workflow", "Status") === "SUPPRESSED" ? "closed" : pick(finding, "Workflow", "Status"),
    detail.state,
    detail.status === "SUPPRESSED" ? "closed" : detail.status,
    detail.statusCode,
    detail["build-status"],
    pick(detail, "newEvaluationResult", "complianceType"),
    detail.TrainingJobStatus,
    (asText(detail.eventName) ?? "").startsWith("SERVICE_") ? detail.eventName : null,
    // `DevOps Guru Insight Closed`, `EC2 Instance Launch Unsuccessful`
    parseState(type ?? "") === null ? null : type?.split(" ").at(-1),
  ) ?? "";

/** Null: neither a problem nor a recovery. Alarms, findings and insights may be "created"; a run that was started is only progress. */
function actionOf(word: string, event: JsonObject, detail: JsonObject): Action | null {
  const state = parseState(word);
  const isInstance = event["detail-type"] === "EC2 Instance State-change Notification";
  if (isInstance && word === "running") return "resolve";
  if (has(detail, COUNTS) && state !== "trigger")
    return Object.keys(asObject(detail[COUNTS])).length === 0 ? "resolve" : "trigger";
  if (state === "progress") return null;
  const isRun =
    runOf(detail) !== null || /^aws\.(?:code|glue|batch|states|ecs|sagemaker|backup)/.test(asText(event.source) ?? "");
  if (isRun && /(?:^|_)(?:start|creat|stop|cancel|supersed|abort|ready)[a-z]*$/i.test(word)) return null;
  return state === "resolve" ? "resolve" : "trigger";
}

function severityOf(detail: JsonObject, finding: JsonObject): Severity {
  const counts = new Map(
    Object.entries(asObject(detail[COUNTS])).map(([word, count]) => [word.toUpperCase(), asNumber(count)]),
  );
  const worst = (["CRITICAL", "HIGH", "MEDIUM", "LOW"] as const).find((word) => (counts.get(word) ?? 0) > 0);
  if (worst) return worst;
  const value = detail.severity ?? pick(finding, "Severity", "Label") ?? detail.insightSeverity;
  if (typeof value === "number") return ofScore(value);
  // Trusted Advisor's status is its severity.
  return asSeverity(pick(value, "Label") ?? value, has(detail, "check-name") ? asSeverity(detail.status) : "MEDIUM");
}

/** GuardDuty severities range from 1 to 10. https://docs.aws.amazon.com/guardduty/latest/ug/guardduty_findings-severity.html */
function ofScore(score: number): Severity {
  if (score >= 9) return "CRITICAL";
  if (score >= 7) return "HIGH";
  return score >= 4 ? "MEDIUM" : "LOW";
}

function linkOf(event: JsonObject, detail: JsonObject, finding: JsonObject, resource: string | null): string | null {
  const [id, region] = [asText(detail.id), asText(event.region)];
  const guardDuty =
    event.source === "aws.guardduty" && id !== null && region !== null && /^[a-z0-9-]+$/.test(region)
      ? `https://console.aws.amazon.com/guardduty/home?region=${region}#/findings?search=${urlPart(`id=${id}`)}`
      : null;
  return (
    firstText(pick(detail, "additional-information", "logs", "deep-link"), finding.SourceUrl, detail.insightUrl) ??
    alarmUrl(resource) ??
    guardDuty ??
    findLink(detail)
  );
}

/** The page of a CloudWatch alarm: `arn:aws:cloudwatch:<region>:<account>:alarm:<name>`. */
export function alarmUrl(arn: string | null): string | null {
  const [, region, name] = /^arn:aws:cloudwatch:([a-z0-9-]+):\d*:alarm:(.+)$/s.exec(arn ?? "") ?? [];
  if (region === undefined || name === undefined) return null;
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${urlPart(name)}`;
}
