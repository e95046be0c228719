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
          alertKey: "https://shop.example.com/checkout",
          title: "https://shop.example.com/checkout",
          severity: "HIGH",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { proves: "repeat", patch: { check: { downtime: 5 } }, reads: [{ alertKey: "https://shop.example.com/checkout" }] },
    {
      proves: "resolve",
      patch: { event: "check.up", check: { down: false, status: 200 } },
      reads: [{ action: "resolve", alertKey: "https://shop.example.com/checkout" }],
    },
    { proves: "odd", name: "no check", body: { event: "hello" }, reads: [] },
    { proves: "odd", name: "an array", body: [], refuses: /expected Hyperping's webhook object/ },
  ],
};
