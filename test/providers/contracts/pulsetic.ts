import { pulsetic } from "../../../src/providers/pulsetic.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: pulsetic,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "204117",
          title: "https://shop.example.com/checkout",
          description: "monitor offline",
          severity: "HIGH",
          source: "https://shop.example.com/checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: null,
        },
      ],
    },
    {
      proves: "resolve",
      patch: { alert_type: "monitor_online", monitor: { name: "Checkout" } },
      reads: [{ action: "resolve", alertKey: "204117", title: "Checkout" }],
    },
    {
      proves: "trigger",
      name: "a certificate that expires, which no monitor_online resolves",
      patch: { alert_type: "certificate_expires_soon" },
      reads: [{ action: "trigger", alertKey: '["204117","certificate"]', severity: "MEDIUM" }],
    },
    {
      proves: "odd",
      name: "a type yet unknown",
      patch: { alert_type: "monitor_slow" },
      reads: [{ action: "trigger", alertKey: "204117" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected a Pulsetic alert/ },
  ],
};
