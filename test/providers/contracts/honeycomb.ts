import { honeycomb } from "../../../src/providers/honeycomb.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: honeycomb,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "tR1gg3r0001",
          title: "Slow checkouts",
          description: "P95 of checkout above 2 s",
          severity: "MEDIUM",
          url: "https://ui.honeycomb.io/acme/datasets/shop/triggers/tR1gg3r0001",
        },
      ],
    },
    { kind: "repeat", patch: { result_groups_triggered: [] }, reads: [{ alertKey: "tR1gg3r0001" }] },
    { kind: "resolve", patch: { status: "OK" }, reads: [{ action: "resolve", alertKey: "tR1gg3r0001" }] },
    {
      kind: "odd",
      name: "the first version of the body has no id",
      patch: { id: null, trigger_url: null },
      reads: [{ alertKey: "Slow checkouts", url: "https://ui.honeycomb.io/acme/datasets/shop/result/a1b2c3" }],
    },
    { kind: "test", body: { message: "Honeycomb webhook test" }, reads: [] },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Honeycomb webhook object/ },
  ],
};
