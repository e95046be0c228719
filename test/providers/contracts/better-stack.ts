import { betterStack } from "../../../src/providers/better-stack.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: betterStack,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "310045678",
          title: "Checkout: Status 503",
          severity: "HIGH",
          source: "Checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      proves: "repeat",
      name: "reopened",
      patch: { event: "reopened", data: { attributes: { resolved_at: "2026-09-21T14:30:00Z" } } },
      reads: [{ action: "trigger", alertKey: "310045678", occurredAt: null }],
    },
    {
      proves: "acknowledge",
      patch: { event: "acknowledged", data: { attributes: { acknowledged_at: "2026-09-21T14:20:00Z" } } },
      reads: [{ action: "acknowledge", alertKey: "310045678", occurredAt: "2026-09-21T14:20:00.000Z" }],
    },
    {
      proves: "resolve",
      patch: { event: "resolved", data: { attributes: { resolved_at: "2026-09-21T14:30:00Z" } } },
      reads: [{ action: "resolve", alertKey: "310045678", occurredAt: "2026-09-21T14:30:00.000Z" }],
    },
    {
      proves: "resolve",
      name: "by the state alone",
      patch: { event: null, data: { attributes: { status: "Resolved" } } },
      reads: [{ action: "resolve" }],
    },
    {
      proves: "odd",
      name: "a monitor that was created",
      body: { event: "created", data: { id: "1", type: "monitor", attributes: { url: "https://example.com" } } },
      reads: [],
    },
    {
      proves: "odd",
      name: "an error",
      body: { data: { id: "e1", type: "error", attributes: { event: "new_error", title: "TypeError" } } },
      reads: [{ action: "trigger", alertKey: "e1", title: "TypeError" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected Better Stack's webhook object/ },
  ],
};
