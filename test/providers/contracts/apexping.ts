import { apexping } from "../../../src/providers/apexping.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: apexping,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["81","9"]',
          externalId: "81",
          title: "Checkout",
          description: "avg time_total gt 2000: 2410",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.123Z",
        },
      ],
    },
    { proves: "repeat", patch: { value: 2500 }, reads: [{ alertKey: '["81","9"]' }] },
    { proves: "resolve", patch: { state: "resolved" }, reads: [{ action: "resolve", alertKey: '["81","9"]' }] },
    { proves: "odd", name: "an array", body: [], refuses: /expected Apex Ping's webhook object/ },
  ],
};
