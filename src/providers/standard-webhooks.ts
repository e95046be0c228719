import { isObject } from "../lib/json.ts";
import { stateOfType, tellsOfTrouble } from "./bus.ts";
import { asInstant, asText, firstText, keyOf, objectBody, without } from "./fields.ts";
import { newEvent, none, one, type Provider } from "./provider.ts";
import { generic } from "./generic.ts";

/**
 * Any senderProfile that keeps to Standard Webhooks: `{ type, timestamp, data }`, signed. `data` is read as the generic provider
 * reads; its type says the rest. https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export const standardWebhooks: Provider = {
  id: "standard-webhooks",
  name: "Standard Webhooks",
  docs: "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
  verification: { scheme: "standard-webhooks", toleranceSeconds: 300 },
  setup: `1. In the senderProfile, add an endpoint with the URL \`<INGEST_URL>\`.
2. If it makes the signing secret (\`whsec_…\`) itself, give it to Tocsin as this integration's \`secret\`; else give it \`<SECRET>\`.

\`data\` is read like generic JSON: \`title\`, \`severity\`, \`status\`, \`id\` …`,
  sample: {
    headers: { "webhook-id": "msg_2mBq7Lr0sXk1", "webhook-timestamp": "1790000000" },
    body: {
      type: "check.failed",
      timestamp: "2026-09-21T14:13:20Z",
      data: { id: "check-9", title: "Login is slow", severity: "high", url: "https://status.example.com/checks/9" },
    },
  },
  senderProfile: {
    timeoutSeconds: 20,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "as the specification advises: over three days; 410 ends it",
  },
  volatile: [],
  idempotencyKey: ({ headers }) => headers.get("webhook-id") ?? headers.get("svix-id"),
  recognises: ({ headers }) =>
    headers.has("webhook-signature") || headers.has("svix-signature") || headers.has("webhook-id"),
  async read(input) {
    const message = objectBody(input.body, "a Standard Webhooks object");
    const type = asText(message.type);
    if (!tellsOfTrouble(type, message.data) && !tellsOfTrouble(null, message)) {
      return none("an event that tells of nothing: neither title, severity nor state");
    }
    if (!isObject(message.data) || Object.keys(message.data).length === 0) {
      return one(
        newEvent({
          action: stateOfType(type) ?? "trigger",
          alertKey: keyOf(message.id),
          title: firstText(message.title, type) ?? "Webhook",
          description: firstText(message.description, message.message, message.data),
          occurredAt: asInstant(message.timestamp),
          metadata: without(message, "timestamp"),
        }),
      );
    }
    const { events } = await generic.read({ ...input, body: message.data });
    return {
      isRecognised: true,
      events: events.map((event) =>
        "unreadable" in event
          ? event
          : {
              ...event,
              // The type is the state where data has none of its own.
              action: event.action === "trigger" ? (stateOfType(type) ?? "trigger") : event.action,
              title: event.title === UNTITLED ? (type ?? "Webhook") : event.title,
              occurredAt: event.occurredAt ?? asInstant(message.timestamp),
              metadata: { type, ...event.metadata },
            },
      ),
    };
  },
};

const UNTITLED = "Untitled alert";
