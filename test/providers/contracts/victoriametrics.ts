import { alertmanager } from "../../../src/providers/alertmanager.ts";
import { victoriametrics } from "../../../src/providers/victoriametrics.ts";
import type { Contract } from "../contract.ts";

const [alert] = victoriametrics.sample.body as Record<string, unknown>[];
const key = '[["alertname","DiskFull"],["instance","db-1"],["severity","critical"]]';

export const contract: Contract = {
  provider: victoriametrics,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: key,
          title: "Disk almost full on db-1",
          severity: "CRITICAL",
          source: "db-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "renewed: a later end",
      body: [{ ...alert, endsAt: "2026-09-21T14:18:20Z" }],
      reads: [{ action: "trigger", alertKey: key }],
    },
    {
      kind: "resolve",
      name: "the end is in the past",
      body: [{ ...alert, endsAt: "2026-09-21T14:14:50Z" }],
      reads: [{ action: "resolve", alertKey: key, occurredAt: "2026-09-21T14:14:50.000Z" }],
    },
    {
      kind: "batch",
      body: [alert, { labels: {} }, { ...alert, labels: { alertname: "Other" } }],
      reads: [
        { alertKey: key },
        { unreadable: "/1: the alert has neither labels nor a fingerprint" },
        { alertKey: '[["alertname","Other"]]' },
      ],
    },
    {
      kind: "trigger",
      name: "through an Alertmanager",
      path: "",
      body: alertmanager.sample.body,
      reads: [{ action: "trigger", alertKey: "a1bc48475b20e73d" }],
    },
  ],
};
