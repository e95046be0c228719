import { defineProvider } from "./form/define.ts";
import { asList, pick } from "./fields.ts";

/** Hyperping's webhooks: one monitor that went down or up. */
export const hyperping = defineProvider({
  id: "hyperping",
  name: "Hyperping",
  docs: "https://hyperping.com/docs/integrations/webhooks",
  category: "uptime",
  keywords: "uptime website status page",
  setup: `1. In Hyperping, open **Integrations** and click **Connect** on the **Webhooks** card.
2. URL: \`<INGEST_URL>?token=<SECRET>\``,
  sample: {
    body: {
      event: "check.down",
      check: {
        monitorUuid: "mon_c0ffee000001",
        url: "https://shop.example.com/checkout",
        status: 503,
        down: true,
        date: 1790000000000,
        downtime: 1,
      },
      pings: [
        { original: true, location: "london", status: 503, statusMessage: "Service Unavailable" },
        { original: false, location: "paris", status: 503, statusMessage: "Service Unavailable" },
      ],
    },
  },
  body: "a Hyperping event",
  recognizedBy: ["event check.url check.down check.date"],
  action: [{ at: "event" }, { at: "check.down", words: { resolve: "false" }, strict: true }],
  // Older bodies identify the monitor only by its URL.
  alertKey: ["check.monitorUuid", "check.url"],
  title: ["check.name", "check.url"],
  description: ({ pings }) =>
    pick(
      asList(pings).find((ping) => pick(ping, "original") !== false),
      "statusMessage",
    ),
  severity: "HIGH",
  source: ["check.name", "check.url"],
  url: "check.url",
  occurredAt: "check.date",
  metadata: { event: "event", status: "check.status", downtime: "check.downtime", locations: "pings[*].location" },
});
