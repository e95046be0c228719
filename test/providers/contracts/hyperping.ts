import { hyperping } from "../../../src/providers/hyperping.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: hyperping,
  cases: [
    {
      kind: "trigger",
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
      kind: "resolve",
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
      kind: "odd",
      name: "an older body, without the monitor's id",
      patch: { check: { monitorUuid: null } },
      reads: [{ action: "trigger", alertKey: "https://shop.example.com/checkout" }],
    },
    {
      kind: "odd",
      name: "an unknown event: the state of the check",
      patch: { event: "check.changed", check: { down: false } },
      reads: [{ action: "resolve" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Hyperping event/ },
  ],
};
