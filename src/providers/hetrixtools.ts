import { defineProvider } from "./form/define.ts";
import { asObject, asText } from "./fields.ts";

/**
 * HetrixTools' webhooks: an uptime monitor that went offline or online; a server with high resource usage; and an
 * array of addresses whose blacklist entries changed.
 */
export const hetrixtools = defineProvider({
  id: "hetrixtools",
  name: "HetrixTools",
  docs: "https://docs.hetrixtools.com/uptime-monitoring-webhook-notifications/",
  category: "uptime",
  keywords: "uptime website blacklist servers",
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
  body: "a HetrixTools monitor, or an array of blacklisted addresses",
  recognizedBy: [
    { all: ["monitor_id monitor_name", { any: ["monitor_status", "resource_usage"] }] },
    "monitor blacklisted_now",
    "$body[0].monitor $body[0].blacklisted_now",
  ],
  kinds: [
    {
      when: { any: ["blacklisted_now", (_, { body }) => Array.isArray(body)] },
      events: "$body",
      event: "an address and its blacklists",
      requires: [{ when: { at: "monitor" }, what: "the address in monitor", place: "$body" }],
      action: { at: "blacklisted_now", words: { resolve: "0" }, strict: true },
      alertKey: "monitor",
      title: ["label", "monitor"],
      description: { join: ["blacklisted_on[*].rbl"], with: "\n" },
      severity: "MEDIUM",
      source: "monitor",
      url: "links.report_link",
      metadata: "before=blacklisted_before now=blacklisted_now lists=blacklisted_on[*].rbl",
    },
    {
      // HetrixTools sends nothing when the usage is back to normal.
      when: "resource_usage",
      action: "trigger",
      alertKey: { parts: ["monitor_id", "resource_usage.resource_type?"] },
      title: [{ text: "{monitor_name}: high {resource_usage.resource_type} usage" }, "monitor_name"],
      description: [],
      severity: "MEDIUM",
      metadata: "usage=resource_usage target=monitor_target category=monitor_category",
    },
  ],
  action: { at: "monitor_status" },
  alertKey: "monitor_id",
  title: ["monitor_name", "monitor_target"],
  description: ({ monitor_errors }) =>
    Object.entries(asObject(monitor_errors))
      .map(([place, text]) => `${place}: ${asText(text) ?? "no error"}`)
      .join("\n"),
  severity: "HIGH",
  source: "monitor_name",
  url: "monitor_target",
  occurredAt: "timestamp",
  metadata: "status=monitor_status target=monitor_target type=monitor_type category=monitor_category",
});
