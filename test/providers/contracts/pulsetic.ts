import { pulsetic } from "../../../src/providers/pulsetic.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: pulsetic,
  cases: [
    {
      proves: "trigger",
      reads: [
        { action: "trigger", alertKey: "123001", title: "Shop", severity: "HIGH", url: "https://shop.example.com/" },
      ],
    },
    { proves: "resolve", patch: { alert_type: "monitor_online" }, reads: [{ action: "resolve", alertKey: "123001" }] },
    {
      proves: "odd",
      name: "a certificate that ends",
      patch: { alert_type: "certificate_expires_soon" },
      reads: [{ action: "trigger", alertKey: '["123001","certificate"]', severity: "MEDIUM" }],
    },
    {
      proves: "odd",
      name: "no name",
      patch: { monitor: { name: null } },
      reads: [{ title: "https://shop.example.com/" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected Pulsetic's webhook object/ },
  ],
};
