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
          alertKey: "510221",
          title: "Checkout",
          description: "HTTP CRITICAL: 503 Service Unavailable",
          severity: "CRITICAL",
          source: "shop.example.com",
          url: "https://uptime.com/alerting/alert-history/990012",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      proves: "resolve",
      patch: {
        event: "alert_cleared",
        data: { date: "2026-09-21T14:20:00.000Z", alert: { state: "OK", is_up: true } },
      },
      reads: [{ action: "resolve", alertKey: "510221", occurredAt: "2026-09-21T14:20:00.000Z" }],
    },
    {
      proves: "resolve",
      name: "the alert still tells the state in which it was raised",
      patch: { event: "alert_cleared" },
      reads: [{ action: "resolve", alertKey: "510221" }],
    },
    {
      proves: "odd",
      name: "no event: whether the check is up",
      patch: { event: null, data: { alert: { is_up: true } } },
      reads: [{ action: "resolve" }],
    },
    {
      proves: "trigger",
      name: "the legacy payload",
      body: {
        check_id: 6257,
        check_name: "shop.example.com",
        check_url: "https://shop.example.com",
        check_type: "HTTP(S)",
        check_uptime_api_url: "/api/v1/monitoring-checks/6257/",
        server_name: "shop.example.com",
        state: "DOWN",
        output: "Zero bytes received",
        date: "Sept. 21, 2026, 2:13 p.m.",
      },
      reads: [
        {
          action: "trigger",
          alertKey: "6257",
          title: "shop.example.com",
          description: "Zero bytes received",
          occurredAt: null,
        },
      ],
    },
    {
      proves: "resolve",
      name: "the legacy payload",
      body: { check_id: 6257, check_name: "x", check_uptime_api_url: "/", state: "UP" },
      reads: [{ action: "resolve", alertKey: "6257" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected an Uptime.com alert/ },
  ],
};
