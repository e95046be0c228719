import type { Action, Severity } from "../alerts/model.ts";
import {
  asInstant,
  filledText,
  firstText,
  has,
  hasAny,
  keyOf,
  objectBody,
  placeholderNote,
  without,
} from "./fields.ts";
import { newEvent, one, type Provider, UNPUBLISHED } from "./provider.ts";

const TEMPLATE = `{
  "alert_title": "{{ALERT_TITLE}}",
  "alert_type": "{{ALERT_TYPE}}",
  "check_id": "{{CHECK_ID}}",
  "check_name": "{{CHECK_NAME}}",
  "check_type": "{{CHECK_TYPE}}",
  "group_name": "{{GROUP_NAME}}",
  "error": "{{CHECK_ERROR_MESSAGE}}",
  "response_time": "{{RESPONSE_TIME}}",
  "run_location": "{{RUN_LOCATION}}",
  "link": "{{RESULT_LINK}}",
  "started_at": "{{STARTED_AT}}",
  "tags": "{{#each TAGS}}{{this}} {{/each}}"
}`;

/** Checkly's webhook alert channel: a check that failed, degraded or recovered, by the operator's template. https://www.checklyhq.com/docs/alerting-and-retries/webhooks/ */
export const checkly: Provider = {
  id: "checkly",
  name: "Checkly",
  docs: "https://www.checklyhq.com/docs/alerting-and-retries/webhooks/",
  // https://www.checklyhq.com/docs/alerting-and-retries/webhooks/#webhook-secrets: a hash of the body, without a prefix.
  verification: {
    scheme: "hmac",
    header: "x-checkly-signature",
    algorithm: "sha256",
    encoding: "hex",
    prefix: "",
    toleranceSeconds: 300,
    content: "{body}",
  },
  setup: `1. In Checkly, open **Alert settings → Add more channels → Webhook**: method POST, URL \`<INGEST_URL>\`, webhook secret \`<SECRET>\`.
2. Body:

   \`\`\`handlebars
${TEMPLATE.replaceAll(/^/gm, "   ")}
   \`\`\`

3. Send it on failure, degradation, **recovery** and expiring certificates, and subscribe your checks to it.`,
  sample: {
    body: {
      alert_title: "Checkout has failed",
      alert_type: "ALERT_FAILURE",
      check_id: "5a1e0c3e-0001-4c1e-8d5b-000000000001",
      check_name: "Checkout",
      check_type: "BROWSER",
      group_name: "Shop",
      error: "Timeout 30000ms exceeded",
      response_time: "30012",
      run_location: "Frankfurt",
      link: "https://app.checklyhq.com/checks/5a1e0c3e/results/1",
      started_at: "2026-09-21T14:13:20.000Z",
      tags: "shop prod ",
    },
  },
  sender: UNPUBLISHED,
  volatile: [],
  recognises: ({ headers, body }) =>
    headers.has("x-checkly-signature") ||
    (has(body, "check_id") && hasAny(body, "alert_type", "alert_title")) ||
    typeOf(body).startsWith("ALERT_"),
  read({ body }) {
    const message = objectBody(body, "the object that the channel's template makes");
    const type = typeOf(message);
    const title = firstText(message.alert_title, message.event, message.title, message.check_name);
    return one(
      newEvent({
        action: actionOf(type),
        // A certificate that ends is an alert beside the check's own.
        alertKey: type.endsWith("SSL")
          ? keyOf("ssl", firstText(message.check_id, message.checkId))
          : keyOf(firstText(message.check_id, message.checkId)),
        externalId: firstText(message.check_id, message.checkId),
        title: filledText(title) ?? title ?? "Checkly check",
        description: filledText(message.error, message.check_error_message),
        severity: severityOf(type),
        source: filledText(message.check_name),
        url: filledText(message.link, message.result_link),
        occurredAt: asInstant(message.started_at),
        metadata: without(message, "alert_title", "event", "error", "check_error_message"),
      }),
      placeholderNote(message.check_id, title, type),
    );
  },
};

const typeOf = (body: unknown): string =>
  hasAny(body, "alert_type", "alertType")
    ? (firstText(objectBody(body, "an object").alert_type, objectBody(body, "an object").alertType) ?? "")
    : "";

/** `ALERT_RECOVERY`, `ALERT_DEGRADED_RECOVERY`; every other is trouble. */
const actionOf = (type: string): Action => (type.endsWith("RECOVERY") ? "resolve" : "trigger");

const severityOf = (type: string): Severity =>
  type.includes("DEGRADED") && !type.endsWith("FAILURE") ? "LOW" : type.endsWith("SSL") ? "MEDIUM" : "HIGH";
