import { parseActionIn } from "./actions.ts";
import { asInstant, asList, asSeverity, asText, firstText, has, hasAny, objectBody, pick } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";
import { complete } from "./template.ts";

/** `$ALERT_ID`: has no end mark, so it is the whole value. */
const unfilled = placeholders(/^\s*\$[A-Z][A-Z0-9_]*\s*$/);
const { filledKey, filledText, placeholderNote } = unfilled;

/**
 * Coralogix' generic outbound webhook: one triggered or resolved alert in the default message, which is mostly a
 * list of fields. https://coralogix.com/docs/user-guides/alerting/outbound-webhooks/generic-outbound-webhooks-alert-webhooks/
 */
export const coralogix: Provider = {
  id: "coralogix",
  name: "Coralogix",
  docs: "https://coralogix.com/docs/user-guides/alerting/outbound-webhooks/generic-outbound-webhooks-alert-webhooks/",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  isTemplated: true,
  volatile: [],
  recognizes: ({ body }) => has(body, "alert_action") && hasAny(body, "fields", "alert_url", "log_url"),
  read({ body }) {
    const alert = objectBody(body, "a Coralogix webhook message");
    const fields: ReadonlyMap<string, unknown> = new Map(
      asList(alert.fields).map((field): [string, unknown] => [asText(pick(field, "key")) ?? "", pick(field, "value")]),
    );
    const filled = (...names: string[]): string | null => {
      // Labels that the operator left empty contain "*insert desired application name*".
      const texts = names.map((name) => filledText(fields.get(name), alert[name]));
      return texts.find((text) => text !== null && !text.startsWith("*insert ")) ?? null;
    };
    const action = asText(alert.alert_action) ?? "";
    if (/^test$/i.test(action)) return noEvents("Coralogix' test");
    const unique = firstText(fields.get("alertUniqueIdentifier"), alert.alert_unique_identifier, alert.alert_id);
    return singleEvent(
      complete(
        newEvent({
          action: parseActionIn(action) ?? "trigger",
          // The deduplication key is per group of the alert. The identifier is that of the definition.
          alertKey: filledKey(filled("dedupKey")) ?? filledKey(unique),
          externalId: unique,
          title: filledText(alert.name) ?? asText(alert.name) ?? "Coralogix alert",
          description: filledText(alert.description),
          severity: asSeverity(filled("priority"), asSeverity(filled("severity"))),
          source: filled("subsystem", "application", "computer", "service"),
          url: filledText(alert.alert_url, alert.log_url),
          occurredAt: asInstant(fields.get("timestampMs")) ?? asInstant(fields.get("timestampISO")),
          metadata: {
            alertId: alert.alert_id,
            logUrl: filledText(alert.log_url),
            threshold: alert.threshold,
            timewindow: alert.timewindow,
            groupBy: alert.group_by_labels,
            fields: Object.fromEntries([...fields].filter(([, value]) => filledText(value) !== null)),
          },
        }),
        alert,
        { title: alert.name, state: action, severity: filled("priority", "severity") },
        unfilled,
      ),
      placeholderNote(alert.name, action, unique),
    );
  },
};
