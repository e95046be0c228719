import { uptimerobot } from "../../../src/providers/uptimerobot.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: uptimerobot,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "779415582",
          title: "Checkout",
          description: "HTTP 503 - Service Unavailable",
          severity: "HIGH",
          source: "Checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { alertType: "2", alertTypeFriendlyName: "Up", alertDetails: "HTTP 200 - OK" },
      reads: [{ action: "resolve", alertKey: "779415582" }],
    },
    {
      kind: "trigger",
      name: "an expiring certificate, which Up does not resolve",
      patch: { alertType: "3", alertTypeFriendlyName: "SSL expiry", sslExpiryDaysLeft: "7" },
      reads: [{ action: "trigger", alertKey: '["779415582","3"]', severity: "MEDIUM" }],
    },
    {
      kind: "placeholders",
      patch: {
        monitorID: "*monitorID*",
        monitorURL: "*monitorURL*",
        monitorFriendlyName: "*monitorFriendlyName*",
        alertDateTime: "*alertDateTime*",
      },
      reads: [
        {
          action: "trigger",
          alertKey: null,
          externalId: "*monitorID*",
          title: "*monitorFriendlyName*",
          source: null,
          occurredAt: null,
        },
      ],
    },
    {
      kind: "odd",
      name: "another template, without an id",
      body: {
        monitor_url: "shop.example.com",
        monitor_friendly_name: "Shop",
        alert_type_friendly_name: "Up",
        alert_details: "OK",
      },
      reads: [{ action: "resolve", alertKey: "shop.example.com", title: "Shop", description: "OK" }],
    },
    {
      kind: "odd",
      name: "numbers, and an unknown type with only a name",
      patch: { monitorID: 12345, alertType: null, alertTypeFriendlyName: "Slow", alertDateTime: 1790000000 },
      reads: [{ action: "trigger", alertKey: "12345", occurredAt: "2026-09-21T14:13:20.000Z" }],
    },
    { kind: "odd", name: "a monitor that was paused", patch: { alertType: "99" }, reads: [] },
    { kind: "odd", name: "a text", body: "Down", rejects: /expected an object with UptimeRobot's variables/ },
    {
      kind: "odd",
      name: "a template with only a message",
      body: { message: "Shop is down: timeout", monitor_id: "7", status: "down" },
      reads: [{ action: "trigger", alertKey: "7", title: "Shop is down: timeout" }],
    },
  ],
};
