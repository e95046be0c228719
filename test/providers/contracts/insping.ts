import { insping } from "../../../src/providers/insping.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: insping,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "4410",
          title: "https://shop.example.com/checkout",
          description: "Not Responding",
          severity: "HIGH",
          source: "Shop",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      patch: {
        webhook_event_id: 88121,
        webhook_event_data: { check_state_name: "Available", http_status_code: 200 },
      },
      reads: [{ action: "resolve", alertKey: "4410" }],
    },
    {
      kind: "odd",
      name: "an unknown state",
      patch: { webhook_event_data: { check_state_name: "Slow" } },
      reads: [{ action: "trigger", description: "Slow" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an Insping webhook/ },
  ],
};
