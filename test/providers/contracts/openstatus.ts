import { openstatus } from "../../../src/providers/openstatus.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: openstatus,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "4711",
          title: "Checkout",
          description: "Service Unavailable",
          severity: "HIGH",
          source: "Checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "degraded",
      patch: { status: "degraded", statusCode: 200, errorMessage: null },
      reads: [{ action: "trigger", alertKey: "4711", severity: "LOW", description: "Status code 200, 1337 ms" }],
    },
    {
      kind: "resolve",
      patch: { status: "recovered", statusCode: 200, errorMessage: null },
      reads: [{ action: "resolve", alertKey: "4711" }],
    },
    { kind: "odd", name: "no monitor", patch: { monitor: null }, rejects: /expected a monitor/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a notification of openstatus/ },
  ],
};
