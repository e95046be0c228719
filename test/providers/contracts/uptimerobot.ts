import { uptimerobot } from "../../../src/providers/uptimerobot.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: uptimerobot,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "790123456",
          title: "Checkout",
          description: "HTTP 503 - Service Unavailable",
          severity: "HIGH",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { proves: "repeat", patch: { alertID: "811223345" }, reads: [{ alertKey: "790123456" }] },
    {
      proves: "resolve",
      patch: { alertType: "2", alertTypeFriendlyName: "Up" },
      reads: [{ action: "resolve", alertKey: "790123456" }],
    },
    {
      proves: "placeholders",
      patch: { monitorID: "*monitorID*", monitorURL: "*monitorURL*", monitorFriendlyName: "*monitorFriendlyName*" },
      reads: [{ alertKey: null, title: "*monitorFriendlyName*" }],
    },
    {
      proves: "odd",
      name: "names with underscores, and no id",
      body: { monitor_url: "https://a.example.com", monitor_friendly_name: "A", alert_type_friendly_name: "Up" },
      reads: [{ action: "resolve", alertKey: "https://a.example.com", title: "A" }],
    },
    {
      proves: "odd",
      name: "a certificate that ends",
      patch: { alertType: "3" },
      reads: [{ action: "trigger", severity: "MEDIUM" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected the object/ },
  ],
};
