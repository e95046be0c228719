import { apexping } from "../../../src/providers/apexping.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: apexping,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["112","41"]',
          externalId: "112",
          title: "Checkout",
          description: "avg time_total gt 1500: 2310",
          severity: "MEDIUM",
          source: "Checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.657Z",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { state: "resolved", value: 240 },
      reads: [{ action: "resolve", alertKey: '["112","41"]', occurredAt: null }],
    },
    {
      kind: "odd",
      name: "only a check",
      patch: { alert: null, value: null },
      reads: [{ alertKey: '["112",null]', description: null }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an Apex Ping alert/ },
  ],
};
