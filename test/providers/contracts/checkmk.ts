import { checkmk } from "../../../src/providers/checkmk.ts";
import type { Contract } from "../contract.ts";

const KEY = '["web-1","Filesystem /var"]';

export const contract: Contract = {
  provider: checkmk,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          title: "Filesystem /var on web-1 is CRIT",
          description: "Used: 97.20%",
          severity: "CRITICAL",
          source: "web-1",
          url: null,
          occurredAt: "2026-09-21T14:13:20.123Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { SERVICESTATE: "WARN" },
      reads: [{ action: "trigger", alertKey: KEY, severity: "MEDIUM" }],
    },
    {
      kind: "acknowledge",
      patch: { NOTIFICATIONTYPE: "ACKNOWLEDGEMENT", NOTIFICATIONAUTHOR: "jane", NOTIFICATIONCOMMENT: "on it" },
      reads: [{ action: "acknowledge", alertKey: KEY, author: "jane", note: "on it" }],
    },
    {
      kind: "odd",
      name: "a comment of a person",
      patch: { NOTIFICATIONTYPE: "CUSTOM", NOTIFICATIONAUTHOR: "jane", NOTIFICATIONCOMMENT: "disk is ordered" },
      reads: [{ action: "note", alertKey: KEY, author: "jane", note: "disk is ordered" }],
    },
    ...["FLAPPINGSTART", "FLAPPINGSTOP", "DOWNTIMEEND"].flatMap((NOTIFICATIONTYPE) => [
      {
        kind: "resolve" as const,
        name: `${NOTIFICATIONTYPE} of a service that is OK`,
        patch: { NOTIFICATIONTYPE, SERVICESTATE: "OK" },
        reads: [{ action: "resolve" as const, alertKey: KEY }],
      },
      {
        kind: "repeat" as const,
        name: `${NOTIFICATIONTYPE} of a service that is CRIT`,
        patch: { NOTIFICATIONTYPE },
        reads: [{ action: "trigger" as const, alertKey: KEY }],
      },
    ]),
    {
      kind: "resolve",
      patch: { NOTIFICATIONTYPE: "RECOVERY", SERVICESTATE: "OK" },
      reads: [{ action: "resolve", alertKey: KEY }],
    },
    {
      kind: "trigger",
      name: "a host",
      patch: { WHAT: "HOST", HOSTSTATE: "DOWN", HOSTOUTPUT: "no answer", SERVICEDESC: "", SERVICESTATE: "" },
      reads: [
        {
          action: "trigger",
          alertKey: "web-1",
          title: "web-1 is DOWN",
          description: "no answer",
          severity: "CRITICAL",
        },
      ],
    },
    ...["DOWNTIMESTART", "CUSTOM"].map((NOTIFICATIONTYPE) => ({
      kind: "odd" as const,
      name: NOTIFICATIONTYPE,
      patch: { NOTIFICATIONTYPE },
      reads: [],
    })),
    {
      kind: "odd",
      name: "another script's JSON",
      body: {
        summary: "db-1/Load - OK -> WARN",
        host: "db-1",
        service: "Load",
        status: "WARN",
        output: "15 min load 4.2",
        what: "SERVICE",
        notification_type: "PROBLEM",
        url: "/check_mk/index.py?start_url=view.py",
        long_date_time: "Mon Sep 21 14:13:20 UTC 2026",
        short_date_time: "2026-09-21 14:13:20",
      },
      reads: [
        {
          action: "trigger",
          alertKey: '["db-1","Load"]',
          title: "db-1/Load - OK -> WARN",
          description: "15 min load 4.2",
          url: null,
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "odd", name: "a bare text", body: "hello", rejects: /expected an object with Checkmk's/ },
  ],
};
