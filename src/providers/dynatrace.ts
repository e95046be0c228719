import { defineProvider } from "./form/define.ts";
import type { AlertEvent } from "../alerts/event.ts";
import { MINUTE } from "../lib/time.ts";
import { has } from "./fields.ts";
import type { ProviderForm } from "./form/form.ts";

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

const details = (path: string) => ({
  at: ["ProblemDetails", "ProblemDetailsJSON", "ProblemDetailsJSONv2"].map((name) => `${name}.${path}`),
});

const SEVERITY = ["ProblemSeverity", details("severityLevel"), details("rankedEvents[0].severityLevel")];

/** The names that Dynatrace documents. */
const PLACEHOLDER = /\{(?:State|PID|Tags|NamesOfImpactedEntities|(?:Problem|Impacted)[A-Za-z0-9]+)\}/;

/** A problem, also in another envelope. */
const PROBLEM: ProviderForm = {
  id: "dynatrace",
  name: "Dynatrace",
  docs: "https://docs.dynatrace.com/docs/analyze-explore-automate/notifications-and-alerting/problem-notifications/webhook-integration",
  category: "observability",
  keywords: "apm davis problems kubernetes k8s",
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
  // Every message has the start time of the problem.
  maxLatenessMs: 2 * MINUTE,
  body: "an object from the custom payload",
  template: { placeholder: PLACEHOLDER },
  recognizedBy: [{ all: [{ any: ["ProblemTitle", "ProblemID"] }, { any: ["State", "PID", "ProblemURL"] }] }],
  // MERGED means that the problem became part of another one.
  action: { at: ["State", details("status")], words: { resolve: "RESOLVED CLOSED MERGED" } },
  // {PID} is globally unique. {ProblemID} is the display name.
  alertKey: ["PID", "ProblemID"],
  title: "ProblemTitle",
  description: ["ImpactedEntity", "ProblemDetailsText", "ProblemDetailsMarkdown"],
  // https://docs.dynatrace.com/docs/dynatrace-intelligence/root-cause-analysis/event-analysis-and-correlation
  severity: {
    at: SEVERITY,
    words: {
      CRITICAL: "AVAILABILITY",
      HIGH: "ERROR",
      MEDIUM: "PERFORMANCE RESOURCE RESOURCE_CONTENTION CUSTOM_ALERT CUSTOM",
      LOW: "MONITORING_UNAVAILABLE",
      INFO: "INFO",
    },
    strict: true,
  },
  source: ["ImpactedEntities[0].name", "ImpactedEntity"],
  // Some templates have a space in the name.
  url: ["ProblemURL", '["Problem URL"]'],
  occurredAt: [
    { at: details("endTime"), on: "resolve" },
    { at: details("startTime"), on: "trigger" },
  ],
  startedAt: details("startTime"),
  metadata: {
    state: "State",
    severity: SEVERITY,
    impact: "ProblemImpact",
    problemId: "ProblemID",
    entities: "ImpactedEntities",
    tags: "Tags",
  },
};

/** Dynatrace's custom webhook: one problem, in the operator's template. */
export const dynatrace = defineProvider({
  ...PROBLEM,
  kinds: [
    {
      // The button "Send test notification" sends a problem that no other message ends.
      when: { at: "ProblemTitle", contains: "problem notification test run" },
      action: "resolve",
      hints: [{ when: "ProblemTitle", text: "Dynatrace's test: opens no alert" }],
    },
  ],
});

const inEnvelope = defineProvider({ ...PROBLEM, template: { placeholder: PLACEHOLDER, isCompleted: false } });

/** Whether a value is a Dynatrace problem. */
export const isDynatraceProblem = (value: unknown): boolean => has(value, "ProblemTitle", "State");

/** Reads a Dynatrace problem in another envelope. Null: the value is none. */
export function dynatraceProblem(value: unknown): AlertEvent | null {
  if (!isDynatraceProblem(value)) return null;
  const input = { headers: new Headers(), body: value, path: "", query: new URLSearchParams(), receivedAt: 0 };
  const [event] = inEnvelope.read(input).events;
  return event && "action" in event ? event : null;
}
