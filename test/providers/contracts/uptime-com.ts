import { uptimeCom } from "../../../src/providers/uptime-com.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: uptimeCom,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "764001",
          title: "Checkout",
          description: "HTTP 503",
          severity: "CRITICAL",
          url: "https://uptime.com/alerts/789001",
          occurredAt: "2026-09-21T14:13:20.420Z",
        },
      ],
    },
    {
      proves: "repeat",
      name: "escalated",
      patch: { event: "alert_escalated" },
      reads: [{ action: "trigger", alertKey: "764001" }],
    },
    {
      proves: "resolve",
      patch: { event: "alert_cleared", data: { alert: { state: "OK", is_up: true } } },
      reads: [{ action: "resolve", alertKey: "764001" }],
    },
    { proves: "test", body: { event: "test", data: {} }, reads: [] },
    {
      proves: "odd",
      name: "no event: the alert's own state",
      patch: { event: null, data: { alert: { is_up: true } } },
      reads: [{ action: "resolve" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected Uptime.com's postback/ },
  ],
};
