import { defineProvider } from "./form/define.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { asText } from "./fields.ts";

/** The certificate or domain of an expiry message: only the text names it. */
const expiringIn = ({ msg }: JsonObject): string | undefined =>
  /^(.+) will expire in -?\d+ days?/s.exec(asText(msg) ?? "")?.[1];

/** Uptime Kuma's webhook notification: one heartbeat of a monitor, or a message without heartbeat (a test, an expiring certificate or domain). */
export const uptimeKuma = defineProvider({
  id: "uptime-kuma",
  name: "Uptime Kuma",
  docs: "https://github.com/louislam/uptime-kuma/blob/master/server/notification-providers/webhook.js",
  category: "uptime",
  keywords: "uptime website self-hosted ping",
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
  sender: { retries: [] },
  formats: ["form"],
  body: "an Uptime Kuma notification with heartbeat, monitor and msg",
  // With `form-data`, one field holds the whole body as JSON text.
  unwrap: { optional: "data" },
  hasUniqueBody: true,
  recognizedBy: ["heartbeat monitor"],
  kinds: [
    {
      // Uptime Kuma sends nothing after a certificate or domain was renewed.
      when: ({ heartbeat }) => !isObject(heartbeat),
      requires: [{ when: { any: ["heartbeat", { at: "msg" }] }, what: "a heartbeat or a msg" }],
      noAlert: [{ when: { not: { at: expiringIn } }, why: "a message without a heartbeat is a test" }],
      action: "trigger",
      alertKey: expiringIn,
      title: "msg",
      description: undefined,
      severity: undefined,
      metadata: {},
    },
  ],
  noAlert: [{ when: { at: "heartbeat.status", is: "2 3" }, why: "the monitor is pending or under maintenance" }],
  action: { at: "heartbeat.status", words: { trigger: "0", resolve: "1" }, strict: true },
  alertKey: ["monitor.id", "heartbeat.monitorID"],
  // `msg` has the name, an emoji for the state, and the message that is the description already.
  title: ["title", { at: { text: "{monitor.name} is up" }, on: "resolve" }, { text: "{monitor.name} is down" }, "msg"],
  description: "heartbeat.msg",
  severity: "HIGH",
  source: ["monitor.hostname", "monitor.name"],
  url: "monitor.url",
  occurredAt: [
    { at: "heartbeat.time", format: "utc" },
    { text: "{heartbeat.localDateTime}{heartbeat.timezoneOffset}" },
  ],
  metadata: "monitor=monitor.name monitor.type heartbeat.status heartbeat.ping heartbeat.retries monitor.tags",
});
