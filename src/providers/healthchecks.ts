import { parseAction } from "./actions.ts";
import { asInstant, asObject, asText, firstText, has, hasAny, objectBody } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, noEvents, singleEvent, type Provider } from "./provider.ts";

/** `$CODE`: has no end mark, so a value consists of nothing else. */
const { filledKey, filledText, placeholderNote } = placeholders(
  /^\s*(?:\$(?:BODY(?:_JSON)?|CODE|EXITSTATUS|JSON|NAME(?:_JSON)?|NOW|SLUG|STATUS|TAGS?\d*)[\s:/|,;-]*)+$/,
);

const TEMPLATE = `{
  "code": "$CODE",
  "name": $NAME_JSON,
  "status": "$STATUS",
  "now": "$NOW",
  "tags": "$TAGS",
  "exit_status": "$EXITSTATUS",
  "message": $BODY_JSON,
  "url": "https://healthchecks.io/checks/$CODE/details/"
}`;

/**
 * The test button sends a check that does not exist: a new code at every press, always the same name, never tags. A real check
 * with that name and no tags looks the same.
 */
const isTest = (name: string | null, tags: unknown, status: string): boolean =>
  name === "TEST" && asText(tags) === null && parseAction(status) !== "resolve";

/**
 * Healthchecks' webhook: one check that went down or up, in the operator's template; and the fixed body of its PagerTree
 * integration. https://healthchecks.io/docs/configuring_notifications/
 */
export const healthchecks: Provider = {
  id: "healthchecks",
  name: "Healthchecks.io",
  docs: "https://healthchecks.io/docs/configuring_notifications/",
  verification: { scheme: "token" },
  setup: `1. In the Healthchecks project, open **Integrations** and add a **Webhook**.
2. For both events, check goes **down** and check goes **up**: method POST, URL \`<INGEST_URL>\`, request headers

   \`\`\`
   Content-Type: application/json
   X-Tocsin-Token: <SECRET>
   \`\`\`

   and this request body, with \`$NAME_JSON\` and \`$BODY_JSON\` without quotes (for your own Healthchecks, change the host of \`url\`):

   \`\`\`
${TEMPLATE.replaceAll(/^/gm, "   ")}
   \`\`\`

3. Save, and switch the integration on for your checks. **Test!** is accepted without opening an alert.`,
  sample: {
    body: {
      code: "2c8e1f0a-6f0f-4b3a-9c1e-000000000001",
      name: "Nightly backup",
      status: "down",
      now: "2026-09-21T14:13:20+00:00",
      tags: "db production",
      exit_status: "1",
      message: "pg_dump: error: connection to server failed",
      url: "https://healthchecks.io/checks/2c8e1f0a-6f0f-4b3a-9c1e-000000000001/details/",
    },
  },
  // Healthchecks' source: up to three immediate attempts (one for a test) until the status is 200, 201, 202 or 204.
  senderProfile: {
    timeoutSeconds: 30,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "three attempts without a pause",
  },
  isTemplated: true,
  volatile: [],
  recognizes: ({ body }) =>
    (has(body, "code", "status") && hasAny(body, "exit_status", "now")) ||
    (has(body, "incident_key", "event_type", "title", "client") && !has(body, "service_key")),
  read({ body }) {
    const message = objectBody(body, "an object from the webhook's request body");
    // `$JSON` under any of these names. Its URLs to ping and to pause the check are left out of the metadata.
    const check = asObject(message.check);
    const status = firstText(message.event_type, message.status, message.state, check.status);
    const id = firstText(message.code, message.incident_key, message.uuid, message.id, check.uuid, check.unique_key);
    const title = firstText(message.title, message.name, check.name, message.slug, check.slug);
    if (isTest(asText(message.name), message.tags, status ?? "")) return noEvents("a test of the integration");
    return singleEvent(
      newEvent({
        action: parseAction(status ?? "") ?? "trigger",
        alertKey: filledKey(id),
        externalId: id,
        title: filledText(title) ?? title ?? "Healthchecks check",
        description: filledText(message.description, message.message, message.body, message.msg, check.desc),
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
