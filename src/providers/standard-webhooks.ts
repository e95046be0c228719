import { isObject, type JsonObject } from "../lib/json.ts";
import { stateOfType, isAlertEvent } from "./bus.ts";
import { asInstant, firstText, objectBody, without } from "./fields.ts";
import { noEvents, singleEvent, type Provider } from "./provider.ts";
import { readObject, UNTITLED } from "./generic-object.ts";
import { SET_SOURCE_SECRET } from "./setup.ts";

/**
 * Any sender that follows Standard Webhooks: `{ type, timestamp, data }`, signed. Reads `data` like the generic provider,
 * and the state from `type` if `data` has none. incident.io names the data like its type instead of `data`.
 */
export const standardWebhooks: Provider = {
  id: "standard-webhooks",
  name: "Standard Webhooks",
  docs: "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
  category: "generic",
  keywords: "svix any json signed webhook",
  verification: { scheme: "standard-webhooks", toleranceSeconds: 300 },
  setup: `1. In the sender, add an endpoint with the URL \`<INGEST_URL>\`.
2. Enter \`<SECRET>\` in the sender as its signing secret. Or, if the sender generates the secret (\`whsec_…\`), copy it. ${SET_SOURCE_SECRET}

Tocsin reads \`data\` like generic JSON: \`title\`, \`severity\`, \`status\`, \`id\` …`,
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
    note: "as the specification recommends: over three days; 410 stops the deliveries",
  },
  volatile: [],
  idempotencyKey: ({ headers }) => headers.get("webhook-id") ?? headers.get("svix-id"),
  recognizes: ({ headers }) =>
    headers.has("webhook-signature") || headers.has("svix-signature") || headers.has("webhook-id"),
  read(input) {
    const message = objectBody(input.body, "a Standard Webhooks object");
    const type = firstText(message.type, message.event_type, message.eventType, message.event);
    const data = dataOf(message, type);
    if (!isAlertEvent(type, data) && !isAlertEvent(null, message)) {
      return noEvents("not an alert: the event has no title, severity or state");
    }
    if (!isObject(data) || Object.keys(data).length === 0) {
      const { event, note } = readObject(message, "");
      if (event === null) return noEvents(note ?? "no alert");
      return singleEvent({
        ...event,
        action: event.action === "trigger" ? (stateOfType(type) ?? "trigger") : event.action,
        title: firstText(message.title, type) ?? "Webhook",
        description: firstText(message.description, message.message, data),
        metadata: without(message, "timestamp"),
      });
    }
    const { event, note } = readObject(data, "", without(message, "data", type ?? ""));
    if (event === null) return noEvents(note ?? "no alert");
    return singleEvent(
      {
        ...event,
        // Without a state in the data, the type is the state.
        action: event.action === "trigger" ? (stateOfType(type) ?? "trigger") : event.action,
        title: event.title === UNTITLED ? (type ?? "Webhook") : event.title,
        occurredAt: event.occurredAt ?? asInstant(message.timestamp),
        metadata: { type, ...event.metadata },
      },
      note,
    );
  },
};

const dataOf = (message: JsonObject, type: string | null): unknown =>
  message.data ?? (type === null ? undefined : message[type]);
