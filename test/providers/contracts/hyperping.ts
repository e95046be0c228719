import { hyperping } from "../../../src/providers/hyperping.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: hyperping,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "mon_c0ffee000001",
          title: "https://shop.example.com/checkout",
          description: "Service Unavailable",
          severity: "HIGH",
          source: "https://shop.example.com/checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      proves: "resolve",
      patch: { event: "check.up", check: { status: 200, down: false, date: 1790000400000 }, pings: null },
      reads: [
        {
          action: "resolve",
          alertKey: "mon_c0ffee000001",
          description: null,
          occurredAt: "2026-09-21T14:20:00.000Z",
        },
      ],
    },
    {
      proves: "odd",
      name: "an older body, without the monitor's id",
      patch: { check: { monitorUuid: null } },
      reads: [{ action: "trigger", alertKey: "https://shop.example.com/checkout" }],
    },
    {
      proves: "odd",
      name: "an event yet unknown: what the check says",
      patch: { event: "check.changed", check: { down: false } },
      reads: [{ action: "resolve" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected a Hyperping event/ },
  ],
};
