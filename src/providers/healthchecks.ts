import { parseAction } from "./actions.ts";
import {
  asInstant,
  asObject,
  asText,
  filledText,
  firstText,
  has,
  hasAny,
  filledKey,
  objectBody,
  placeholderNote,
} from "./fields.ts";
import { newEvent, one, type Provider } from "./provider.ts";

const TEMPLATE = `{
  "code": "$CODE",
  "name": $NAME_JSON,
  "status": "$STATUS",
  "now": "$NOW",
  "tags": "$TAGS",
  "exit_status": "$EXITSTATUS"
}`;

/**
 * Healthchecks' webhook: one check that went down or up, by the operator's template; and the fixed body of its PagerTree
 * integration. https://healthchecks.io/docs/configuring_notifications/
 */
export const healthchecks: Provider = {
  id: "healthchecks",
  name: "Healthchecks.io",
  docs: "https://healthchecks.io/docs/configuring_notifications/",
  verification: { scheme: "token" },
  setup: `1. In the Healthchecks project, open **Integrations** and add a **Webhook**.
2. Both for when a check goes **down** and for when it goes **up**: method POST, URL \`<INGEST_URL>\`, request headers

   \`\`\`
   Content-Type: application/json
   X-Tocsin-Token: <SECRET>
   \`\`\`

   and this request body, with \`$NAME_JSON\` as it stands, without quotes:

   \`\`\`
${TEMPLATE.replaceAll(/^/gm, "   ")}
   \`\`\`

3. Save, and switch the integration on for your checks.`,
  sample: {
    body: {
      code: "2c8e1f0a-6f0f-4b3a-9c1e-000000000001",
      name: "Nightly backup",
      status: "down",
      now: "2026-09-21T14:13:20+00:00",
      tags: "db production",
      exit_status: "-1",
    },
  },
  // Its source: up to three tries at once (one for a test) until the answer is 200, 201, 202 or 204.
  senderProfile: {
    timeoutSeconds: 30,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "three tries, one right after the other",
  },
  isTemplated: true,
  volatile: [],
  recognises: ({ body }) =>
    (has(body, "code", "status") && hasAny(body, "exit_status", "now")) ||
    (has(body, "incident_key", "event_type", "title", "client") && !has(body, "service_key")),
  read({ body }) {
    const message = objectBody(body, "the object that the webhook's request body makes");
    // `$JSON` under any of these names; it also holds the URLs to ping and to pause the check, which stay out.
    const check = asObject(message.check);
    const status = firstText(message.event_type, message.status, message.state, check.status);
    const id = firstText(message.code, message.incident_key, message.uuid, message.id, check.uuid, check.unique_key);
    const title = firstText(message.title, message.name, check.name, message.slug, check.slug);
    return one(
      newEvent({
        action: parseAction(status ?? "") ?? "trigger",
        alertKey: filledKey(id),
        externalId: id,
        title: filledText(title) ?? title ?? "Healthchecks check",
        description: filledText(message.description, message.message, message.msg, check.desc),
        severity: "HIGH",
        source: filledText(message.name, check.name, message.slug, check.slug),
        url: filledText(message.client_url, message.url),
        occurredAt: asInstant(message.now),
        metadata: {
          status,
          tags: message.tags ?? check.tags,
          exitStatus: message.exit_status,
          slug: message.slug ?? check.slug,
          schedule: check.schedule,
          timeout: check.timeout,
          grace: check.grace,
          lastPing: check.last_ping,
        },
      }),
      placeholderNote(status, id, title, asText(message.now)),
    );
  },
};
