import { zabbix } from "../../../src/providers/zabbix.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: zabbix,
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
          url: "https://zabbix.example.com/tr_events.php?triggerid=25066&eventid=90211",
        },
      ],
    },
    {
      kind: "repeat",
      name: "an update that is a comment",
      patch: { event_update_status: "1" },
      reads: [{ action: "trigger", alertKey: "90211" }],
    },
    {
      kind: "acknowledge",
      patch: { event_update_status: "1", event_ack_status: "Yes" },
      reads: [{ action: "acknowledge", alertKey: "90211" }],
    },
    { kind: "resolve", patch: { event_value: "0" }, reads: [{ action: "resolve", alertKey: "90211" }] },
    {
      kind: "resolve",
      name: "an acknowledged problem",
      patch: { event_value: "0", event_ack_status: "Yes" },
      reads: [{ action: "resolve" }],
    },
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
