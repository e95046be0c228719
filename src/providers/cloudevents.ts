import type { AlertEvent } from "../alerts/event.ts";
import { fromBase64 } from "../lib/bytes.ts";
import { readText } from "../lib/charset.ts";
import { isObject, JsonError, type JsonObject, parseJson } from "../lib/json.ts";
import { stateOfType, isAlertEvent } from "./bus.ts";
import { dynatraceProblem, isDynatraceProblem } from "./dynatrace.ts";
import { asInstant, asText, has, keyOf, objectBody } from "./fields.ts";
import { readObject, UNTITLED } from "./generic-object.ts";
import { BodyError, type Provider, type ProviderInput, readBatch } from "./provider.ts";

const PREFIX = "ce-";

/** CloudEvents 1.0 over HTTP, in structured, binary and batched mode. */
export const cloudevents: Provider = {
  id: "cloudevents",
  name: "CloudEvents",
  docs: "https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md",
  category: "generic",
  keywords: "cncf events knative any",
  verification: { scheme: "token" },
  setup: `1. Point the sender (a Knative sink, Azure Event Grid, a broker …) at \`<INGEST_URL>\`.
2. Configure it to send \`Authorization: Bearer <SECRET>\`, or append \`?token=<SECRET>\` to the URL.

Tocsin accepts structured, binary and batched mode. It reads \`title\`, \`severity\`, \`status\` and \`id\` from \`data\`. If \`data\` has no
state, the last word of \`type\` is the state (\`com.example.disk.resolved\`). The alert key is the subject, else the id in \`data\`.`,
  sample: {
    headers: { "content-type": "application/cloudevents+json" },
    body: {
      specversion: "1.0",
      id: "b25e2717-a470-45a0-8231-985a99aa9416",
      source: "/monitoring/eu-1",
      type: "com.example.disk.full",
      subject: "db-1",
      time: "2026-09-21T14:13:20Z",
      datacontenttype: "application/json",
      data: { title: "Disk almost full on db-1", severity: "high", free: "4 %" },
    },
  },
  // https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/http-webhook.md#25-delivery-response
  senderProfile: {
    timeoutSeconds: null,
    clientErrors: "not published",
    tooManyRequests: "retried",
    serverErrors: "not published",
    note: "as the specification recommends: after Retry-After; 410 stops the deliveries",
  },
  formats: ["text"],
  volatile: [],
  idempotencyKey(input) {
    const isBatch = Array.isArray(input.body) && !isBinary(input);
    const events = isBatch ? (input.body as unknown[]) : [envelopeOf(input)];
    // A batch of several has no id; its events have.
    const [event] = events;
    return events.length === 1 && isObject(event) ? eventIdOf(event) : null;
  },
  hasUniqueBody: true,
  recognizes: ({ headers, body }) =>
    headers.has(`${PREFIX}specversion`) ||
    /^application\/cloudevents/i.test(headers.get("content-type") ?? "") ||
    has(Array.isArray(body) ? body[0] : body, "specversion", "source", "type"),
  read(input) {
    const isBatch = Array.isArray(input.body) && !isBinary(input);
    const events = isBatch ? (input.body as unknown[]) : [envelopeOf(input)];
    const alerts = events.filter((event) => !isObject(event) || isAlert(event));
    const left = events.length - alerts.length;
    return {
      events: isBatch
        ? readBatch(alerts, "", (event, pointer) => readEnvelope(event, pointer))
        : alerts.flatMap((event) => readEnvelope(event, "") ?? []),
      isRecognized: true,
      ...(left > 0 && { note: `${left} events are not alerts: they have no title, severity or state` }),
    };
  },
};

/** Whether an element is an alert. Invalid elements count as alerts, so that reading them reports the error. */
const isAlert = (event: JsonObject): boolean =>
  asText(event.type) === null || isAlertEvent(event.type, dataOf(event)) || isDynatraceProblem(dataOf(event));

const isBinary = ({ headers }: ProviderInput): boolean => headers.has(`${PREFIX}specversion`);

/** The event with its attributes and data in one object, from structured or binary mode. */
function envelopeOf(input: ProviderInput): JsonObject {
  if (!isBinary(input)) return objectBody(input.body, "a CloudEvent");
  const attributes = [...input.headers]
    .filter(([name]) => name.startsWith(PREFIX))
    .map(([name, value]) => [name.slice(PREFIX.length), percentDecoded(value)]);
  return { ...Object.fromEntries(attributes), data: input.body };
}

/** Null: the event only reports that work is in progress. */
function readEnvelope(value: unknown, pointer: string): AlertEvent | null {
  const event = objectBody(value, "a CloudEvent", pointer);
  if (asText(event.type) === null || asText(event.source) === null) {
    throw new BodyError("a CloudEvent must have a type and a source", pointer);
  }
  const data = dataOf(event);
  const problem = dynatraceProblem(data);
  if (problem) return { ...problem, occurredAt: problem.occurredAt ?? asInstant(event.time) };
  const type = asText(event.type) ?? "";
  const isRead = isObject(data) && Object.keys(data).length > 0;
  const { event: alert, read } = readObject(isRead ? data : event, pointer);
  if (isRead && alert === null) return null;
  return {
    ...read,
    action: read.action === "trigger" ? (stateOfType(type) ?? "trigger") : read.action,
    alertKey: alertKeyOf(event, isRead ? read.alertKey : null),
    externalId: asText(event.id),
    eventId: eventIdOf(event),
    title: isRead && read.title !== UNTITLED ? read.title : (asText(event.subject) ?? type),
    description: isRead ? read.description : asText(data),
    source: asText(event.subject) ?? asText(event.source),
    url: read.url ?? linkOf(event.source),
    occurredAt: asInstant(event.time) ?? read.occurredAt,
    metadata: { type, source: event.source, id: event.id, subject: event.subject, data },
  };
}

/** Source and id together identify an event. */
const eventIdOf = (event: JsonObject): string | null =>
  asText(event.id) === null ? null : keyOf(event.source, event.id);

/** The source of an event is a URI reference, which may be a page. */
const linkOf = (source: unknown): string | null =>
  typeof source === "string" && /^https?:\/\//i.test(source) ? source : null;

/**
 * The subject identifies an object within the source; else the key in the data. Without either, nothing refers to the alert
 * again, and the event itself is its key: source and id together identify an event, also when a batch brings it once more.
 */
const alertKeyOf = (event: JsonObject, dataKey: string | null): string | null =>
  keyOf(event.source, asText(event.subject) ?? dataKey ?? event.id);

function dataOf(event: JsonObject): unknown {
  if (typeof event.data_base64 === "string") {
    const bytes = fromBase64(event.data_base64);
    return bytes ? parsed(readText(bytes, asText(event.datacontenttype))) : event.data_base64;
  }
  return event.data;
}

function parsed(text: string): unknown {
  try {
    const value = parseJson(text);
    return isObject(value) ? value : text;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    return text;
  }
}

/** Decodes a header value: percent-encoded UTF-8. */
function percentDecoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
