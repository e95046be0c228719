import { firehydrant } from "../../../src/providers/firehydrant.ts";
import type { Contract } from "../contract.ts";

const alertKey = "0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2b41";
const milestone = (current_milestone: string) => ({
  event: { operation: "UPDATED" },
  data: { incident: { current_milestone, updated_at: "2026-09-21 15:13:20 +0000" } },
});

export const contract: Contract = {
  provider: firehydrant,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          externalId: "42",
          title: "Checkout is down",
          description: "No order succeeds.",
          severity: "CRITICAL",
          url: "https://app.firehydrant.example.com/incidents/0f7f5f3c/incident",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...["acknowledged", "investigating", "identified"].map((name) => ({
      kind: "acknowledge" as const,
      name,
      patch: milestone(name),
      reads: [{ action: "acknowledge" as const, alertKey, occurredAt: "2026-09-21T15:13:20.000Z" }],
    })),
    ...["mitigated", "resolved", "closed"].map((name) => ({
      kind: "resolve" as const,
      name,
      patch: milestone(name),
      reads: [{ action: "resolve" as const, alertKey }],
    })),
    {
      kind: "odd",
      name: "a severity as object",
      patch: { data: { incident: { severity: { slug: "SEV3" } } } },
      reads: [{ severity: "MEDIUM" }],
    },
    {
      kind: "odd",
      name: "no milestone, updated",
      patch: { event: { operation: "UPDATED" }, data: { incident: { current_milestone: null } } },
      reads: [],
    },
    { kind: "odd", name: "a change event", patch: { event: { resource_type: "change_event" } }, reads: [] },
    { kind: "odd", name: "no event", patch: { event: null }, rejects: /expected event and data/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a FireHydrant webhook/ },
  ],
};
