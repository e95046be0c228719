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
    { kind: "odd", name: "no known field", body: { hello: 1 }, rejects: /expected an alert/ },
  ],
};
