import { cronitor } from "../../../src/providers/cronitor.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: cronitor,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["nB4ckp","Production"]',
          externalId: "nB4ckp",
          title: "Nightly backup",
          severity: "HIGH",
          url: "https://cronitor.io/app/issues/1001",
        },
      ],
    },
    { proves: "repeat", patch: { rule: "not_completed" }, reads: [{ alertKey: '["nB4ckp","Production"]' }] },
    {
      proves: "resolve",
      patch: { type: "Recovery" },
      reads: [{ action: "resolve", alertKey: '["nB4ckp","Production"]' }],
    },
    { proves: "odd", name: "no environment", patch: { environment: null }, reads: [{ alertKey: "nB4ckp" }] },
    { proves: "odd", name: "an array", body: [], refuses: /expected Cronitor's webhook object/ },
  ],
};
