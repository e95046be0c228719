import { dynatrace } from "../../../src/providers/dynatrace.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: dynatrace,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "-6478017825120311599_1790000000000V2",
          title: "Failure rate increase",
          severity: "HIGH",
          source: "checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { ImpactedEntity: "and another" },
      reads: [{ alertKey: "-6478017825120311599_1790000000000V2" }],
    },
    {
      kind: "resolve",
      patch: { State: "RESOLVED", ProblemDetails: { endTime: 1790000600000 } },
      reads: [
        { action: "resolve", alertKey: "-6478017825120311599_1790000000000V2", occurredAt: "2026-09-21T14:23:20.000Z" },
      ],
    },
    { kind: "resolve", name: "merged into another", patch: { State: "MERGED" }, reads: [{ action: "resolve" }] },
    {
      kind: "test",
      body: {
        State: "OPEN",
        PID: "99999",
        ProblemID: "999",
        ProblemTitle: "Dynatrace problem notification test run",
        "Problem URL": "https://example.com",
      },
      reads: [{ action: "resolve", alertKey: "99999", url: "https://example.com" }],
    },
    {
      kind: "placeholders",
      patch: { PID: "{PID}", ProblemID: "{ProblemID}", ProblemTitle: "{ProblemTitle}" },
      reads: [{ alertKey: null, title: "{ProblemTitle}" }],
    },
    {
      kind: "odd",
      name: "availability",
      patch: { ProblemSeverity: "AVAILABILITY" },
      reads: [{ severity: "CRITICAL" }],
    },
    { kind: "odd", name: "a text", body: "hello", rejects: /expected an object from/ },
  ],
};
