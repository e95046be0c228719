import { databricks } from "../../../src/providers/databricks.ts";
import type { Contract } from "../contract.ts";

const alertKey = "9876543210987601";

const legacy = (state: string) => ({
  event: "alert_state_change",
  url_base: "https://redash.example.com",
  alert: {
    id: 98,
    name: "Daily revenue",
    options: { column: "total", op: "<", value: 1000 },
    state,
    last_triggered_at: "2026-09-21T14:13:20.898690+00:00",
    updated_at: "2026-09-21T14:13:20.898736",
    rearm: null,
    query_id: 514,
    user_id: 7,
  },
});

export const contract: Contract = {
  provider: databricks,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "Daily revenue",
          description:
            'Alert "Daily revenue" changed status to TRIGGERED\n\nThe revenue of today is below the threshold.',
          severity: "MEDIUM",
          url: "https://dbc-1.example.com/sql/alerts/9876543210987601?o=1234567890123456",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { alert: { title: 'Alert "Daily revenue" changed status to OK' } },
      reads: [{ action: "resolve", alertKey }],
    },
    {
      kind: "odd",
      name: "a title of the operator, and a state",
      patch: { alert: { title: "Revenue", alert: { state: "OK" } } },
      reads: [{ action: "resolve", alertKey }],
    },
    {
      kind: "odd",
      name: "unknown: the query failed",
      patch: { alert: { title: 'Alert "Daily revenue" changed status to UNKNOWN' } },
      reads: [{ action: "trigger", alertKey }],
    },
    ...(
      [
        ["triggered", "trigger"],
        ["unknown", "trigger"],
        ["ok", "resolve"],
      ] as const
    ).map(([state, action]) => ({
      kind: "odd" as const,
      name: `a legacy alert: ${state}`,
      body: legacy(state),
      reads: [
        {
          action,
          alertKey: "98",
          title: "Daily revenue",
          url: "https://redash.example.com/alerts/98",
          occurredAt: "2026-09-21T14:13:20.898Z",
        },
      ],
    })),
    { kind: "odd", name: "no alert", patch: { alert: null }, rejects: /expected an alert/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected an alert of Databricks/ },
  ],
};
