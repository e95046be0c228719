import { serverguard24 } from "../../../src/providers/serverguard24.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: serverguard24,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["shop-web","Checkout"]',
          title: "Checkout",
          description: "HTTP 503 Service Unavailable",
          severity: "CRITICAL",
          source: "shop.example.com",
          occurredAt: null,
        },
      ],
    },
    {
      kind: "repeat",
      name: "a warning",
      patch: { check_result: "WARNING" },
      reads: [{ action: "trigger", alertKey: '["shop-web","Checkout"]', severity: "MEDIUM" }],
    },
    {
      kind: "resolve",
      patch: { check_result: "OK", check_output: "HTTP 200" },
      reads: [{ action: "resolve", alertKey: '["shop-web","Checkout"]' }],
    },
    {
      kind: "odd",
      name: "an unknown result, without output",
      patch: { check_result: "UNKNOWN", check_output: "", service_message: "Call the shop team" },
      reads: [{ action: "trigger", severity: "HIGH", description: "Call the shop team" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a ServerGuard24 notification/ },
  ],
};
