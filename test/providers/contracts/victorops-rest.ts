import { victoropsRest } from "../../../src/providers/victorops-rest.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: victoropsRest,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "db-1/disk",
          title: "Disk almost full on db-1",
          description: "Less than 5 % is free on /var.",
          severity: "CRITICAL",
          source: "db-1",
          url: "https://monitoring.example.com/alerts/1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "WARNING",
      patch: { message_type: "WARNING" },
      reads: [{ action: "trigger", alertKey: "db-1/disk", severity: "MEDIUM" }],
    },
    {
      kind: "acknowledge",
      patch: { message_type: "ACKNOWLEDGEMENT", ack_author: "alice", ack_message: "I clean up" },
      reads: [{ action: "acknowledge", alertKey: "db-1/disk", author: "alice", note: "I clean up" }],
    },
    {
      kind: "resolve",
      patch: { message_type: "RECOVERY", state_message: "The disk has space again." },
      reads: [{ action: "resolve", alertKey: "db-1/disk" }],
    },
    {
      kind: "odd",
      name: "lower case",
      patch: { message_type: "recovery" },
      reads: [{ action: "resolve" }],
    },
    {
      kind: "odd",
      name: "INFO",
      patch: { message_type: "INFO" },
      reads: [{ action: "trigger", severity: "INFO" }],
    },
    {
      kind: "odd",
      name: "no entity_id: the service assigns one",
      path: "/integrations/generic/20131114/alert/tocsin/tocsin",
      patch: { entity_id: null, entity_display_name: null },
      reads: [{ action: "trigger", alertKey: null, title: "Less than 5 % is free on /var." }],
    },
    {
      kind: "odd",
      name: "a link in an annotation",
      patch: { alert_url: null, "vo_annotate.u.Runbook": "https://wiki.example.com/disk" },
      reads: [{ url: "https://wiki.example.com/disk" }],
    },
    { kind: "odd", name: "another type", patch: { message_type: "PANIC" }, reads: [{ action: "trigger" }] },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object for the REST endpoint/ },
  ],
};
