import { email } from "../../../src/providers/email.ts";
import type { Contract, Expected } from "../contract.ts";

/** A message as the pipeline parses it. */
const message = (subject: string, text = "", fields: object = {}) => ({
  subject,
  from: "root@host.example.com",
  fromName: "",
  text,
  date: null,
  messageId: null,
  headers: {},
  attachments: [],
  ...fields,
});

const key = (about: string) => JSON.stringify([about, "root@host.example.com"]);

const reads = (subject: string, expected: Expected, text = "") => ({
  kind: "odd" as const,
  name: subject,
  body: message(subject, text),
  reads: [expected],
});

export const contract: Contract = {
  provider: email,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["nas volume 1","nas@example.com"]',
          externalId: "20260921141320.1@nas.example.com",
          title: "[nas] Volume 1 has degraded",
          description: "Volume 1 on nas has degraded. Replace the failing drive.\n\nFrom nas",
          severity: "HIGH",
          source: "Synology NAS",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    reads("UPS on battery", { action: "trigger", alertKey: key("ups power"), severity: "HIGH" }),
    reads("Power restored on UPS", { action: "resolve", alertKey: key("ups power") }),
    reads("UPS: The UPS is no longer on battery", { action: "resolve", alertKey: key("ups power") }),
    reads("Lost communication with UPS", { action: "trigger", alertKey: key("ups communication") }),
    reads("Re: [FIRING:2] HighLatency checkout", { action: "trigger", alertKey: key("highlatency checkout") }),
    reads("[RESOLVED] HighLatency checkout", { action: "resolve", alertKey: key("highlatency checkout") }),
    reads("AW: Fwd: [Firing] HighLatency checkout", { action: "trigger", alertKey: key("highlatency checkout") }),
    reads("** PROBLEM Service Alert: web-1/HTTP **", { action: "trigger" }),
    reads("PROBLEM: Disk space on db-1", { action: "trigger", alertKey: key("disk space on db-1") }),
    reads("RECOVERY: Disk space on db-1", { action: "resolve", alertKey: key("disk space on db-1") }),
    reads("Backup of db-1 failed", { action: "trigger", alertKey: key("backup of db-1") }),
    reads("Backup of db-1 succeeded", { action: "resolve", alertKey: key("backup of db-1") }),
    reads("Backup of db-1 completed with errors", { action: "trigger" }),
    reads("vzdump backup status (pve1): backup failed", {
      action: "trigger",
      alertKey: key("vzdump backup status pve1 backup"),
    }),
    reads("vzdump backup status (pve1): backup successful", {
      action: "resolve",
      alertKey: key("vzdump backup status pve1 backup"),
    }),
    reads("Failure of fan 2 has been resolved", { action: "resolve" }),
    reads("The problem with fan 2 is not resolved", { action: "trigger" }),
    reads("Backup on 2026-11-26 02:00 failed", { action: "trigger", alertKey: key("backup on") }),
    reads("TrueNAS @ nas", { action: "trigger" }, "New alerts:\n* Pool tank state is DEGRADED"),
    reads(
      "TrueNAS @ nas",
      { action: "resolve" },
      "The following alert has been cleared:\n* Pool tank state is DEGRADED",
    ),
    reads("Cron <root@db-1> /usr/local/bin/report", { action: "trigger" }, "report: command not found"),
    reads("CRITICAL: fan stopped", { action: "trigger", severity: "CRITICAL", alertKey: key("fan stopped") }),
    {
      kind: "odd",
      name: "no words of a state",
      body: message("Hello"),
      reads: [{ action: "trigger", severity: "MEDIUM" }],
    },
    {
      kind: "odd",
      name: "no subject",
      body: message("", "disk full on db-1"),
      reads: [{ title: "disk full on db-1", alertKey: null }],
    },
    {
      kind: "odd",
      name: "a device whose clock is wrong",
      body: message("Fan failed", "", { date: "2000-01-01T00:00:00Z" }),
      reads: [{ occurredAt: null }],
    },
    {
      kind: "odd",
      name: "an urgent message",
      body: message("Hello", "", { headers: { "x-priority": "1 (Highest)" } }),
      reads: [{ severity: "HIGH" }],
    },
    { kind: "odd", name: "nothing", body: message(""), rejects: /neither a subject nor a text/ },
    { kind: "odd", name: "a number", body: 7, rejects: /expected an email/ },
    { kind: "odd", name: "a text that is no email", body: "hello", rejects: /header From or Subject/ },
    {
      kind: "test",
      name: "an automatic reply",
      body: message("Out of office", "", { headers: { "auto-submitted": "auto-replied" } }),
      reads: [],
    },
  ],
};
