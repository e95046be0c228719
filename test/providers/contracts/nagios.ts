import { nagios } from "../../../src/providers/nagios.ts";
import type { Contract } from "../contract.ts";

const HOST = { SERVICEDESC: null, SERVICESTATE: null, SERVICEOUTPUT: null, SERVICENOTESURL: null };

export const contract: Contract = {
  provider: nagios,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '["web-1","HTTP"]',
          title: "HTTP on web-1 is CRITICAL",
          description: "CRITICAL - Socket timeout after 10 seconds",
          severity: "CRITICAL",
          source: "web-1",
          url: "https://wiki.example.com/web-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "trigger",
      name: "a host",
      patch: { ...HOST, HOSTSTATE: "DOWN", HOSTOUTPUT: "PING CRITICAL - Packet loss = 100%" },
      reads: [
        {
          action: "trigger",
          alertKey: "web-1",
          title: "web-1 is DOWN",
          description: "PING CRITICAL - Packet loss = 100%",
          severity: "CRITICAL",
        },
      ],
    },
    {
      kind: "trigger",
      name: "a host behind one that is down",
      patch: { ...HOST, HOSTSTATE: "UNREACHABLE" },
      reads: [{ severity: "HIGH" }],
    },
    {
      kind: "repeat",
      patch: { SERVICESTATE: "WARNING", TIMET: "1790003600" },
      reads: [{ action: "trigger", alertKey: '["web-1","HTTP"]', severity: "MEDIUM" }],
    },
    {
      kind: "acknowledge",
      patch: { NOTIFICATIONTYPE: "ACKNOWLEDGEMENT", NOTIFICATIONAUTHOR: "jane", NOTIFICATIONCOMMENT: "on it" },
      reads: [{ action: "acknowledge", alertKey: '["web-1","HTTP"]', author: "jane", note: "on it" }],
    },
    {
      kind: "acknowledge",
      name: "the macros of old configurations",
      patch: { NOTIFICATIONTYPE: "ACKNOWLEDGEMENT", SERVICEACKAUTHOR: "jane", SERVICEACKCOMMENT: "on it" },
      reads: [{ action: "acknowledge", author: "jane", note: "on it" }],
    },
    {
      kind: "odd",
      name: "a comment of a person",
      patch: { NOTIFICATIONTYPE: "CUSTOM", NOTIFICATIONAUTHOR: "jane", NOTIFICATIONCOMMENT: "disk is ordered" },
      reads: [{ action: "note", alertKey: '["web-1","HTTP"]', author: "jane", note: "disk is ordered" }],
    },
    // While a service flaps or is in a downtime, Nagios holds its recovery back. Both end with the state alone.
    ...["FLAPPINGSTART", "FLAPPINGSTOP", "FLAPPINGDISABLED", "DOWNTIMESTART", "DOWNTIMEEND", "DOWNTIMECANCELLED"].map(
      (NOTIFICATIONTYPE) => ({
        kind: "resolve" as const,
        name: `${NOTIFICATIONTYPE} of a service that is OK`,
        patch: { NOTIFICATIONTYPE, SERVICESTATE: "OK", SERVICEOUTPUT: "OK - fine" },
        reads: [{ action: "resolve" as const, alertKey: '["web-1","HTTP"]' }],
      }),
    ),
    ...["FLAPPINGSTART", "FLAPPINGSTOP", "DOWNTIMEEND"].map((NOTIFICATIONTYPE) => ({
      kind: "repeat" as const,
      name: `${NOTIFICATIONTYPE} of a service that is CRITICAL`,
      patch: { NOTIFICATIONTYPE },
      reads: [{ action: "trigger" as const, alertKey: '["web-1","HTTP"]', severity: "CRITICAL" as const }],
    })),
    {
      kind: "odd",
      name: "flapping of a host that is up",
      patch: { ...HOST, NOTIFICATIONTYPE: "FLAPPINGSTOP", HOSTSTATE: "UP" },
      reads: [{ action: "resolve", alertKey: "web-1" }],
    },
    {
      kind: "odd",
      name: "all lines of the output",
      patch: { LONGSERVICEOUTPUT: String.raw`first detail\nsecond detail` },
      reads: [{ description: "CRITICAL - Socket timeout after 10 seconds\nfirst detail\nsecond detail" }],
    },
    {
      kind: "resolve",
      patch: { NOTIFICATIONTYPE: "RECOVERY", SERVICESTATE: "OK" },
      reads: [{ action: "resolve", alertKey: '["web-1","HTTP"]' }],
    },
    ...["DOWNTIMESTART", "CUSTOM"].map((NOTIFICATIONTYPE) => ({
      kind: "odd" as const,
      name: NOTIFICATIONTYPE,
      patch: { NOTIFICATIONTYPE },
      reads: [],
    })),
    {
      kind: "odd",
      name: "empty macros of a service in the notification of a host",
      patch: { SERVICEDESC: "", SERVICESTATE: "", SERVICEOUTPUT: "", HOSTSTATE: "UP", NOTIFICATIONTYPE: "RECOVERY" },
      reads: [{ action: "resolve", alertKey: "web-1", title: "web-1 is UP" }],
    },
    {
      kind: "odd",
      name: "names of other templates, and no notification type",
      body: { host_name: "db-1", service_description: "Load", service_state: "OK", output: "load 0.2" },
      reads: [{ action: "resolve", alertKey: '["db-1","Load"]', description: "load 0.2", occurredAt: null }],
    },
    {
      kind: "placeholders",
      patch: { HOSTNAME: "$HOSTNAME$", SERVICEDESC: "$SERVICEDESC$" },
      reads: [
        { alertKey: null, externalId: "$SERVICEDESC$", source: null, title: "$SERVICEDESC$ on $HOSTNAME$ is CRITICAL" },
      ],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object with Nagios' macros/ },
  ],
};
