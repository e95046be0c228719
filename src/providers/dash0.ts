import { defineProvider } from "./form/define.ts";
import { asList, asObject, asText, pick } from "./fields.ts";
import type { JsonObject } from "../lib/json.ts";
import { MINUTE } from "../lib/time.ts";
import { noEvents } from "./provider.ts";

/** Labels in OpenTelemetry's format. Labels of synthetic checks are pairs of an index and a label. */
const readLabels = ({ labels }: JsonObject): JsonObject =>
  Object.fromEntries(
    asList(labels).flatMap((entry): [string, unknown][] => {
      const label: unknown = Array.isArray(entry) ? (entry as unknown[])[1] : entry;
      const key = asText(pick(label, "key"));
      return key === null ? [] : [[key, Object.values(asObject(pick(label, "value")))[0] ?? null]];
    }),
  );

const label = (name: string) => (issue: JsonObject) => pick(readLabels(issue), name);

/** Dash0's webhook: one issue of a check. */
export const dash0 = defineProvider({
  id: "dash0",
  name: "Dash0",
  docs: "https://www.dash0.com/hub/integrations/int_alerting_webhook/overview",
  category: "observability",
  keywords: "opentelemetry otel traces kubernetes k8s",
  setup: `1. In Dash0, open **Organization Settings → Notification Channels → Add**, and choose **Webhook**.
2. URL: \`<INGEST_URL>\`
3. Additional HTTP headers: \`X-Tocsin-Token\` with the value \`<SECRET>\`
4. Choose the channel in your check rules and synthetic checks.`,
  sample: {
    body: {
      type: "alert.ongoing",
      data: {
        issue: {
          id: "5d2f4c1e-0b3a-4e6d-9c8b-7a6f5e4d3c2b",
          issueIdentifier: "7301943582117702",
          dataset: "default",
          start: "2026-09-21T14:13:20.474101621Z",
          end: "2026-09-21T14:14:20.474101621Z",
          status: "critical",
          summary: "Checkout answers slowly",
          description: "P95 of checkout is above 2 s",
          labels: [
            { key: "service.name", value: { stringValue: "checkout" } },
            { key: "dash0.resource.name", value: { stringValue: "checkout" } },
          ],
          annotations: [],
          checkrules: [
            {
              id: "97daff98-0000-4000-8000-d53b23ccfd41",
              version: 1,
              name: "Slow checkout",
              expression: "p95 > $__threshold",
              thresholds: { degraded: 1, failed: 2 },
              url: "https://app.dash0.com/alerting/check-rules?org=acme",
            },
          ],
          url: "https://app.dash0.com/alerting/failed-checks?org=acme",
        },
      },
    },
  },
  maxLatenessMs: 2 * MINUTE,
  body: "a Dash0 webhook object",
  recognizedBy: [{ all: ["type data", { any: ["data.issue.issueIdentifier", "data.issue.checkrules"] }] }],
  kinds: [{ when: "type=test", read: () => noEvents("Dash0's test") }],
  events: "data.issue",
  event: "an issue",
  // `synthetic.` for synthetic checks. A superseded issue continues in another one.
  action: {
    at: ["$body.type", "status"],
    words: {
      trigger: "alert.ongoing synthetic.alert.ongoing ongoing",
      resolve: "alert.superseded synthetic.alert.superseded superseded",
    },
  },
  // `id` is one episode. `issueIdentifier` is the same for all episodes.
  alertKey: ["id", "issueIdentifier"],
  title: ["summary", "checkrules[0].name", "checkrule.name", { text: "Dash0 issue" }],
  description: ["description", "checkrules[0].description", "checkrule.description"],
  severity: [
    { at: "status", words: { CRITICAL: "critical", MEDIUM: "degraded" }, strict: true },
    { at: [label("severity"), label("priority")] },
  ],
  source: [label("service.name"), label("dash0.resource.name"), label("service")],
  url: ["url", "checkrules[0].url", "checkrule.url"],
  occurredAt: [
    { at: "end", on: "resolve" },
    { at: "start", on: "trigger" },
  ],
  startedAt: "start",
  metadata: {
    type: "$body.type",
    status: "status",
    issueIdentifier: "issueIdentifier",
    dataset: "dataset",
    labels: readLabels,
    annotations: "annotations",
    rule: ["checkrules[0].name", "checkrule.name"],
    ruleId: ["checkrules[0].id", "checkrule.id"],
    expression: ["checkrules[0].expression", "checkrule.expression"],
  },
});
