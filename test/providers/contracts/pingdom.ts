import { pingdom } from "../../../src/providers/pingdom.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: pingdom,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "480112",
          title: "Checkout page",
          description: "HTTP Server Error 503 Service Unavailable",
          severity: "HIGH",
          source: "shop.example.com",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { previous_state: "DOWN", current_state: "UP" },
      reads: [{ action: "resolve", alertKey: "480112" }],
    },
    {
      kind: "trigger",
      name: "a transaction check",
      patch: { check_type: "TRANSACTION", check_params: null, previous_state: "SUCCESS", current_state: "FAILING" },
      reads: [{ action: "trigger", alertKey: "480112", source: null, url: null }],
    },
    {
      kind: "resolve",
      name: "a transaction check",
      patch: { previous_state: "FAILING", current_state: "SUCCESS" },
      reads: [{ action: "resolve" }],
    },
    {
      kind: "odd",
      name: "an importance of LOW, and only a time as text",
      patch: { importance_level: "LOW", state_changed_timestamp: null },
      reads: [{ severity: "LOW", occurredAt: "2026-09-21T14:13:20.000Z" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Pingdom state change/ },
    { kind: "odd", name: "another word", patch: { current_state: "Resolved" }, reads: [{ action: "resolve" }] },
  ],
};
