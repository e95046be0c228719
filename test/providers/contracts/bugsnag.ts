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
      kind: "trigger",
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
      kind: "repeat" as const,
      name: type,
      patch: { trigger: { type }, error: { id: "66b9ca7f17025f8756f69099" } },
      reads: [{ action: "trigger" as const, alertKey }],
    })),
    {
      kind: "resolve",
      name: "fixed by a person, some time after its last event",
      patch: { ...change("fixed"), error: { status: "fixed" } },
      reads: [{ action: "resolve", alertKey, occurredAt: null }],
    },
    ...["reopened", "unignored", "snoozeCancelled"].map((stateChange) => ({
      kind: "repeat" as const,
      name: `by a person: ${stateChange}`,
      patch: change(stateChange),
      reads: [{ action: "trigger" as const, alertKey }],
    })),
    ...["snoozed", "ignored"].map((stateChange) => ({
      kind: "odd" as const,
      name: `by a person: ${stateChange}`,
      patch: change(stateChange),
      reads: [],
    })),
    {
      kind: "trigger",
      name: "a spike in the project",
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
    {
      kind: "note",
      patch: { trigger: { type: "comment" }, comment: { message: "Looking into it" }, user: { name: "Alice Example" } },
      reads: [
        { action: "note", alertKey: "66b9ca7f17025f8756f69004", note: "Looking into it", author: "Alice Example" },
      ],
    },
    { kind: "odd", name: "a comment without a text", patch: { trigger: { type: "comment" } }, reads: [] },
    ...["errorState-ManualChange", "errorStateChange", ""].map((type) => ({
      kind: "resolve" as const,
      name: `a change under the type "${type}"`,
      patch: { trigger: { type, stateChange: "fixed" }, user: { name: "Alice Example" } },
      reads: [
        { action: "resolve" as const, alertKey: "66b9ca7f17025f8756f69004", author: "Alice Example", occurredAt: null },
      ],
    })),
    {
      kind: "odd",
      name: "the change at the top",
      patch: { trigger: { type: "errorStateManualChange" }, stateChange: "fixed" },
      reads: [{ action: "resolve", alertKey: "66b9ca7f17025f8756f69004" }],
    },
    { kind: "odd", name: "a release", patch: { trigger: { type: "release" }, error: null, release: {} }, reads: [] },
    { kind: "odd", name: "a warning", patch: { error: { severity: "warning" } }, reads: [{ severity: "MEDIUM" }] },
    { kind: "odd", name: "no trigger", patch: { trigger: null }, rejects: /expected a trigger/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a BugSnag webhook/ },
  ],
};
