import type { AlertEvent } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { asInstant, asNumber, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { BodyError, newEvent, one, type Provider, readBatch, UNPUBLISHED } from "./provider.ts";

/** HetrixTools' webhooks: a monitor that went offline or online, or addresses whose blacklisting changed. https://docs.hetrixtools.com/webhooks/ */
export const hetrixtools: Provider = {
  id: "hetrixtools",
  name: "HetrixTools",
  docs: "https://docs.hetrixtools.com/uptime-monitor-webhook/",
  verification: { scheme: "token" },
  setup: `1. In HetrixTools, open **Contact Lists**, and edit or add one.
2. Webhook: \`<INGEST_URL>?token=<SECRET>\`. (Where it asks for an authorization key: \`<SECRET>\`, sent as a Bearer token.)
3. Use the contact list in your uptime and blacklist monitors.`,
  sample: {
    body: {
      monitor_id: "0123456789abcdef0123456789abcdef",
      monitor_name: "Shop",
      monitor_target: "https://shop.example.com/",
      monitor_type: "website",
      monitor_category: "Production",
      monitor_status: "offline",
      timestamp: 1790000000,
      monitor_errors: { Frankfurt: "http code 503", London: "timeout" },
    },
  },
  sender: UNPUBLISHED,
  volatile: [],
  recognises: ({ body }) =>
    has(body, "monitor_id", "monitor_status") ||
    has(pick(body, 0), "monitor", "blacklisted_now") ||
    has(body, "monitor_id", "resource_usage"),
  read({ body }) {
    if (Array.isArray(body)) return { events: readBatch(body, "", readBlacklisting), isRecognised: true };
    const message = objectBody(body, "HetrixTools' webhook");
    return one(has(message, "blacklisted_now") ? readBlacklisting(message, "") : readUptime(message));
  },
};

function readUptime(message: JsonObject): AlertEvent {
  // The agent of a server tells of its resources, under the same monitor.
  const usage = pick(message, "resource_usage");
  const resource = firstText(pick(usage, "resource_type"));
  const status = firstText(pick(usage, "status"), message.monitor_status) ?? "";
  const errors = pick(message, "monitor_errors");
  return newEvent({
    action: status === "offline" ? "trigger" : status === "online" ? "resolve" : (parseAction(status) ?? "trigger"),
    alertKey: resource === null ? keyOf(message.monitor_id) : keyOf(message.monitor_id, resource),
    externalId: asText(message.monitor_id),
    title: firstText(message.monitor_name, message.monitor_target) ?? "HetrixTools monitor",
    description:
      typeof errors === "object" && errors !== null
        ? Object.entries(errors)
            .map(([place, error]) => `${place}: ${asText(error) ?? "?"}`)
            .join("\n") || null
        : asText(errors),
    severity: resource === null ? "HIGH" : "MEDIUM",
    source: asText(message.monitor_name),
    url: asText(message.monitor_target),
    occurredAt: asInstant(message.timestamp),
    metadata: { status, type: message.monitor_type, category: message.monitor_category, usage },
  });
}

function readBlacklisting(value: unknown, pointer: string): AlertEvent {
  const entry = objectBody(value, "a monitor object", pointer);
  const address = asText(entry.monitor);
  if (address === null) throw new BodyError("the element names no monitor", pointer);
  const count = asNumber(entry.blacklisted_now) ?? 0;
  return newEvent({
    action: count > 0 ? "trigger" : "resolve",
    alertKey: keyOf(address),
    title: `${firstText(entry.label) ?? address}: ${count > 0 ? `on ${count} blacklists` : "on no blacklist"}`,
    source: address,
    url: asText(pick(entry, "links", "report_link")),
    metadata: {
      label: entry.label,
      before: entry.blacklisted_before,
      now: entry.blacklisted_now,
      lists: entry.blacklisted_on,
    },
  });
}
