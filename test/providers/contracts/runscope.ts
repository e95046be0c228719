import { runscope } from "../../../src/providers/runscope.ts";
import type { Contract } from "../contract.ts";

const key = '["0b7c2a54-0f4e-4f0e-9d70-000000000001","77e10000-0000-4000-8000-000000000004","eu1"]';

export const contract: Contract = {
  provider: runscope,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: key,
          externalId: "0b7c2a54-0f4e-4f0e-9d70-000000000001",
          title: "Checkout",
          description: "GET https://shop.example.com/checkout 503",
          severity: "HIGH",
          source: "Checkout",
          url: "https://www.runscope.com/radar/k2m1/0b7c2a54/results/5de1c0f3",
          occurredAt: "2026-09-21T14:13:20.125Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { test_run_id: "another", finished_at: 1790000060 },
      reads: [{ action: "trigger", alertKey: key }],
    },
    {
      kind: "resolve",
      patch: { result: "pass", requests: null },
      reads: [{ action: "resolve", alertKey: key, description: null }],
    },
    { kind: "odd", name: "a run that was canceled", patch: { result: "canceled" }, reads: [] },
    {
      kind: "odd",
      name: "an unknown result, and no environment",
      patch: { result: "error", environment_uuid: null },
      reads: [{ action: "trigger", alertKey: '["0b7c2a54-0f4e-4f0e-9d70-000000000001",null,"eu1"]' }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Runscope test run/ },
  ],
};
