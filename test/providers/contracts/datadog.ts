import { datadog } from "../../../src/providers/datadog.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: datadog,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "4716923057791",
          title: "[P2] [Triggered on {host:db-1}] Disk almost full",
          description: "Less than 5 % is free on /var.",
          severity: "HIGH",
          source: "db-1",
          url: "https://app.datadoghq.com/monitors/1830012",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...["Re-Triggered", "No Data", "Re-No Data", "Warn", "Re-Warn", "Renotify"].map((transition) => ({
      kind: "repeat" as const,
      name: transition,
      patch: { id: "7301943999", transition },
      reads: [{ action: "trigger" as const, alertKey: "4716923057791" }],
    })),
    ...["Recovered", "Warn Recovered"].map((transition) => ({
      kind: "resolve" as const,
      name: transition,
      patch: { transition, type: "success" },
      reads: [{ action: "resolve" as const, alertKey: "4716923057791" }],
    })),
    {
      kind: "placeholders",
      name: "no cycle key: the monitor and its scope",
      patch: { cycle_key: "$ALERT_CYCLE_KEY", aggregation_key: "" },
      reads: [{ alertKey: '["1830012","host:db-1"]' }],
    },
    {
      kind: "placeholders",
      name: "nothing filled in",
      patch: {
        title: "$EVENT_TITLE",
        cycle_key: "$ALERT_CYCLE_KEY",
        aggregation_key: "$AGGREG_KEY",
        alert_id: "$ALERT_ID",
      },
      reads: [{ alertKey: null, title: "$EVENT_TITLE" }],
    },
    {
      kind: "odd",
      name: "no priority: the alert's type",
      patch: { priority: "", type: "warning" },
      reads: [{ severity: "MEDIUM" }],
    },
    {
      kind: "odd",
      name: "another template, with the names of the variables",
      body: { ALERT_TRANSITION: "Recovered", AGGREG_KEY: "k1", EVENT_TITLE: "CPU", LAST_UPDATED: "1790000000000" },
      reads: [{ action: "resolve", alertKey: "k1", title: "CPU", occurredAt: "2026-09-21T14:13:20.000Z" }],
    },
    { kind: "odd", name: "a bare text", body: "hello", rejects: /expected an object from/ },
    {
      kind: "trigger",
      name: "Datadog's default payload: state and scope only in the title",
      body: {
        id: "101",
        event_type: "query_alert_monitor",
        title: "[Triggered on {host:db-1}] Disk",
        body: "full",
        date: "1790000000000",
      },
      reads: [{ action: "trigger", alertKey: '["Disk","host:db-1"]', source: "host:db-1", description: "full" }],
    },
    ...[
      ["[Recovered on {host:db-1}] Disk", '["Disk","host:db-1"]', "resolve"],
      ["[Warn Recovered on {host:db-1}] Disk", '["Disk","host:db-1"]', "resolve"],
      ["[P1] [Recovered] Disk", "Disk", "resolve"],
      ["[P1] [Re-Triggered on {env:a,host:b}] Disk", '["Disk","env:a,host:b"]', "trigger"],
      ["[No Data] Disk", "Disk", "trigger"],
      ["[Warn on {host:db-1}] Disk", '["Disk","host:db-1"]', "trigger"],
    ].map(([title, alertKey, action]) => ({
      kind: "odd" as const,
      name: `the default payload with the title ${title}`,
      body: { id: "102", event_type: "query_alert_monitor", title, date: "1790000000000" },
      reads: [{ action: action as "resolve", alertKey: alertKey!, title: title! }],
    })),
    {
      kind: "odd",
      name: "another template without an id",
      body: {
        alert_transition: "Recovered",
        alert_title: "[Recovered on {host:db-1}] Disk",
        scope: "host:db-1",
        my_link: "https://app.datadoghq.com/event/1",
        url: "https://app.datadoghq.com/event/1",
      },
      reads: [{ action: "resolve", alertKey: '["Disk","host:db-1"]', url: "https://app.datadoghq.com/event/1" }],
    },
    {
      kind: "odd",
      name: "the aggregation key under another name",
      body: { alert_transition: "Recovered", aggregate: "ag1", title: "[Recovered] Disk" },
      reads: [{ action: "resolve", alertKey: "ag1" }],
    },
    {
      kind: "odd",
      name: "only the type contains the state",
      body: { alert_title: "Disk", alert_id: "7", alert_type: "success" },
      reads: [{ action: "resolve", alertKey: "7" }],
    },
    { kind: "test", patch: { title: "[TEST] [Triggered on {host:db-1}] Disk" }, reads: [] },
  ],
};
