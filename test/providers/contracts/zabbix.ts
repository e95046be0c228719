import { zabbix } from "../../../src/providers/zabbix.ts";
import type { Contract } from "../contract.ts";

const description = "Less than 5 % is free on /var.\n\nOperational data: 3.1 % free";

/** An update of a problem by a person. */
const update = (event_update_action: string, fields: Record<string, string> = {}) => ({
  event_update_status: "1",
  event_update_action,
  event_update_time: "2026.09.21 16:14:01",
  event_update_user: "Jane Doe",
  ...fields,
});

export const contract: Contract = {
  provider: zabbix,
  // Zabbix sends the problem's {EVENT.ID} with its recovery, too.
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "90211",
          title: "Disk almost full on db-1",
          severity: "HIGH",
          source: "db-1",
          description,
          occurredAt: "2026-09-21T14:13:20.000Z",
          url: "https://zabbix.example.com/tr_events.php?triggerid=25066&eventid=90211",
        },
      ],
    },
    { kind: "repeat", name: "an escalation step", reads: [{ action: "trigger", alertKey: "90211" }] },
    {
      kind: "odd",
      name: "a comment",
      patch: update("commented", { event_update_message: "disk is ordered" }),
      reads: [{ action: "note", alertKey: "90211", note: "disk is ordered", author: "Jane Doe" }],
    },
    {
      kind: "odd",
      name: "a comment on an acknowledged problem",
      patch: update("commented", { event_update_message: "disk is ordered", event_ack_status: "Yes" }),
      reads: [{ action: "note", note: "disk is ordered" }],
    },
    {
      kind: "odd",
      name: "a comment of a person whose name Zabbix hides",
      patch: update("commented", { event_update_message: "hm", event_update_user: "Inaccessible user" }),
      reads: [{ action: "note", note: "hm", author: null }],
    },
    {
      kind: "odd",
      name: "unacknowledged",
      patch: update("unacknowledged", { event_update_message: "not me" }),
      reads: [{ action: "trigger", endsAcknowledgement: true, note: "not me", author: "Jane Doe" }],
    },
    {
      kind: "odd",
      name: "unacknowledged with another severity",
      patch: update("unacknowledged and changed severity from Warning to High"),
      reads: [{ action: "trigger" }, { action: "trigger", endsAcknowledgement: true }],
    },
    {
      kind: "odd",
      name: "suppressed",
      patch: update("suppressed until 2026-09-22 08:00"),
      reads: [{ action: "note", note: "Suppressed until 2026-09-22 08:00" }],
    },
    {
      kind: "repeat",
      name: "a severity changed by hand",
      patch: update("changed severity from High to Disaster", { event_nseverity: "5" }),
      reads: [{ action: "trigger", alertKey: "90211", severity: "CRITICAL", author: "Jane Doe", description }],
    },
    {
      kind: "odd",
      name: "a severity changed by hand, on an acknowledged problem",
      patch: update("changed severity from High to Warning", { event_nseverity: "2", event_ack_status: "Yes" }),
      reads: [{ action: "trigger", severity: "LOW" }, { action: "acknowledge" }],
    },
    {
      kind: "acknowledge",
      patch: update("acknowledged and commented", { event_update_message: "on it", event_ack_status: "Yes" }),
      reads: [
        {
          action: "acknowledge",
          alertKey: "90211",
          note: "on it",
          author: "Jane Doe",
          occurredAt: "2026-09-21T14:14:01.000Z",
        },
      ],
    },
    {
      kind: "acknowledge",
      name: "a template without the action of the update",
      patch: { ...update(""), event_ack_status: "Yes" },
      reads: [{ action: "acknowledge", alertKey: "90211" }],
    },
    // The bodies of Zabbix 6.0 with the default message of an update, and steps that did not send its action.
    ...(
      [
        ["Jane  (jane) acknowledged and commented problem", "looking into it", "Yes", "acknowledge"],
        ["Jane  (jane) commented problem", "just a comment", "Yes", "note"],
        ["Jane  (jane) commented problem", "just a comment", "No", "note"],
      ] as const
    ).map(([sentence, note, event_ack_status, action]) => ({
      kind: "odd" as const,
      name: `the default message: ${sentence}, acknowledged: ${event_ack_status}`,
      body: {
        event_id: "31",
        event_value: "1",
        event_update_status: "1",
        event_ack_status,
        event_nseverity: "4",
        title: "Error in log",
        description: `${sentence} at 2026.11.26 01:38:44.\r\n${note}\r\n\r\nCurrent problem status is PROBLEM, age is 34s.`,
      },
      reads: [{ action, alertKey: "31", note, author: "Jane (jane)", description: null }],
    })),
    {
      kind: "odd",
      name: "the default message: changed severity, acknowledged",
      body: {
        event_id: "31",
        event_value: "1",
        event_update_status: "1",
        event_ack_status: "Yes",
        event_nseverity: "5",
        title: "Error in log",
        description:
          "Jane  (jane) changed severity from High to Disaster problem at 2026.11.26 01:38:59.\r\n\r\n\r\nCurrent problem status is PROBLEM.",
      },
      reads: [{ action: "trigger", severity: "CRITICAL", author: "Jane (jane)" }, { action: "acknowledge" }],
    },
    {
      kind: "resolve",
      patch: { event_value: "0", event_recovery_time: "2026.09.21 16:13:50" },
      reads: [
        {
          action: "resolve",
          alertKey: "90211",
          occurredAt: "2026-09-21T14:13:50.000Z",
          startedAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      name: "an acknowledged problem",
      patch: { event_value: "0", event_ack_status: "Yes" },
      reads: [{ action: "resolve", alertKey: "90211" }],
    },
    {
      kind: "odd",
      name: "no link to Zabbix",
      patch: { zabbix_url: "{$ZABBIX.URL}", trigger_url: "https://wiki.example.com/disk" },
      reads: [{ url: "https://wiki.example.com/disk" }],
    },
    // The time zone of the sender shows in the time at which it built the notification.
    ...["2026.09.21 14:15:00", "2026.09.21 20:00:00", "2026.09.21 00:15:00"].map((sent_time) => ({
      kind: "odd" as const,
      name: `sent at ${sent_time}, local time`,
      patch: {
        sent_time,
        event_time: sent_time
          .replace("14:15:00", "14:14:00")
          .replace("20:00:00", "19:59:00")
          .replace("00:15:00", "00:14:00"),
      },
      reads: [{ occurredAt: "2026-09-21T14:14:00.000Z" }],
    })),
    { kind: "odd", name: "times without a zone", patch: { sent_time: null }, reads: [{ occurredAt: null }] },
    {
      kind: "test",
      body: {
        host: "{HOST.NAME}",
        event_id: "{EVENT.ID}",
        event_value: "{EVENT.VALUE}",
        title: "{EVENT.NAME}",
        event_nseverity: "{EVENT.NSEVERITY}",
        zabbix_url: "{$ZABBIX.URL}",
        description: "{ALERT.MESSAGE}",
      },
      reads: [],
    },
    ...(
      [
        ["1", "trigger"],
        ["0", "resolve"],
        ["PROBLEM", "trigger"],
        ["RESOLVED", "resolve"],
        ["OK", "resolve"],
      ] as const
    ).map(([event_status, action]) => ({
      kind: "odd" as const,
      name: `another template, with the status ${event_status}`,
      body: {
        event_id: "10001",
        event_status,
        event_severity: "4",
        host_id: "10770",
        host_name: "IP Camera 01",
        trigger_description: "Camera is offline",
        timestamp: "2025-10-01T10:00:00Z",
      },
      reads: [
        { action, alertKey: "10001", title: "Camera is offline", severity: "HIGH" as const, source: "IP Camera 01" },
      ],
    })),
    ...(["PROBLEM", "RESOLVED"] as const).map((status) => ({
      kind: "odd" as const,
      name: `another template, with objects, ${status}`,
      body: {
        event: { id: "77", status, severity: "High", name: "Disk full" },
        trigger: { id: "25066", url: "https://wiki.example.com/disk" },
        host: { name: "db-1", ip: "192.0.2.1" },
      },
      reads: [
        {
          action: status === "PROBLEM" ? ("trigger" as const) : ("resolve" as const),
          alertKey: "77",
          title: "Disk full",
          severity: "HIGH" as const,
          source: "db-1",
          url: "https://wiki.example.com/disk",
        },
      ],
    })),
    ...(["MEDIUM", "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"] as const).map((severity, level) => ({
      kind: "odd" as const,
      name: `severity ${level}`,
      patch: { event_nseverity: String(level) },
      reads: [{ severity }],
    })),
    {
      kind: "odd",
      name: "another script, with only a link",
      body: {
        hostname: "db-1",
        severity: "Average",
        status: "PROBLEM",
        trigger: "Disk full",
        item: "free 4 %",
        link: "https://zabbix.example.com/tr_events.php?triggerid=14032&eventid=1",
      },
      reads: [{ action: "trigger", alertKey: "14032", title: "Disk full", severity: "MEDIUM" }],
    },
    {
      kind: "placeholders",
      patch: { event_id: "{EVENT.ID}", title: "{EVENT.NAME}", trigger_id: "{TRIGGER.ID}" },
      reads: [{ alertKey: null, title: "{EVENT.NAME}" }],
    },
    {
      kind: "placeholders",
      name: "macros that Zabbix did not replace",
      patch: { event_id: "*UNKNOWN*", trigger_id: "*UNKNOWN*", zabbix_url: "{$ZABBIX.URL}" },
      reads: [{ alertKey: null, url: null }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object from/ },
  ],
};
