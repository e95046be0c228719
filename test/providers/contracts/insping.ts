import { insping } from "../../../src/providers/insping.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: insping,
  cases: [
    {
      proves: "trigger",
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
      proves: "resolve",
      patch: {
        webhook_event_id: 88121,
        webhook_event_data: { check_state_name: "Available", http_status_code: 200 },
      },
      reads: [{ action: "resolve", alertKey: "4410" }],
    },
    {
      proves: "odd",
      name: "a state yet unknown",
      patch: { webhook_event_data: { check_state_name: "Slow" } },
      reads: [{ action: "trigger", description: "Slow" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected an Insping webhook/ },
  ],
};
