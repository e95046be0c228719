import type { Action } from "../alerts/model.ts";
import { isObject, type JsonObject, JsonError, parseJson } from "../lib/json.ts";
import { asInstant, asObject, asText, asUtcInstant, firstText, has, keyOf, objectBody } from "./fields.ts";
import { BodyError, NEVER_RETRIES, newEvent, noEvents, singleEvent, type Provider, type Reading } from "./provider.ts";

/** `heartbeat.status`; 2 (pending) and 3 (maintenance) do not change the state. */
const STATUSES: ReadonlyMap<string, Action> = new Map([
  ["0", "trigger"],
  ["1", "resolve"],
]);
const SIDE_STATUSES: ReadonlySet<string> = new Set(["2", "3"]);

/**
 * Uptime Kuma's webhook notification: one heartbeat of a monitor, or a message without heartbeat (a test, an expiring
 * certificate or domain). https://github.com/louislam/uptime-kuma/blob/master/server/notification-providers/webhook.js
 */
export const uptimeKuma: Provider = {
  id: "uptime-kuma",
  name: "Uptime Kuma",
  docs: "https://github.com/louislam/uptime-kuma/blob/master/server/notification-providers/webhook.js",
  verification: { scheme: "token" },
  setup: `1. In Uptime Kuma, open **Settings → Notifications → Setup Notification**, type **Webhook**.
2. Post URL: \`<INGEST_URL>\`, request body **Preset - application/json**.
3. Switch **Additional Headers** on: \`{"X-Tocsin-Token": "<SECRET>"}\`
4. Save, and tick the notification in your monitors.`,
  sample: {
    body: {
      heartbeat: {
        monitorID: 7,
        status: 0,
        time: "2026-09-21 14:13:20.123",
        msg: "Request failed with status code 503",
        ping: null,
        important: true,
        duration: 60,
        timezone: "Europe/Stockholm",
        timezoneOffset: "+02:00",
        localDateTime: "2026-09-21 16:13:20",
      },
      monitor: {
        id: 7,
        name: "Checkout",
        url: "https://shop.example.com/checkout",
        hostname: null,
        type: "http",
        tags: [{ name: "team", value: "shop" }],
      },
      msg: "[Checkout] [🔴 Down] Request failed with status code 503",
    },
  },
  senderProfile: NEVER_RETRIES,
  formats: ["form"],
  volatile: [],
  hasUniqueBody: true,
  recognizes: ({ body }) => has(unwrap(body), "heartbeat", "monitor"),
  read({ body }) {
    const message = objectBody(unwrap(body), "an Uptime Kuma notification with heartbeat, monitor and msg");
    if (isObject(message.heartbeat)) return readHeartbeat(message, message.heartbeat);
    const text = asText(message.msg);
    if (text === null && !has(message, "heartbeat")) throw new BodyError("expected a heartbeat or a msg");
    const expiry = /^(.+) will expire in -?\d+ days?/s.exec(text ?? "");
    if (text === null || !expiry) return noEvents("a message without a heartbeat is a test");
    // Only the text names the certificate or domain. Uptime Kuma sends nothing after a renewal.
    return singleEvent(newEvent({ action: "trigger", alertKey: keyOf(expiry[1]), title: text }));
  },
};

/** With `form-data`, one field holds the whole body as JSON text. */
function unwrap(body: unknown): unknown {
  if (!isObject(body) || typeof body.data !== "string" || has(body, "heartbeat")) return body;
  try {
    return parseJson(body.data);
  } catch (error) {
    if (error instanceof JsonError) return body;
    throw error;
  }
}

/** `msg` has the name, an emoji for the state, and the message that is the description already. */
function titleOf(message: JsonObject, monitor: string | null, action: Action): string {
  const sentence = monitor === null ? null : `${monitor} is ${action === "resolve" ? "up" : "down"}`;
  return firstText(message.title, sentence, message.msg) ?? "Uptime Kuma monitor";
}

function readHeartbeat(message: JsonObject, heartbeat: JsonObject): Reading {
  const monitor = asObject(message.monitor);
  const status = asText(heartbeat.status) ?? "";
  if (SIDE_STATUSES.has(status)) return noEvents("the monitor is pending or under maintenance");
  const action = STATUSES.get(status) ?? "trigger";
  return singleEvent(
    newEvent({
      action,
      alertKey: keyOf(firstText(monitor.id, heartbeat.monitorID)),
      title: titleOf(message, asText(monitor.name), action),
      description: asText(heartbeat.msg),
      severity: "HIGH",
      source: firstText(monitor.hostname, monitor.name),
      url: asText(monitor.url),
      occurredAt:
        asInstant(heartbeat.time) ??
        asUtcInstant(heartbeat.time) ??
        asInstant(`${asText(heartbeat.localDateTime) ?? ""}${asText(heartbeat.timezoneOffset) ?? ""}`),
      metadata: {
        monitor: monitor.name,
        type: monitor.type,
        status: heartbeat.status,
        ping: heartbeat.ping,
        retries: heartbeat.retries,
        tags: monitor.tags,
      },
    }),
  );
}
