import { pulsetic } from "../../../src/providers/pulsetic.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: pulsetic,
  cases: [
    {
      kind: "trigger",
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
      kind: "resolve",
      patch: { alert_type: "monitor_online", monitor: { name: "Checkout" } },
      reads: [{ action: "resolve", alertKey: "204117", title: "Checkout" }],
    },
    {
      kind: "trigger",
      name: "an expiring certificate, which monitor_online does not resolve",
      patch: { alert_type: "certificate_expires_soon" },
      reads: [{ action: "trigger", alertKey: '["204117","certificate"]', severity: "MEDIUM" }],
    },
    {
      kind: "odd",
      name: "an unknown type",
      patch: { alert_type: "monitor_slow" },
      reads: [{ action: "trigger", alertKey: "204117" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Pulsetic alert/ },
  ],
};
