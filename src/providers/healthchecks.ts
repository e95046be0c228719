import { defineProvider } from "./form/define.ts";
import { asText } from "./fields.ts";

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

const STATUS = ["event_type", "status", "state", "check.status"];

/** Healthchecks' webhook: one check that went down or up, in the operator's template; and the fixed body of its PagerTree integration. */
export const healthchecks = defineProvider({
  id: "healthchecks",
  name: "Healthchecks.io",
  docs: "https://healthchecks.io/docs/configuring_notifications/",
  category: "heartbeats",
  keywords: "cron jobs heartbeat scheduled tasks backups",
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
  sender: { timeoutSeconds: 30, retries: ["4xx", "429", "5xx"], note: "three attempts without a pause" },
  body: "an object from the webhook's request body",
  template: {
    // `$CODE` has no end mark, so a value consists of nothing else.
    placeholder:
      /^\s*(?:\$(?:BODY(?:_JSON)?|CODE|EXITSTATUS|JSON|NAME(?:_JSON)?|NOW|SLUG|STATUS|TAGS?\d*)[\s:/|,;-]*)+$/,
    isCompleted: false,
  },
  recognizedBy: [
    { all: ["code status", { any: ["exit_status", "now"] }] },
    { all: ["incident_key event_type title client", { not: "service_key" }] },
  ],
  noAlert: [
    {
      // The test button sends a check that does not exist: a new code at every press, always the same name, never tags.
      // A real check with that name and no tags looks the same.
      when: {
        all: [
          ({ name }) => asText(name) === "TEST",
          { not: { at: "tags" } },
          { not: { at: STATUS, is: "up resolve" } },
        ],
      },
      why: "a test of the integration",
    },
  ],
  action: { at: STATUS },
  // `check` is `$JSON`. Its URLs to ping and to pause the check are left out of the metadata.
  alertKey: ["code", "incident_key", "uuid", "id", "check.uuid", "check.unique_key"],
  title: ["title", "name", "check.name", "slug", "check.slug"],
  description: ["description", "message", "body", "msg", "check.desc"],
  severity: "HIGH",
  source: ["name", "check.name", "slug", "check.slug"],
  url: ["client_url", "url"],
  occurredAt: "now",
  metadata: {
    status: STATUS,
    tags: ["tags", "check.tags"],
    exitStatus: "exit_status",
    slug: ["slug", "check.slug"],
    schedule: "check.schedule",
    timeout: "check.timeout",
    grace: "check.grace",
    lastPing: "check.last_ping",
  },
});
