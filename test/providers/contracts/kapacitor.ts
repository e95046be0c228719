import { kapacitor } from "../../../src/providers/kapacitor.ts";
import type { Contract } from "../contract.ts";

const KEY = "cpu/host=web-1";

export const contract: Contract = {
  provider: kapacitor,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          title: "cpu/host=web-1 is CRITICAL",
          description: null,
          severity: "CRITICAL",
          source: "web-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...(
      [
        ["WARNING", "MEDIUM"],
        ["WARN", "MEDIUM"],
        ["INFO", "INFO"],
      ] as const
    ).map(([level, severity]) => ({
      kind: "repeat" as const,
      name: level,
      patch: { level, previousLevel: "CRITICAL" },
      reads: [{ action: "trigger" as const, alertKey: KEY, severity }],
    })),
    {
      kind: "resolve",
      patch: { level: "OK", previousLevel: "CRITICAL", message: "cpu/host=web-1 is OK", time: "2026-09-21T14:20:00Z" },
      reads: [{ action: "resolve", alertKey: KEY, occurredAt: "2026-09-21T14:20:00.000Z" }],
    },
    {
      kind: "odd",
      name: "a number as the id, and no data",
      body: { id: 123, level: "CRITICAL", message: "CPU", details: "over 90 %" },
      reads: [{ alertKey: "123", title: "CPU", description: "over 90 %", source: null, occurredAt: null }],
    },
    {
      kind: "odd",
      name: "Kapacitor's own details for emails",
      patch: { details: "{&#34;Name&#34;:&#34;cpu&#34;,&#34;TaskName&#34;:&#34;cpu&#34;}\n" },
      reads: [{ description: null }],
    },
    { kind: "odd", name: "no level", patch: { level: null }, reads: [{ action: "trigger", severity: "MEDIUM" }] },
    { kind: "odd", name: "an array", body: [], rejects: /expected Kapacitor alert data/ },
  ],
};
