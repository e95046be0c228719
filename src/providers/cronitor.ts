import type { Action } from "../alerts/model.ts";
import { asInstant, asText, firstText, has, keyOf, objectBody, without } from "./fields.ts";
import { parseAction } from "./actions.ts";
import { newEvent, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** Cronitor's webhook integration: a monitor that alerts or recovered. https://cronitor.io/docs/using-webhooks */
export const cronitor: Provider = {
  id: "cronitor",
  name: "Cronitor",
  docs: "https://cronitor.io/docs/using-webhooks",
  verification: { scheme: "token" },
  setup: `1. In Cronitor, open **Settings → Integrations → Webhooks → Add**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Add the webhook to your notification lists.`,
  sample: {
    body: {
      id: "nB4ckp",
      monitor: "Nightly backup",
      description: "Did not run at the expected time",
      type: "ALERT",
      rule: "not_on_schedule",
      environment: "Production",
      group: "Databases",
      issue_url: "https://cronitor.io/app/issues/1001",
      monitor_url: "https://cronitor.io/app/monitors/nB4ckp",
    },
  },
  sender: UNPUBLISHED,
  volatile: [],
  recognises: ({ body }) =>
    has(body, "monitor", "rule") || (has(body, "monitor", "type", "id") && has(body, "description")),
  read({ body }) {
    const message = objectBody(body, "Cronitor's webhook object");
    const environment = asText(message.environment);
    return one(
      newEvent({
        action: actionOf(asText(message.type) ?? ""),
        // The same monitor may fail in one environment and run in another.
        alertKey: environment === null ? keyOf(message.id) : keyOf(message.id, environment),
        externalId: asText(message.id),
        title: firstText(message.monitor) ?? "Cronitor monitor",
        description: asText(message.description),
        severity: "HIGH",
        source: asText(message.monitor),
        url: firstText(message.issue_url, message.monitor_url),
        occurredAt: asInstant(message.timestamp),
        metadata: without(message, "description", "monitor"),
      }),
    );
  },
};

const actionOf = (type: string): Action => parseAction(type) ?? "trigger";
