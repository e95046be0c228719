import { falco } from "../../../src/providers/falco.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["Write below binary dir","node-1"]';

export const contract: Contract = {
  provider: falco,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "Write below binary dir",
          severity: "HIGH",
          source: "node-1",
          occurredAt: "2026-09-21T14:13:20.123Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { uuid: "0b2d", time: "2026-09-21T14:14:20.123456789Z", priority: "Critical" },
      reads: [{ action: "trigger", alertKey, severity: "CRITICAL" }],
    },
    ...(
      [
        ["Emergency", "CRITICAL"],
        ["Alert", "CRITICAL"],
        ["Warning", "MEDIUM"],
        ["Notice", "LOW"],
        ["Informational", "INFO"],
        ["Debug", "INFO"],
      ] as const
    ).map(([priority, severity]) => ({
      kind: "odd" as const,
      name: priority,
      patch: { priority },
      reads: [{ severity }],
    })),
    {
      kind: "odd",
      name: "Falco itself: neither id nor tags, and a pod",
      patch: { uuid: null, tags: null, hostname: null, output_fields: { "k8s.pod.name": "shop-1" } },
      reads: [{ alertKey: '["Write below binary dir",null]', source: "shop-1" }],
    },
    {
      kind: "test",
      patch: { rule: "Test rule", source: "debug", priority: "Debug", output: "This is a test from falcosidekick" },
      reads: [],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Falco event/ },
  ],
};
