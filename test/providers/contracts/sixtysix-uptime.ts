import { sixtysixUptime } from "../../../src/providers/sixtysix-uptime.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: sixtysixUptime,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["31","website"]',
          externalId: "31",
          title: "Checkout",
          severity: "HIGH",
          source: "Checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: null,
        },
      ],
    },
    {
      kind: "resolve",
      patch: { is_ok: 1 },
      reads: [{ action: "resolve", alertKey: '["31","website"]' }],
    },
    {
      kind: "resolve",
      name: "a heartbeat, as a form",
      body: { heartbeat_id: "31", name: "Backup", type: "heartbeat", is_ok: "1" },
      reads: [{ action: "resolve", alertKey: '["31","heartbeat"]', url: null }],
    },
    {
      kind: "trigger",
      name: "an expiring certificate",
      body: {
        domain_name_id: "3",
        name: "Shop",
        target: "shop.example.com",
        type: "ssl-expiry",
        ssl_end_datetime: "2026-10-01 00:00:00",
        timezone: "UTC",
      },
      reads: [{ action: "trigger", alertKey: '["3","ssl-expiry"]', severity: "MEDIUM", occurredAt: null }],
    },
    { kind: "odd", name: "no id", patch: { monitor_id: null }, reads: [{ action: "trigger", alertKey: null }] },
    { kind: "odd", name: "an array", body: [], rejects: /expected a 66uptime notification/ },
  ],
};
