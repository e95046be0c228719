import { dash0 } from "../../../src/providers/dash0.ts";
import type { Contract } from "../contract.ts";

const KEY = "5d2f4c1e-0b3a-4e6d-9c8b-7a6f5e4d3c2b";

export const contract: Contract = {
  provider: dash0,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          title: "Checkout answers slowly",
          description: "P95 of checkout is above 2 s",
          severity: "CRITICAL",
          source: "checkout",
          url: "https://app.dash0.com/alerting/failed-checks?org=acme",
          occurredAt: "2026-09-21T14:13:20.474Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { data: { issue: { status: "degraded" } } },
      reads: [{ action: "trigger", alertKey: KEY, severity: "MEDIUM" }],
    },
    ...["alert.resolved", "alert.closed", "alert.superseded"].map((type) => ({
      kind: "resolve" as const,
      name: type,
      patch: { type, data: { issue: { status: "resolved" } } },
      reads: [{ action: "resolve" as const, alertKey: KEY, occurredAt: "2026-09-21T14:14:20.474Z" }],
    })),
    {
      kind: "trigger",
      name: "a synthetic check with labels in pairs",
      patch: {
        type: "synthetic.alert.ongoing",
        data: { issue: { labels: [["0", { key: "service.name", value: { stringValue: "shop front" } }]] } },
      },
      reads: [{ action: "trigger", alertKey: KEY, source: "shop front" }],
    },
    { kind: "test", patch: { type: "test" }, reads: [] },
    {
      kind: "odd",
      name: "no labels, no rules, no id",
      patch: { data: { issue: { id: null, labels: null, checkrules: null, summary: null } } },
      reads: [{ alertKey: "7301943582117702", title: "Dash0 issue", source: null }],
    },
    { kind: "odd", name: "no issue", body: { type: "alert.ongoing", data: {} }, rejects: /expected an issue/ },
  ],
};
