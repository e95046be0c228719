import { riemann } from "../../../src/providers/riemann.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["cpu","web-1"]';

export const contract: Contract = {
  provider: riemann,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "web-1 cpu is critical",
          description: "5-minute load average/core\n\nmetric: 3.2",
          severity: "CRITICAL",
          source: "web-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "warning",
      patch: { state: "warning" },
      reads: [{ action: "trigger", alertKey, severity: "MEDIUM" }],
    },
    {
      kind: "repeat",
      name: "expired",
      patch: { state: "expired", metric: null, description: null },
      reads: [{ action: "trigger", alertKey, severity: "HIGH" }],
    },
    { kind: "resolve", patch: { state: "ok", metric: 0.2 }, reads: [{ action: "resolve", alertKey }] },
    {
      kind: "odd",
      name: "no host",
      patch: { host: null },
      reads: [{ alertKey: '["cpu",null]', title: "cpu is critical" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an event of Riemann/ },
  ],
};
