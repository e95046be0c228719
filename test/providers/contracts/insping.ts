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
          alertKey: "5601",
          title: "Shop: Not Responding",
          description: "https://shop.example.com",
          severity: "HIGH",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { proves: "repeat", patch: { webhook_event_id: 73002 }, reads: [{ alertKey: "5601" }] },
    {
      proves: "resolve",
      patch: { webhook_event_data: { check_state_name: "Available", http_status_code: 200 } },
      reads: [{ action: "resolve", alertKey: "5601" }],
    },
    { proves: "odd", name: "no data", body: { webhook_type: "XX" }, reads: [] },
    { proves: "odd", name: "an array", body: [], refuses: /expected Insping's webhook object/ },
  ],
};
