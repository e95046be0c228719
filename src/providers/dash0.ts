import type { Action, Severity } from "../alerts/model.ts";
import { parseActionIn } from "./actions.ts";
import { MINUTE } from "../lib/time.ts";
import {
  asInstant,
  asList,
  asObject,
  asSeverity,
  asText,
  firstText,
  has,
  hasAny,
  keyOf,
  objectBody,
  pick,
} from "./fields.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** Last part of `type`: `alert.ongoing`, `synthetic.alert.ongoing` for synthetic checks. A superseded issue continues in another one. */
const ACTIONS: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    ongoing: "trigger",
    resolved: "resolve",
    closed: "resolve",
    superseded: "resolve",
  }),
);

const SEVERITIES: ReadonlyMap<string, Severity> = new Map(
  Object.entries<Severity>({ critical: "CRITICAL", degraded: "MEDIUM" }),
);

/** Dash0's webhook: one issue of a check. https://www.dash0.com/hub/integrations/int_alerting_webhook/overview */
export const dash0: Provider = {
  id: "dash0",
  name: "Dash0",
  docs: "https://www.dash0.com/hub/integrations/int_alerting_webhook/overview",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  volatile: [],
  maxLatenessMs: 2 * MINUTE,
  recognizes: ({ body }) =>
    has(body, "type", "data") && hasAny(pick(body, "data", "issue"), "issueIdentifier", "checkrules"),
  read({ body }) {
    const message = objectBody(body, "a Dash0 webhook object");
    const type = asText(message.type) ?? "";
    if (type === "test") return noEvents("Dash0's test");
    const issue = objectBody(pick(message, "data", "issue"), "an issue", "/data/issue");
    const rule = asObject(asList(issue.checkrules)[0] ?? issue.checkrule);
    const status = asText(issue.status) ?? "";
    const labels = readLabels(issue.labels);
    const action =
      ACTIONS.get(type.split(".").at(-1) ?? "") ??
      ACTIONS.get(status) ??
      parseActionIn(type) ??
      parseActionIn(status) ??
      "trigger";
    return singleEvent(
      newEvent({
        action,
        // `id` is one episode. `issueIdentifier` is the same for all episodes.
        alertKey: keyOf(issue.id) ?? keyOf(issue.issueIdentifier),
        externalId: firstText(issue.id, issue.issueIdentifier),
        title: firstText(issue.summary, rule.name) ?? "Dash0 issue",
        description: firstText(issue.description, rule.description),
        severity: SEVERITIES.get(status) ?? asSeverity(firstText(labels.severity, labels.priority)),
        source: firstText(labels["service.name"], labels["dash0.resource.name"], labels.service),
        url: firstText(issue.url, rule.url),
        occurredAt: asInstant(action === "resolve" ? (issue.end ?? null) : issue.start),
        startedAt: action === "resolve" ? asInstant(issue.start) : null,
        metadata: {
          type,
          status,
          issueIdentifier: issue.issueIdentifier,
          dataset: issue.dataset,
          labels,
          annotations: issue.annotations,
          rule: rule.name,
          ruleId: rule.id,
          expression: rule.expression,
        },
      }),
    );
  },
};

/** Labels in OpenTelemetry's format. Labels of synthetic checks are pairs of an index and a label. */
const readLabels = (labels: unknown): Record<string, unknown> =>
  Object.fromEntries(
    asList(labels).flatMap((entry): [string, unknown][] => {
      const label: unknown = Array.isArray(entry) ? (entry as unknown[])[1] : entry;
      const key = asText(pick(label, "key"));
      return key === null ? [] : [[key, Object.values(asObject(pick(label, "value")))[0] ?? null]];
    }),
  );
