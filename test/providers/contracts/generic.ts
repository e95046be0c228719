import { generic } from "../../../src/providers/generic.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: generic,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "disk-db-1",
          title: "Disk almost full on db-1",
          description: "Less than 5 % is free on /var.",
          severity: "HIGH",
          source: "db-1",
          url: "https://example.com/hosts/db-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "repeat", patch: { timestamp: 1790000300 }, reads: [{ alertKey: "disk-db-1" }] },
    {
      kind: "acknowledge",
      patch: { status: "acknowledged" },
      reads: [{ action: "acknowledge", alertKey: "disk-db-1" }],
    },
    { kind: "resolve", patch: { status: "resolved" }, reads: [{ action: "resolve", alertKey: "disk-db-1" }] },
    {
      kind: "batch",
      body: [{ id: "a", title: "A" }, 7, { id: "b", title: "B", status: "ok" }],
      reads: [
        { action: "trigger", alertKey: "a" },
        { unreadable: "/1: expected a JSON object" },
        { action: "resolve", alertKey: "b" },
      ],
    },
    {
      kind: "odd",
      name: "no known field",
      body: { foo: 1 },
      reads: [{ title: "Untitled alert", metadata: { foo: 1 } }],
    },
    { kind: "odd", name: "an empty object", body: {}, rejects: /the object is empty/ },
  ],
};
