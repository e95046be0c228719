import { uptimeCom } from "../../../src/providers/uptime-com.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: uptimeCom,
  cases: [
    {
      kind: "trigger",
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
      kind: "resolve",
      patch: {
        event: "alert_cleared",
        data: { date: "2026-09-21T14:20:00.000Z", alert: { state: "OK", is_up: true } },
      },
      reads: [{ action: "resolve", alertKey: "510221", occurredAt: "2026-09-21T14:20:00.000Z" }],
    },
    {
      kind: "resolve",
      name: "the state at the time of the alert",
      patch: { event: "alert_cleared" },
      reads: [{ action: "resolve", alertKey: "510221" }],
    },
    {
      kind: "odd",
      name: "no event: the state of the check",
      patch: { event: null, data: { alert: { is_up: true } } },
      reads: [{ action: "resolve" }],
    },
    {
      kind: "trigger",
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
      kind: "resolve",
      name: "the legacy payload",
      body: { check_id: 6257, check_name: "x", check_uptime_api_url: "/", state: "UP" },
      reads: [{ action: "resolve", alertKey: "6257" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an Uptime.com alert/ },
  ],
};
