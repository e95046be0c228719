import type { Severity } from "../alerts/model.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asText, firstText, has, hasAny, objectBody, without } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";
import { complete } from "./template.ts";

/** `{{CHECK_ID}}` */
const unfilled = placeholders(
  /\{\{\s*(?:ACCOUNT|ALERT|API|CHECK|GROUP|RESPONSE|RESULT|RUN|SSL|STARTED|TAGS)[A-Z_]*\s*\}\}/,
);
const { filledKey, filledText, placeholderNote } = unfilled;

const TEMPLATE = {
  event: "{{ALERT_TITLE}}",
  alert_type: "{{ALERT_TYPE}}",
  check_id: "{{CHECK_ID}}",
  check_name: "{{CHECK_NAME}}",
  check_type: "{{CHECK_TYPE}}",
  group_name: "{{GROUP_NAME}}",
  check_result_id: "{{CHECK_RESULT_ID}}",
  check_error_message: "{{CHECK_ERROR_MESSAGE}}",
  response_time: "{{RESPONSE_TIME}}",
  run_location: "{{RUN_LOCATION}}",
  ssl_days_remaining: "{{SSL_DAYS_REMAINING}}",
  ssl_check_domain: "{{SSL_CHECK_DOMAIN}}",
  started_at: "{{STARTED_AT}}",
  tags: "{{TAGS}}",
  link: "{{RESULT_LINK}}",
};

/**
 * Checkly's webhook alert channel: one transition of a check, in the operator's template. Reads the default template of
 * the channel. https://www.checklyhq.com/docs/integrations/alerts/webhooks/
 */
export const checkly: Provider = {
  id: "checkly",
  name: "Checkly",
  docs: "https://www.checklyhq.com/docs/integrations/alerts/webhooks/",
  verification: {
    scheme: "hmac",
    header: "x-checkly-signature",
    algorithm: "sha256",
    encoding: "hex",
    prefix: "",
    toleranceSeconds: 300,
    content: "{body}",
  },
  setup: `1. In Checkly, open **Alert settings → Add more channels → Webhook**.
2. Method POST, URL \`<INGEST_URL>\`, webhook secret \`<SECRET>\`: Checkly signs with it.
3. Body:

   \`\`\`json
${JSON.stringify(TEMPLATE, null, 2).replaceAll(/^/gm, "   ")}
   \`\`\`

4. Enable failure and recovery (optionally degradation and SSL expiry), and subscribe your checks and groups.`,
  sample: {
    body: {
      event: "Checkout has failed",
      alert_type: "ALERT_FAILURE",
      check_id: "5f0d8a6c-1a55-4c2e-9a55-000000000001",
      check_name: "Checkout",
      check_type: "API",
      group_name: "Shop",
      check_result_id: "c7f7d4f2-7c11-4d0f-8d11-000000000002",
      check_error_message: "Expected status 200, got 503",
      response_time: "412",
      run_location: "Stockholm",
      ssl_days_remaining: "",
      ssl_check_domain: "",
      started_at: "2026-09-21T14:13:20.000Z",
      tags: "shop,production",
      link: "https://app.checklyhq.com/checks/5f0d8a6c-1a55-4c2e-9a55-000000000001",
    },
  },
  senderProfile: UNPUBLISHED,
  isTemplated: true,
  volatile: [],
  recognizes: ({ headers, body }) =>
    headers.has("x-checkly-signature") ||
    (hasAny(body, "check_id", "check_name", "CHECK_ID", "CHECK_NAME") && hasAny(body, "alert_type", "ALERT_TYPE")) ||
    has(body, "check_result_id", "check_name"),
  read({ body }) {
    const message = objectBody(body, "an object from the webhook template");
    const byName = new Map(Object.entries(message).map(([name, value]) => [name.toLowerCase(), value]));
    const field = (...names: string[]): unknown => firstText(...names.map((name) => byName.get(name)));
    const type = (asText(field("alert_type")) ?? "").toUpperCase();
    if (type === "NO_ALERT") return noEvents("NO_ALERT: nothing changed");
    const id = field("check_id");
    const title = field("event", "alert_title", "title");
    return singleEvent(
      complete(
        newEvent({
          // ALERT_RECOVERY and ALERT_DEGRADED_RECOVERY.
          action: parseActionIn(type) === "resolve" ? "resolve" : "trigger",
          // The recovery of a check does not affect its certificate alert.
          alertKey: type === "ALERT_SSL" ? filledKey(id, type) : filledKey(id),
          externalId: asText(id),
          title: filledText(title, field("check_name")) ?? asText(title) ?? "Checkly check",
          description: filledText(field("check_error_message")),
          severity: severityOf(type),
          source: filledText(field("check_name"), field("ssl_check_domain")),
          url: filledText(field("link", "result_link")),
          occurredAt: asInstant(field("started_at")),
          // A new id for each delivery.
          metadata: without(message, "uuid"),
        }),
        message,
        { title: firstText(title, field("check_name")), state: type, severity: true },
        unfilled,
      ),
      placeholderNote(type, id, title),
    );
  },
};

/** Severity of the new state: ALERT_FAILURE_DEGRADED means from failure to degraded. */
const severityOf = (type: string): Severity => (/FAIL(?:URE)?(?:_REMAIN)?$|RECOVERY$/.test(type) ? "HIGH" : "MEDIUM");
