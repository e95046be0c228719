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
      body: { user: "jane", note: "on it" },
      reads: [{ action: "acknowledge", alertKey: "db-1/disk", author: "jane", note: "on it" }],
    },
    {
      kind: "odd",
      name: "the end of an acknowledgement",
      path: "/v2/alerts/db-1%2Fdisk/unacknowledge",
      query: "identifierType=alias",
      body: { user: "jane", source: "phone", note: "not mine" },
      reads: [
        {
          action: "trigger",
          endsAcknowledgement: true,
          alertKey: "db-1/disk",
          title: "Unacknowledged: db-1/disk",
          author: "jane",
          note: "not mine",
        },
      ],
    },
    ...["escalate", "assign", "responders", "tags", "details", "actions/restart"].map((call) => ({
      kind: "odd" as const,
      name: `a call that does not change the state: ${call}`,
      path: `/v2/alerts/db-1%2Fdisk/${call}`,
      body: { user: "jane" },
      reads: [],
    })),
    {
      kind: "resolve",
      path: "/v2/alerts/db-1%2Fdisk/close",
      query: "identifierType=alias",
      body: { user: "jane", note: "done" },
      reads: [{ action: "resolve", alertKey: "db-1/disk", author: "jane", note: "done" }],
    },
    {
      kind: "odd",
      name: "a note",
      path: "/v2/alerts/db-1%2Fdisk/notes",
      body: { note: "hm", user: "jane" },
      reads: [{ action: "note", alertKey: "db-1/disk", note: "hm", author: "jane" }],
    },
    {
      kind: "odd",
      name: "a snooze",
      path: "/v2/alerts/db-1%2Fdisk/snooze",
      body: { endTime: "2026-09-22T08:00:00+02:00", user: "jane" },
      reads: [
        {
          action: "snooze",
          alertKey: "db-1/disk",
          snoozedUntil: "2026-09-22T06:00:00.000Z",
          author: "jane",
          note: null,
        },
      ],
    },
    {
      kind: "odd",
      name: "a snooze with a reason",
      path: "/v2/alerts/db-1%2Fdisk/snooze",
      body: { endTime: "2026-09-22T06:00:00Z", note: "until morning" },
      reads: [{ action: "snooze", snoozedUntil: "2026-09-22T06:00:00.000Z", note: "until morning" }],
    },
    ...[{}, { endTime: "2026-09-22" }, { endTime: "tomorrow", note: "until morning" }].map((body) => ({
      kind: "odd" as const,
      name: `a snooze without a readable end: ${JSON.stringify(body)}`,
      path: "/v2/alerts/db-1%2Fdisk/snooze",
      body,
      rejects: /endTime must be a date-time/,
    })),
    {
      kind: "trigger",
      name: "from Alertmanager: a severity in the details, and its page as the source",
      body: {
        alias: "62030f51",
        message: "[FIRING:1] DiskFull (db-1 critical)",
        details: { alertname: "DiskFull", severity: "critical" },
        source: "http://alertmanager.example.com/#/alerts?receiver=og",
      },
      reads: [{ severity: "CRITICAL", source: null, url: "http://alertmanager.example.com/#/alerts?receiver=og" }],
    },
    ...(
      [
        [{ priority: "P5", details: { severity: "critical" } }, "INFO"],
        [{ priority: null, tags: ["prod", "severity:high"] }, "HIGH"],
        [{ priority: null, tags: ["critical"] }, "CRITICAL"],
        [{ priority: null, tags: ["alert", "page", "ok"] }, "MEDIUM"],
      ] as const
    ).map(([patch, severity]) => ({
      kind: "odd" as const,
      name: `the severity of ${JSON.stringify(patch)}`,
      patch,
      reads: [{ severity }],
    })),
    {
      kind: "trigger",
      name: "the Opsgenie sender of a Netdata Agent",
      path: "/v1/json/integrations/webhooks/netdata",
      body: {
        host: "vm",
        chart: "test.chart",
        when: 1795656541,
        name: "test_alarm",
        family: "test.family",
        status: "WARNING",
        old_status: "CLEAR",
        value: 100,
        units: "units",
        info: "needs attention",
      },
      reads: [{ action: "trigger", title: "test_alarm on vm is WARNING", severity: "MEDIUM", source: "vm" }],
    },
    {
      kind: "trigger",
      name: "the outgoing webhook, forwarded by another program",
      path: "",
      body: {
        action: "created",
        alert: { alertId: "9e1c6a9e", tinyId: "123", message: "CPU usage above 90%", priority: "P2" },
      },
      reads: [{ action: "trigger", alertKey: "9e1c6a9e", title: "CPU usage above 90%", severity: "HIGH" }],
    },
    {
      kind: "odd",
      name: "a note in the outgoing webhook",
      path: "",
      body: webhook("AddNote", { note: "on it", username: "jane" }),
      reads: [{ action: "note", alertKey: "db-1/disk", note: "on it", author: "jane" }],
    },
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
      kind: word === "UnAcknowledge" ? ("odd" as const) : action,
      name: `the outgoing webhook's ${word}`,
      path: "",
      body: webhook(word, word === "Create" ? { priority: "P1" } : {}),
      reads: [
        {
          action,
          endsAcknowledgement: word === "UnAcknowledge",
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
