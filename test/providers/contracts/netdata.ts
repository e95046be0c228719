import { netdata } from "../../../src/providers/netdata.ts";
import type { Contract } from "../contract.ts";

const KEY = '["10min_cpu_usage","system.cpu",null,"Shop"]';
const UNREACHABLE = {
  message: "web-1 is unreachable",
  url: "https://app.netdata.cloud/spaces/shop/nodes/web-1",
  host: "web-1",
  severity: "critical",
  status: { reachable: false, text: "unreachable" },
};

export const contract: Contract = {
  provider: netdata,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          title: "10min_cpu_usage is critical on web-1",
          description: "average CPU utilization over the last 10 minutes",
          severity: "CRITICAL",
          source: "system.cpu",
          url: "https://app.netdata.cloud/spaces/shop/alerts/5b8f2c",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { severity: "warning" },
      reads: [{ action: "trigger", alertKey: KEY, severity: "MEDIUM" }],
    },
    {
      kind: "resolve",
      patch: { severity: "clear", date: "2026-09-21T14:20:00Z" },
      reads: [{ action: "resolve", alertKey: KEY }],
    },
    {
      kind: "trigger",
      name: "a node was lost",
      body: UNREACHABLE,
      reads: [{ action: "trigger", alertKey: '["web-1","reachable"]', severity: "CRITICAL", source: "web-1" }],
    },
    {
      kind: "resolve",
      name: "a node came back",
      body: { ...UNREACHABLE, severity: "info", status: { reachable: true, text: "reachable" } },
      reads: [{ action: "resolve", alertKey: '["web-1","reachable"]' }],
    },
    { kind: "test", body: { message: "Test", title: "Netdata webhook verification", token: "5f0c" }, reads: [] },
    {
      kind: "odd",
      name: "the notification of an agent",
      body: {
        host: "db-1",
        name: "disk_space_usage",
        chart: "disk_space._var",
        status: "CLEAR",
        old_status: "WARNING",
        when: "1790000000",
      },
      reads: [
        {
          action: "resolve",
          alertKey: '["disk_space_usage","disk_space._var","db-1",null]',
          source: "db-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    // What `alarm-notify.sh test` of an Agent sends with the function of the setup steps: a form.
    ...(
      [
        ["trigger", "WARNING", "CLEAR", "MEDIUM"],
        ["trigger", "CRITICAL", "WARNING", "CRITICAL"],
        ["resolve", "CLEAR", "CRITICAL", "INFO"],
      ] as const
    ).map(([action, status, old_status, severity]) => ({
      kind: "odd" as const,
      name: `an Agent: ${status}`,
      body: {
        host: "vm",
        name: "tocsin_load",
        chart: "system.load",
        family: "load",
        status,
        old_status,
        value: "20.2 load",
        info: "load is high",
        when: "1795656660",
        goto_url: "https://registry.my-netdata.io/goto-host-from-alarm.html?host=vm",
        message: "vm needs attention: tocsin load = 20.2 load",
      },
      reads: [
        {
          action,
          severity,
          alertKey: '["tocsin_load","system.load","vm",null]',
          title: "vm needs attention: tocsin load = 20.2 load",
          description: "load is high",
          source: "vm",
          url: "https://registry.my-netdata.io/goto-host-from-alarm.html?host=vm",
          occurredAt: "2026-11-26T01:31:00.000Z",
        },
      ],
    })),
    {
      kind: "odd",
      name: "an Agent's Opsgenie sender",
      path: "/v1/json/integrations/webhooks/netdata",
      body: {
        host: "vm",
        chart: "test.chart",
        when: 1795656541,
        name: "test_alarm",
        family: "test.family",
        status: "CLEAR",
        old_status: "CRITICAL",
        value: 100,
        units: "units",
        info: "needs attention",
      },
      reads: [{ action: "resolve", title: "test_alarm on vm is CLEAR", source: "vm" }],
    },
    { kind: "odd", name: "no known field", body: { hello: 1 }, rejects: /expected an alert/ },
  ],
};
