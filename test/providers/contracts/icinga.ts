import { icinga } from "../../../src/providers/icinga.ts";
import type { Contract } from "../contract.ts";

const COMMAND = {
  sender: "icinga",
  notification_type: "PROBLEM",
  host_name: "web-1",
  service_name: "HTTP",
  service_state: "WARNING",
  output: "slow",
  url: "",
  timet: "1790000000",
};

export const contract: Contract = {
  provider: icinga,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "4711",
          title: "HTTP on web-1 is crit",
          description: "CRITICAL - Socket timeout after 10 seconds",
          severity: "CRITICAL",
          source: "web-1",
          url: "https://icinga.example.com/icingaweb2/icingadb/service?name=HTTP&host.name=web-1",
          occurredAt: "2026-09-21T14:13:20.123Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { incident: { severity: "warning" } },
      reads: [{ action: "trigger", alertKey: "4711", severity: "MEDIUM" }],
    },
    {
      kind: "resolve",
      patch: { incident: { severity: "ok", recovered: true }, event: { message: "HTTP OK" } },
      reads: [{ action: "resolve", alertKey: "4711" }],
    },
    {
      kind: "acknowledge",
      name: "an older version with the type of the event",
      patch: { event: { type: "acknowledgement-set", username: "ada", message: "on it" } },
      reads: [{ action: "acknowledge", alertKey: "4711", author: "ada", note: "on it" }],
    },
    { kind: "odd", name: "a downtime", patch: { event: { type: "downtime-start" } }, reads: [] },
    {
      kind: "odd",
      name: "a comment of a person",
      patch: { event: { type: "custom", username: "ada", message: "disk is ordered" } },
      reads: [{ action: "note", alertKey: "4711", author: "ada", note: "disk is ordered" }],
    },
    {
      kind: "resolve",
      name: "the end of flapping, recovered",
      patch: { incident: { severity: "ok", recovered: true }, event: { type: "flapping-end" } },
      reads: [{ action: "resolve", alertKey: "4711" }],
    },
    {
      kind: "repeat",
      name: "the end of flapping, not recovered",
      patch: { event: { type: "flapping-end" } },
      reads: [{ action: "trigger", alertKey: "4711" }],
    },
    { kind: "odd", name: "the incident was muted", patch: { incident: { muted: true } }, reads: [] },
    { kind: "odd", name: "no incident", patch: { incident: null }, reads: [] },
    {
      kind: "odd",
      name: "a host",
      patch: { object: { name: "web-1", tags: { service: null } } },
      reads: [{ title: "web-1 is crit", source: "web-1" }],
    },
    {
      kind: "trigger",
      name: "a notification command",
      body: COMMAND,
      reads: [
        {
          action: "trigger",
          alertKey: '["web-1","HTTP"]',
          title: "HTTP on web-1 is WARNING",
          description: "slow",
          severity: "MEDIUM",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "odd",
      name: "a notification command of a host that recovered",
      body: { sender: "icinga", notification_type: "RECOVERY", host_name: "web-1", host_state: "UP" },
      reads: [{ action: "resolve", alertKey: "web-1" }],
    },
    {
      kind: "odd",
      name: "a notification command for a downtime",
      body: { ...COMMAND, notification_type: "DOWNTIMESTART" },
      reads: [],
    },
    {
      kind: "odd",
      name: "an acknowledgement by a notification command",
      body: {
        ...COMMAND,
        notification_type: "ACKNOWLEDGEMENT",
        notification_author: "jane",
        notification_comment: "on it",
      },
      reads: [{ action: "acknowledge", alertKey: '["web-1","HTTP"]', author: "jane", note: "on it" }],
    },
    {
      kind: "odd",
      name: "a comment by a notification command",
      body: { ...COMMAND, notification_type: "CUSTOM", notification_author: "jane", notification_comment: "hm" },
      reads: [{ action: "note", alertKey: '["web-1","HTTP"]', author: "jane", note: "hm" }],
    },
    ...["FLAPPINGSTART", "FLAPPINGEND", "DOWNTIMEEND", "DOWNTIMEREMOVED"].flatMap((notification_type) => [
      {
        kind: "odd" as const,
        name: `${notification_type} of a service that is OK`,
        body: { ...COMMAND, notification_type, service_state: "OK" },
        reads: [{ action: "resolve" as const, alertKey: '["web-1","HTTP"]' }],
      },
      {
        kind: "odd" as const,
        name: `${notification_type} of a service with a problem`,
        body: { ...COMMAND, notification_type },
        reads: [{ action: "trigger" as const, alertKey: '["web-1","HTTP"]', severity: "MEDIUM" as const }],
      },
    ]),
    {
      kind: "odd",
      name: "a notification command of a host that is down",
      body: { sender: "icinga", notification_type: "PROBLEM", host_name: "web-1", host_state: "DOWN" },
      reads: [{ action: "trigger", alertKey: "web-1", severity: "CRITICAL" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an Icinga notification/ },
  ],
};
