import type { AlertEvent } from "../alerts/event.ts";
import type { Severity } from "../alerts/model.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { MINUTE } from "../lib/time.ts";
import { asInstant, asList, asObject, asText, firstText, has, hasAny, objectBody, pick } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";
import { complete } from "./template.ts";

/** `{PID}`: the names that Dynatrace documents. */
const unfilled = placeholders(/\{(?:State|PID|Tags|NamesOfImpactedEntities|(?:Problem|Impacted)[A-Za-z0-9]+)\}/);
const { filledKey, filledText, placeholderNote } = unfilled;

/** {State}; MERGED means that the problem became part of another one. */
const OVER: ReadonlySet<string> = new Set(["RESOLVED", "CLOSED", "MERGED"]);

/** {ProblemSeverity}. https://docs.dynatrace.com/docs/dynatrace-intelligence/root-cause-analysis/event-analysis-and-correlation */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  Object.entries<Severity>({
    AVAILABILITY: "CRITICAL",
    ERROR: "HIGH",
    PERFORMANCE: "MEDIUM",
    RESOURCE: "MEDIUM",
    RESOURCE_CONTENTION: "MEDIUM",
    CUSTOM_ALERT: "MEDIUM",
    CUSTOM: "MEDIUM",
    MONITORING_UNAVAILABLE: "LOW",
    INFO: "INFO",
  }),
);

const TEMPLATE = `{
  "State": "{State}",
  "PID": "{PID}",
  "ProblemID": "{ProblemID}",
  "ProblemTitle": "{ProblemTitle}",
  "ProblemSeverity": "{ProblemSeverity}",
  "ProblemImpact": "{ProblemImpact}",
  "ProblemURL": "{ProblemURL}",
  "ImpactedEntity": "{ImpactedEntity}",
  "ImpactedEntities": {ImpactedEntities},
  "ProblemDetails": {ProblemDetailsJSONv2},
  "Tags": "{Tags}"
}`;

/**
 * Dynatrace's custom webhook: one problem, in the operator's template.
 * https://docs.dynatrace.com/docs/analyze-explore-automate/notifications-and-alerting/problem-notifications/webhook-integration
 */
export const dynatrace: Provider = {
  id: "dynatrace",
  name: "Dynatrace",
  docs: "https://docs.dynatrace.com/docs/analyze-explore-automate/notifications-and-alerting/problem-notifications/webhook-integration",
  verification: { scheme: "token" },
  setup: `1. In Dynatrace, open **Settings → Integration → Problem notifications → Add notification → Custom integration**.
2. Webhook URL: \`<INGEST_URL>\`. Additional HTTP header: \`X-Tocsin-Token\` with \`<SECRET>\`.
3. Switch **Call webhook if problem is closed** on. Without it, alerts are never resolved.
4. Custom payload (note which placeholders have quotes):

   \`\`\`json
${TEMPLATE.replaceAll(/^/gm, "   ")}
   \`\`\``,
  sample: {
    body: {
      State: "OPEN",
      PID: "-6478017825120311599_1790000000000V2",
      ProblemID: "P-26090042",
      ProblemTitle: "Failure rate increase",
      ProblemSeverity: "ERROR",
      ProblemImpact: "SERVICE",
      ProblemURL:
        "https://abc12345.live.dynatrace.com/#problems/problemdetails;pid=-6478017825120311599_1790000000000V2",
      ImpactedEntity: "Failure rate increase on Web service checkout",
      ImpactedEntities: [{ type: "SERVICE", name: "checkout", entity: "SERVICE-0123456789ABCDEF" }],
      ProblemDetails: { startTime: 1790000000000, endTime: -1 },
      Tags: "env:prod",
    },
  },
  senderProfile: UNPUBLISHED,
  isTemplated: true,
  volatile: [],
  // Every message has the start time of the problem.
  maxLatenessMs: 2 * MINUTE,
  recognizes: ({ body }) => hasAny(body, "ProblemTitle", "ProblemID") && hasAny(body, "State", "PID", "ProblemURL"),
  read({ body }) {
    const problem = objectBody(body, "an object from the custom payload");
    const found = { title: problem.ProblemTitle, state: problem.State, severity: problem.ProblemSeverity };
    const event = complete(readProblem(problem), problem, found, unfilled);
    // The button "Send test notification" sends a problem that no other message ends.
    if (/problem notification test run/i.test(event.title))
      return singleEvent({ ...event, action: "resolve" }, "Dynatrace's test: opens no alert");
    return singleEvent(event, placeholderNote(problem.PID, problem.State, problem.ProblemTitle));
  },
};

/** Reads a Dynatrace problem, also from another envelope. */
export const dynatraceProblem = (value: unknown): AlertEvent | null =>
  isObject(value) && has(value, "ProblemTitle", "State") ? readProblem(value) : null;

function readProblem(problem: JsonObject): AlertEvent {
  const details = asObject(problem.ProblemDetails ?? problem.ProblemDetailsJSON ?? problem.ProblemDetailsJSONv2);
  const state = (asText(problem.State) ?? firstText(details.status) ?? "").toUpperCase();
  const action = OVER.has(state) || parseAction(state) === "resolve" ? "resolve" : "trigger";
  const severity = (
    firstText(problem.ProblemSeverity, details.severityLevel, pick(details, "rankedEvents", 0, "severityLevel")) ?? ""
  ).toUpperCase();
  const ended = asInstant(details.endTime);
  return newEvent({
    action,
    // {PID} is globally unique. {ProblemID} is the display name.
    alertKey: filledKey(problem.PID) ?? filledKey(problem.ProblemID),
    externalId: firstText(problem.PID, problem.ProblemID),
    title: filledText(problem.ProblemTitle) ?? asText(problem.ProblemTitle) ?? "Dynatrace problem",
    description: filledText(problem.ImpactedEntity, problem.ProblemDetailsText, problem.ProblemDetailsMarkdown),
    severity: SEVERITIES.get(severity) ?? "MEDIUM",
    source: firstText(pick(asList(problem.ImpactedEntities), 0, "name"), filledText(problem.ImpactedEntity)),
    // Some templates have a space in the name.
    url: filledText(problem.ProblemURL, problem["Problem URL"]),
    occurredAt: action === "resolve" ? ended : asInstant(details.startTime),
    startedAt: action === "resolve" ? asInstant(details.startTime) : null,
    metadata: {
      state: problem.State,
      severity: problem.ProblemSeverity ?? severity,
      impact: problem.ProblemImpact,
      problemId: problem.ProblemID,
      entities: problem.ImpactedEntities,
      tags: problem.Tags,
    },
  });
}
