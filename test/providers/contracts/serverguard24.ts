import { serverguard24 } from "../../../src/providers/serverguard24.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: serverguard24,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["Shop","Web"]',
          title: "Web on Shop",
          description: "FAILURE: memory 95 %",
          severity: "CRITICAL",
          occurredAt: null,
        },
      ],
    },
    {
      proves: "repeat",
      name: "a warning",
      patch: { check_result: "WARNING" },
      reads: [{ action: "trigger", alertKey: '["Shop","Web"]', severity: "MEDIUM" }],
    },
    { proves: "resolve", patch: { check_result: "OK" }, reads: [{ action: "resolve", alertKey: '["Shop","Web"]' }] },
    {
      proves: "odd",
      name: "a server without a service",
      patch: { service_name: null, service_shortname: null },
      reads: [{ alertKey: "Shop", title: "Shop" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected ServerGuard24's webhook object/ },
  ],
};
