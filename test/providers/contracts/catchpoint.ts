import { catchpoint } from "../../../src/providers/catchpoint.ts";
import type { Contract } from "../contract.ts";

const KEY = '["481516","9"]';

export const contract: Contract = {
  provider: catchpoint,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          externalId: "481516",
          title: "Checkout page",
          severity: "CRITICAL",
          source: "Shop",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { notificationLevelId: "0" },
      reads: [{ action: "trigger", alertKey: KEY, severity: "MEDIUM" }],
    },
    { kind: "resolve", patch: { notificationLevelId: "3" }, reads: [{ action: "resolve", alertKey: KEY }] },
    ...["OK", "IMPROVED"].map((notificationLevel) => ({
      kind: "resolve" as const,
      name: `another template's ${notificationLevel}`,
      body: { testName: "Checkout page", testId: "481516", alertTypeId: "9", notificationLevel },
      reads: [{ action: "resolve" as const, alertKey: KEY, occurredAt: null }],
    })),
    {
      kind: "odd",
      name: "macros in upper case, and no alert type",
      body: { TestName: "Home", TestId: 77, notificationLevel: "WARNING" },
      reads: [{ action: "trigger", alertKey: "77", title: "Home", severity: "MEDIUM" }],
    },
    {
      kind: "placeholders",
      patch: { testId: "${testId}", testName: "${testName}", notificationLevelId: "${notificationLevelId}" },
      reads: [{ action: "trigger", alertKey: null, externalId: "${testId}", title: "${testName}" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object from/ },
  ],
};
