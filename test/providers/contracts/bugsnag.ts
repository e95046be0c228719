import { bugsnag } from "../../../src/providers/bugsnag.ts";
import type { Contract } from "../contract.ts";

const alertKey = "66b9ca7f17025f8756f69004";
const change = (stateChange: string) => ({
  trigger: { type: "errorStateManualChange", message: "State changed", stateChange },
});

export const contract: Contract = {
  provider: bugsnag,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "PriceError: price is missing",
          description: "New error",
          severity: "HIGH",
          source: "Shop",
          url: "https://app.bugsnag.example.com/acme/shop/errors/66b9ca7f17025f8756f69004",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...["exception", "powerTen", "errorEventFrequency", "reopened"].map((type) => ({
      proves: "repeat" as const,
      name: type,
      patch: { trigger: { type }, error: { id: "66b9ca7f17025f8756f69099" } },
      reads: [{ action: "trigger" as const, alertKey }],
    })),
    {
      proves: "resolve",
      name: "fixed by a person, some time after its last event",
      patch: { ...change("fixed"), error: { status: "fixed" } },
      reads: [{ action: "resolve", alertKey, occurredAt: null }],
    },
    ...["reopened", "unignored", "snoozeCancelled"].map((stateChange) => ({
      proves: "repeat" as const,
      name: `by a person: ${stateChange}`,
      patch: change(stateChange),
      reads: [{ action: "trigger" as const, alertKey }],
    })),
    ...["snoozed", "ignored"].map((stateChange) => ({
      proves: "odd" as const,
      name: `by a person: ${stateChange}`,
      patch: change(stateChange),
    })),
    {
      proves: "trigger",
      name: "a spike of the project",
      patch: { trigger: { type: "projectSpiking", message: "Spike in errors", rate: 5000 }, error: null },
      reads: [
        {
          action: "trigger",
          alertKey: '["66b9ca7f17025f8756f69002","projectSpiking"]',
          title: "Spike in errors",
          url: "https://app.bugsnag.example.com/acme/shop",
          occurredAt: null,
        },
      ],
    },
    { proves: "odd", name: "a comment", patch: { trigger: { type: "comment" }, comment: { message: "Hello" } } },
    { proves: "odd", name: "a release", patch: { trigger: { type: "release" }, error: null, release: {} } },
    { proves: "odd", name: "a warning", patch: { error: { severity: "warning" } }, reads: [{ severity: "MEDIUM" }] },
    { proves: "odd", name: "no trigger", patch: { trigger: null }, refuses: /expected a trigger/ },
    { proves: "odd", name: "an array", body: [], refuses: /expected a BugSnag webhook/ },
  ],
};
