import { parseAction } from "./actions.ts";
import {
  asInstant,
  asText,
  filledText,
  firstText,
  has,
  hasAny,
  keyOf,
  objectBody,
  pick,
  placeholderNote,
} from "./fields.ts";
import { newEvent, one, type Provider } from "./provider.ts";

const body = (status: string) => `{
  "check": "$CODE",
  "name": $NAME_JSON,
  "slug": "$SLUG",
  "status": "${status}",
  "tags": "$TAGS",
  "now": "$NOW"
}`;

/** Healthchecks.io's webhook: a check that went down or up, by the operator's template; and its PagerTree body. https://healthchecks.io/docs/configuring_notifications/ */
export const healthchecks: Provider = {
  id: "healthchecks",
  name: "Healthchecks.io",
  docs: "https://healthchecks.io/docs/configuring_notifications/",
  verification: { scheme: "token" },
  setup: `1. In Healthchecks, open **Integrations → Webhook → Add Integration**.
2. Execute when a check goes **down**: POST \`<INGEST_URL>\`, request headers \`Content-Type: application/json\` and
   \`X-Tocsin-Token: <SECRET>\`, request body:

   \`\`\`
${body("down").replaceAll(/^/gm, "   ")}
   \`\`\`

3. Execute when a check goes **up**: the same URL and headers, and

   \`\`\`
${body("up").replaceAll(/^/gm, "   ")}
   \`\`\``,
  sample: {
    body: {
      check: "5398178f-0001-4c1e-8d5b-000000000001",
      name: "Nightly backup",
      slug: "nightly-backup",
      status: "down",
      tags: "prod db",
      now: "2026-09-21T14:13:20+00:00",
    },
  },
  // hc/api/transports.py: three tries at once; success is 200, 201, 202 or 204.
  sender: {
    timeoutSeconds: 30,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "three tries, one right after the other",
  },
  // $NOW is the time of sending.
  volatile: ["occurredAt"],
  recognises: ({ body: sent }) =>
    (has(sent, "check", "status") && hasAny(sent, "slug", "now")) ||
    /^healthchecks/i.test(asText(pick(sent, "client")) ?? "") ||
    has(sent, "ping_url", "status"),
  read({ body: sent }) {
    const message = objectBody(sent, "the object that the request body makes");
    const code = firstText(
      message.check,
      message.code,
      message.uuid,
      message.incident_key,
      message.unique_key,
      codeOf(message.ping_url),
    );
    const title = firstText(message.title, message.name, message.description);
    const status = firstText(message.status, message.event_type) ?? "";
    return one(
      newEvent({
        action: parseAction(status) ?? "trigger",
        alertKey: keyOf(code),
        externalId: code,
        title: filledText(title) ?? title ?? "Healthchecks check",
        description: filledText(message.description, message.desc),
        severity: "HIGH",
        source: filledText(message.name, message.title),
        url: filledText(message.details_url, message.client_url),
        occurredAt: asInstant(firstText(message.now, message.timestamp)),
        metadata: {
          status,
          slug: message.slug,
          tags: message.tags,
          client: message.client,
          lastPing: message.last_ping,
          schedule: message.schedule,
        },
      }),
      placeholderNote(code, title, status),
    );
  },
};

/** $JSON has the check's code in its ping URL alone. */
const codeOf = (url: unknown): string | null => /([0-9a-f]{8}-[0-9a-f-]{27})$/i.exec(asText(url) ?? "")?.[1] ?? null;
