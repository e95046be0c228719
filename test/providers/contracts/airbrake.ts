import { airbrake } from "../../../src/providers/airbrake.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: airbrake,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "3746354602",
          title: "PriceError: price is missing",
          description: "[PROJECT_ROOT]/app/models/cart.rb:35:in `total'",
          severity: "MEDIUM",
          source: "Shop",
          url: "https://acme.airbrake.example.com/projects/1180/groups/3746354602",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { error: { times_occurred: 13, last_occurred_at: "2026-09-21T15:00:00Z" } },
      reads: [{ action: "trigger", alertKey: "3746354602", occurredAt: "2026-09-21T15:00:00.000Z" }],
    },
    {
      kind: "odd",
      name: "no backtrace and no message",
      patch: { error: { error_message: "", last_notice: null } },
      reads: [{ title: "PriceError", description: "[PROJECT_ROOT]/app/models/cart.rb" }],
    },
    {
      kind: "odd",
      name: "an empty error",
      body: { error: {} },
      reads: [{ alertKey: null, title: "Airbrake error", description: null, url: null, occurredAt: null }],
    },
    { kind: "odd", name: "no error", patch: { error: null }, rejects: /expected an error/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected an error/ },
  ],
};
