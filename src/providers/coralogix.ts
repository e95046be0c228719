import { defineProvider } from "./form/define.ts";
import type { JsonObject } from "../lib/json.ts";
import { asList, asText, pick } from "./fields.ts";

/** The field with this key in the list, or a field of the body with this name. */
const field = (name: string) => ({
  at: [
    ({ fields }: JsonObject) =>
      pick(
        asList(fields).find((each) => pick(each, "key") === name),
        "value",
      ),
    name,
  ],
});

/** The identifier of the alert's definition. */
const DEFINITION = { at: [field("alertUniqueIdentifier"), "alert_unique_identifier", "alert_id"] };

/** `$ALERT_ID`: has no end mark, so it is the whole value. Labels that the operator left empty contain `*insert desired …*`. */
const PLACEHOLDER = /^\s*(?:\$[A-Z][A-Z0-9_]*|\*insert .*)\s*$/;

/** Coralogix' generic outbound webhook: one triggered or resolved alert in the default message, which is mostly a list of fields. */
export const coralogix = defineProvider({
  id: "coralogix",
  name: "Coralogix",
  docs: "https://coralogix.com/docs/user-guides/alerting/outbound-webhooks/generic-outbound-webhooks-alert-webhooks/",
  category: "observability",
  keywords: "logs metrics traces",
  setup: `1. In Coralogix, open **Integrations → Outbound Webhooks → Generic Webhook → Add New**.
2. URL: \`<INGEST_URL>\`, method **POST**.
3. Click **Next**, add \`"X-Tocsin-Token": "<SECRET>"\` to the headers, and do not change the body.
4. Add the webhook to the notifications of your alerts, with **Notify when resolved** on.`,
  sample: {
    body: {
      uuid: "0f5c2a34-7d0e-4c4e-9a51-1f2e3d4c5b6a",
      alert_id: "3c9d7e10-2a4b-4c6d-8e0f-1a2b3c4d5e6f",
      name: "Checkout errors",
      description: "More than ten errors of checkout in ten minutes",
      threshold: "10",
      timewindow: "10",
      group_by_labels: "[]",
      alert_action: "trigger",
      alert_url: "https://acme.app.coralogix.com/#/insights?id=3c9d7e10",
      log_url: "https://acme.app.coralogix.com/#/query-new/logs?id=1",
      service: "$SERVICE",
      fields: [
        { key: "team", value: "acme" },
        { key: "application", value: "shop" },
        { key: "subsystem", value: "checkout" },
        { key: "severity", value: "ERROR" },
        { key: "priority", value: "P2" },
        { key: "timestampISO", value: "2026-09-21T14:13:20.000Z" },
        { key: "timestampMs", value: 1790000000000 },
        { key: "hitCount", value: "23" },
        { key: "Group-by Field1", value: "$GROUP_BY_FIELD_1" },
        { key: "dedupKey", value: "2f7c1d9b" },
        { key: "alertUniqueIdentifier", value: "b6a1d0c2-3e4f-4a5b-8c6d-7e8f9a0b1c2d" },
      ],
    },
  },
  body: "a Coralogix webhook message",
  template: { placeholder: PLACEHOLDER },
  recognizedBy: [{ all: ["alert_action", { any: ["fields", "alert_url", "log_url"] }] }],
  noAlert: [{ when: "alert_action=test", why: "Coralogix' test" }],
  action: { at: "alert_action" },
  // The deduplication key is per group of the alert.
  alertKey: [field("dedupKey"), DEFINITION],
  externalId: DEFINITION,
  title: "name",
  description: "description",
  severity: [{ at: field("priority") }, { at: field("severity") }],
  source: [field("subsystem"), field("application"), field("computer"), field("service")],
  url: ["alert_url", "log_url"],
  occurredAt: [field("timestampMs"), field("timestampISO")],
  metadata: {
    alertId: "alert_id",
    logUrl: "log_url",
    threshold: "threshold",
    timewindow: "timewindow",
    groupBy: "group_by_labels",
    fields: ({ fields }) =>
      Object.fromEntries(
        asList(fields)
          .map((each): [string, unknown] => [asText(pick(each, "key")) ?? "", pick(each, "value")])
          .filter(([, value]) => asText(value) !== null && !PLACEHOLDER.test(String(value))),
      ),
  },
});
