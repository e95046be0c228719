import type { Severity } from "../alerts/model.ts";
import { utf8 } from "../lib/bytes.ts";
import { isObject } from "../lib/json.ts";
import { DAY } from "../lib/time.ts";
import { asInstant, asObject, asText, keyOf } from "./fields.ts";
import { readMessage } from "./email-message.ts";
import type { EmailRule } from "./email-rules.ts";
import { readStatement } from "./email-rules.ts";
import {
  BodyError,
  newEvent,
  noEvents,
  type Provider,
  type ProviderInput,
  type Reading,
  singleEvent,
} from "./provider.ts";

/** Dates further from the arrival are ignored: the clock of the device is wrong. */
const MAX_CLOCK_ERROR_MS = 3 * DAY;

/** The severity of a problem by its words, the highest first. */
const SEVERITIES: readonly (readonly [Severity, RegExp])[] = [
  ["CRITICAL", /\b(?:critical|emergency|fatal|disaster)\b/i],
  ["HIGH", /\b(?:fail(?:ed|ure|ing)?|errors?|down|degraded|offline|unreachable|on battery|alarm|crashed)\b/i],
  ["LOW", /\b(?:notice|information|informational|info)\b/i],
];

/**
 * Emails of devices and programs that send no webhook. The state and the key come from the words of subject and text, by the rules
 * of the integration (email-rules.ts), or from its mapping.
 */
export const email: Provider = {
  id: "email",
  name: "Email",
  docs: "https://developers.cloudflare.com/email-service/",
  category: "generic",
  keywords: "e-mail mail smtp nas ups backups any",
  verification: { scheme: "email" },
  setup: `1. In the settings of the device or program, add this address as a recipient of its notifications:

   \`\`\`
   <EMAIL_ADDRESS>
   \`\`\`

   The address is the secret: do not publish it, and do not add it to a mailing list that others can read. Rotate the secret to get a new address.
2. Let the device notify about the end of a problem, too. That message resolves the alert.
3. Send a test message, and check the title, state and alert key of the delivery. If a problem and its end have different words, add a rule
   (\`emailRules\`), such as \`{"key": "ups", "trigger": ["on battery"], "resolve": ["power restored"]}\`, and try it with a dry run of the stored delivery.
4. Another mail server can POST messages instead, as they are: \`<INGEST_URL>\` with the header \`X-Tocsin-Token: <SECRET>\` and
   \`Content-Type: message/rfc822\`.`,
  sample: {
    headers: { "content-type": "message/rfc822" },
    body: `From: "Synology NAS" <nas@example.com>
To: alerts@example.com
Subject: [nas] Volume 1 has degraded
Date: Mon, 21 Sep 2026 14:13:20 +0000
Message-ID: <20260921141320.1@nas.example.com>
MIME-Version: 1.0
Content-Type: text/plain; charset=UTF-8

Volume 1 on nas has degraded. Replace the failing drive.

From nas
`,
  },
  // RFC 5321 §4.5.4.1: four to five days, with pauses of 30 minutes and more. A permanent error is returned to the sender.
  senderProfile: {
    timeoutSeconds: 600,
    clientErrors: "dropped",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "mail servers retry for four to five days",
  },
  formats: ["message"],
  isTemplated: true,
  isForAnySource: true,
  volatile: ["occurredAt"],
  idempotencyKey: ({ body }) => asText(asObject(body).messageId),
  read: (input) => readEmail(input, []),
};

/** The provider with the rules of an integration. */
export const ruledProvider = (provider: Provider, rules: readonly EmailRule[]): Provider => ({
  ...provider,
  read: (input) => readEmail(input, rules),
});

async function readEmail({ body: given, receivedAt }: ProviderInput, rules: readonly EmailRule[]): Promise<Reading> {
  // A text is the message as it was sent. The pipeline has parsed its bytes.
  const body: unknown = typeof given === "string" ? (await readMessage(utf8(given))).message : given;
  if (!isObject(body)) throw new BodyError("expected an email");
  const subject = asText(body.subject) ?? "";
  const text = asText(body.text) ?? "";
  if (subject === "" && text === "") throw new BodyError("the email has neither a subject nor a text");
  const headers = asObject(body.headers);
  if (/^auto-replied/i.test(asText(headers["auto-submitted"]) ?? "")) return noEvents("an automatic reply");
  const { state, key } = readStatement(subject, text, rules);
  if (state === "ignore") return noEvents("a rule ignores this message");
  const from = asText(body.from);
  const title = subject || (text.split("\n", 1)[0] ?? "");
  return singleEvent(
    newEvent({
      action: state ?? "trigger",
      // The address, because devices change the name of the sender.
      alertKey: key === null ? null : keyOf(key, from),
      externalId: asText(body.messageId),
      title,
      description: text || null,
      severity: severityOf(`${subject}\n${text.slice(0, 2000)}`, headers),
      source: asText(body.fromName) ?? from,
      occurredAt: dateOf(body.date, receivedAt),
      metadata: { from, fromName: body.fromName, headers, attachments: body.attachments },
    }),
    state === null ? "no word says whether this is a problem or its end; add a rule to `emailRules`" : undefined,
  );
}

function severityOf(words: string, headers: Record<string, unknown>): Severity {
  const found = SEVERITIES.find(([, pattern]) => pattern.test(words))?.[0] ?? "MEDIUM";
  const isUrgent = /^high/i.test(asText(headers.importance) ?? "") || /^1\b/.test(asText(headers["x-priority"]) ?? "");
  return isUrgent && found !== "CRITICAL" ? "HIGH" : found;
}

/** The date of a message, unless the clock of the device is wrong: then later messages would be stale. */
function dateOf(date: unknown, receivedAt: number): number | null {
  const time = asInstant(date);
  return time !== null && Math.abs(time - receivedAt) <= MAX_CLOCK_ERROR_MS ? time : null;
}
