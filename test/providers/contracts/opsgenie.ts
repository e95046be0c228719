import { opsgenie } from "../../../src/providers/opsgenie.ts";
import type { Contract } from "../contract.ts";

const webhook = (action: string, alert: Record<string, unknown> = {}) => ({
  action,
  integrationId: "37c8f316-0001-4c1e-8d5b-000000000001",
  integrationName: "Tocsin",
  source: { name: "", type: "web" },
  alert: {
    alertId: "052652ac-0001-4c1e-8d5b-000000000001",
    alias: "db-1/disk",
    message: "Disk almost full on db-1",
    tags: ["prod"],
    tinyId: "23",
    entity: "db-1",
    source: "ops@example.com",
    createdAt: 1790000000000,
    updatedAt: "1790000300000000123",
    ...alert,
  },
});

export const contract: Contract = {
  provider: opsgenie,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "db-1/disk",
          title: "Disk almost full on db-1",
          description: "Less than 5 % is free on /var.",
          severity: "HIGH",
          source: "db-1",
        },
      ],
    },
    { kind: "repeat", patch: { priority: "P1" }, reads: [{ alertKey: "db-1/disk", severity: "CRITICAL" }] },
    {
      kind: "acknowledge",
      path: "/v2/alerts/db-1%2Fdisk/acknowledge",
      query: "identifierType=alias",
      body: { user: "ops" },
      reads: [{ action: "acknowledge", alertKey: "db-1/disk" }],
    },
    {
      kind: "resolve",
      path: "/v2/alerts/db-1%2Fdisk/close",
      query: "identifierType=alias",
      body: {},
      reads: [{ action: "resolve", alertKey: "db-1/disk" }],
    },
    { kind: "odd", name: "a note", path: "/v2/alerts/db-1%2Fdisk/notes", body: { note: "hm" }, reads: [] },
    {
      kind: "odd",
      name: "no alias",
      patch: { alias: null, priority: null },
      reads: [{ alertKey: null, severity: "MEDIUM" }],
    },
    { kind: "odd", name: "no message", patch: { message: "" }, rejects: /message can not be empty/ },
    ...(
      [
        ["Create", "trigger"],
        ["UnAcknowledge", "trigger"],
        ["Acknowledge", "acknowledge"],
        ["Close", "resolve"],
        ["Delete", "resolve"],
      ] as const
    ).map(([word, action]) => ({
      kind: action,
      name: `the outgoing webhook's ${word}`,
      path: "",
      body: webhook(word, word === "Create" ? { priority: "P1" } : {}),
      reads: [
        {
          action,
          alertKey: "db-1/disk",
          title: "Disk almost full on db-1",
          severity: word === "Create" ? ("CRITICAL" as const) : ("MEDIUM" as const),
          occurredAt: word === "Create" ? "2026-09-21T14:13:20.000Z" : "2026-09-21T14:18:20.000Z",
        },
      ],
    })),
    ...["AddNote", "AddTags", "TakeOwnership", "Escalate", "Restart the database"].map((word) => ({
      kind: "odd" as const,
      name: `the outgoing webhook's ${word}`,
      path: "",
      body: webhook(word),
      reads: [],
    })),
  ],
};
