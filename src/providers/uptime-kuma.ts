import type { Action } from "../alerts/model.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import {
  asInstant,
  asObject,
  asText,
  asUtcInstant,
  firstText,
  formJson,
  has,
  hasAny,
  keyOf,
  objectBody,
  pick,
} from "./fields.ts";
import { NEVER_RETRIES, newEvent, none, one, type Provider } from "./provider.ts";

/** `heartbeat.status`; pending and maintenance are neither up nor down. */
const STATUSES: ReadonlyMap<string, Action> = new Map([
  ["0", "trigger"],
  ["1", "resolve"],
]);

/**
 * Uptime Kuma's webhook notification: a heartbeat of a monitor, as JSON, or in the field `data` of a form.
 * https://github.com/louislam/uptime-kuma/blob/master/server/notification-providers/webhook.js
 */
export const uptimeKuma: Provider = {
  id: "uptime-kuma",
  name: "Uptime Kuma",
  docs: "https://github.com/louislam/uptime-kuma/wiki/Notification-Methods",
  verification: { scheme: "token" },
  setup: `1. In Uptime Kuma, open **Settings → Notifications → Setup Notification** and choose **Webhook**.
2. Post URL: \`<INGEST_URL>\`. Request body: **Preset - application/json**.
3. Tick **Additional Headers**: \`{"X-Tocsin-Token": "<SECRET>"}\`
4. Tick **Default enabled** and **Apply on all existing monitors**. Uptime Kuma sends once: give each monitor a **Resend Notification** interval.`,
  sample: {
    body: {
      heartbeat: {
        monitorID: 7,
        status: 0,
        time: "2026-09-21 14:13:20.000",
        msg: "Request failed with status code 503",
        important: true,
        duration: 60,
        retries: 3,
        timezone: "UTC",
        timezoneOffset: "+00:00",
        localDateTime: "2026-09-21 14:13:20",
      },
      monitor: {
        id: 7,
        name: "Checkout",
        url: "https://shop.example.com/checkout",
        type: "http",
        hostname: null,
        port: null,
        tags: [{ name: "team", value: "shop" }],
      },
      msg: "[Checkout] [🔴 Down] Request failed with status code 503",
    },
  },
  // server/notification-providers/webhook.js: a failure is logged, and that is all.
  sender: NEVER_RETRIES,
  formats: ["form"],
  volatile: [],
  recognises: ({ body }) =>
    hasAny(body, "heartbeat") || has(body, "monitor", "msg") || typeof pick(body, "data") === "string",
  read({ body }) {
    const message = formJson(objectBody(body, "Uptime Kuma's webhook object"), "data");
    if (!isObject(message.heartbeat)) return none("a message of no monitor's: a test, or a certificate that ends");
    const heartbeat = message.heartbeat;
    const monitor = asObject(message.monitor);
    const status = asText(heartbeat.status) ?? "";
    const action = STATUSES.get(status);
    if (!action) return none("a heartbeat that is neither up nor down");
    return one(
      newEvent({
        action,
        alertKey: keyOf(firstText(monitor.id, heartbeat.monitorID)),
        title: firstText(message.title, message.msg, monitor.name, heartbeat.msg) ?? "Uptime Kuma monitor",
        description: asText(heartbeat.msg),
        severity: "HIGH",
        source: firstText(monitor.name, monitor.hostname),
        url: asText(monitor.url),
        // Of the two times this one is UTC, though it does not say so.
        occurredAt: asInstant(heartbeat.time) ?? asUtcInstant(heartbeat.time) ?? localTime(heartbeat),
        metadata: {
          status: heartbeat.status,
          type: monitor.type,
          hostname: monitor.hostname,
          port: monitor.port,
          tags: monitor.tags,
          ping: heartbeat.ping,
          duration: heartbeat.duration,
          retries: heartbeat.retries,
        },
      }),
    );
  },
};

const localTime = ({ localDateTime, timezoneOffset }: JsonObject): number | null =>
  asInstant(`${asText(localDateTime) ?? ""}${asText(timezoneOffset) ?? ""}`);
