import { gatus } from "../../../src/providers/gatus.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["checkout","shop"]';

export const contract: Contract = {
  provider: gatus,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "shop/checkout",
          description: "health check failed\n❌ - `[STATUS] (503) == 200`, ✅ - `[RESPONSE_TIME] < 300`",
          severity: "HIGH",
          source: "checkout",
          url: "https://shop.example.com/checkout",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { status: "RESOLVED", conditions: "✅ - `[STATUS] == 200`" },
      reads: [{ action: "resolve", alertKey }],
    },
    {
      kind: "odd",
      name: "an endpoint without a group",
      patch: { group: "" },
      reads: [{ alertKey: '["checkout",null]', title: "checkout" }],
    },
    {
      kind: "odd",
      name: "states that the operator renamed",
      patch: { status: "operational" },
      reads: [{ action: "resolve", alertKey }],
    },
    {
      kind: "placeholders",
      patch: { name: "[ENDPOINT_NAME]" },
      reads: [{ action: "trigger", alertKey: null }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object by the template/ },
  ],
};
