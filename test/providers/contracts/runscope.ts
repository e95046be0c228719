import { runscope } from "../../../src/providers/runscope.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: runscope,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["2ed42000-0001-4c1e-8d5b-000000000001","e6a5d000-0001-4c1e-8d5b-000000000001","eu1"]',
          title: "Checkout",
          severity: "HIGH",
          occurredAt: "2026-09-21T14:13:20.250Z",
        },
      ],
    },
    {
      proves: "repeat",
      patch: { test_run_id: "other" },
      reads: [{ alertKey: '["2ed42000-0001-4c1e-8d5b-000000000001","e6a5d000-0001-4c1e-8d5b-000000000001","eu1"]' }],
    },
    {
      proves: "resolve",
      patch: { result: "pass" },
      reads: [
        {
          action: "resolve",
          alertKey: '["2ed42000-0001-4c1e-8d5b-000000000001","e6a5d000-0001-4c1e-8d5b-000000000001","eu1"]',
        },
      ],
    },
    { proves: "odd", name: "cancelled", patch: { result: "canceled" }, reads: [] },
    { proves: "odd", name: "an array", body: [], refuses: /expected Runscope's webhook object/ },
  ],
};
