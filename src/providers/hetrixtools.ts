import type { AlertEvent } from "../alerts/event.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asList, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { BodyError, newEvent, noEvents, singleEvent, type Provider, readBatch, UNPUBLISHED } from "./provider.ts";

/**
 * HetrixTools' webhooks: an uptime monitor that went offline or online; a server with high resource usage; and an
 * array of addresses whose blacklist entries changed. https://docs.hetrixtools.com/uptime-monitoring-webhook-notifications/
 */
export const hetrixtools: Provider = {
  id: "hetrixtools",
  name: "HetrixTools",
  docs: "https://docs.hetrixtools.com/uptime-monitoring-webhook-notifications/",
  verification: { scheme: "token" },
  setup: `1. In HetrixTools, open **Contact Lists** and edit the list that your monitors use.
2. Webhook URL: \`<INGEST_URL>\`
3. Authentication token: \`<SECRET>\`. HetrixTools sends it as \`Authorization: Bearer\`.`,
  sample: {
    body: {
      monitor_id: "5a1c0e3f7b9d4a2c8e6f000000000001",
      monitor_name: "Checkout",
      monitor_target: "https://shop.example.com/checkout",
      monitor_type: "website",
      monitor_category: "Shop",
      monitor_status: "offline",
      timestamp: 1790000000,
      monitor_errors: { Stockholm: "http code 503", Tokyo: "timeout" },
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) =>
    (has(body, "monitor_id", "monitor_name") && (has(body, "monitor_status") || has(body, "resource_usage"))) ||
    has(Array.isArray(body) ? pick(body, 0) : body, "monitor", "blacklisted_now"),
  read({ body }) {
    if (Array.isArray(body)) {
      if (body.length === 0) return noEvents("an empty array of addresses");
      return { events: readBatch(body, "", readListing), isRecognized: true };
    }
    const message = objectBody(body, "a HetrixTools monitor, or an array of blacklisted addresses");
    if (has(message, "blacklisted_now")) return singleEvent(readListing(message, ""));
    return singleEvent(has(message, "resource_usage") ? readUsage(message) : readMonitor(message));
  },
};

function readMonitor(monitor: JsonObject): AlertEvent {
  const errors = Object.entries(asObject(monitor.monitor_errors)).map(
    ([place, text]) => `${place}: ${asText(text) ?? "no error"}`,
  );
  const status = asText(monitor.monitor_status) ?? "";
  return newEvent({
    action: status.toLowerCase() === "online" ? "resolve" : (parseActionIn(status) ?? "trigger"),
    alertKey: keyOf(monitor.monitor_id),
    title: firstText(monitor.monitor_name, monitor.monitor_target) ?? "HetrixTools monitor",
    description: asText(errors.join("\n")),
    severity: "HIGH",
    source: asText(monitor.monitor_name),
    url: asText(monitor.monitor_target),
    occurredAt: asInstant(monitor.timestamp),
    metadata: {
      status: monitor.monitor_status,
      target: monitor.monitor_target,
      type: monitor.monitor_type,
      category: monitor.monitor_category,
    },
  });
}

/** HetrixTools sends nothing when the usage is back to normal. */
function readUsage(server: JsonObject): AlertEvent {
  const usage = asObject(server.resource_usage);
  const resource = asText(usage.resource_type);
  return newEvent({
    action: "trigger",
    alertKey: keyOf(server.monitor_id, resource),
    externalId: asText(server.monitor_id),
    title: `${asText(server.monitor_name) ?? "HetrixTools server"}: high ${resource ?? "resource"} usage`,
    source: asText(server.monitor_name),
    occurredAt: asInstant(server.timestamp),
    metadata: { ...usage, target: server.monitor_target, category: server.monitor_category },
  });
}

function readListing(element: unknown, pointer: string): AlertEvent {
  const listing = objectBody(element, "an address and its blacklists", pointer);
  if (!has(listing, "monitor")) throw new BodyError("expected the address in monitor", pointer);
  const lists = asList(listing.blacklisted_on).flatMap((entry) => firstText(pick(entry, "rbl")) ?? []);
  return newEvent({
    action: asText(listing.blacklisted_now) === "0" ? "resolve" : "trigger",
    alertKey: keyOf(listing.monitor),
    title: firstText(listing.label, listing.monitor) ?? "Blacklisted address",
    description: asText(lists.join("\n")),
    source: asText(listing.monitor),
    url: firstText(pick(listing, "links", "report_link")),
    metadata: { before: listing.blacklisted_before, now: listing.blacklisted_now, lists },
  });
}
