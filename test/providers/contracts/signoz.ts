import { signoz } from "../../../src/providers/signoz.ts";
import type { Contract } from "../contract.ts";

const alert = (signoz.sample.body as { alerts: object[] }).alerts[0];

export const contract: Contract = {
  provider: signoz,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "a1bc48475b20e701",
          title: "The p99 latency is 4.2 s",
          description: "The threshold is 2 s.",
          severity: "CRITICAL",
          url: "https://signoz.example.com/alerts/overview?ruleId=019967a0-0000-7000-8000-000000000001",
          occurredAt: "2026-09-21T14:13:20.123Z",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { status: "resolved", alerts: [{ ...alert, status: "resolved", endsAt: "2026-09-21T15:13:20Z" }] },
      reads: [{ action: "resolve", alertKey: "a1bc48475b20e701", occurredAt: "2026-09-21T15:13:20.000Z" }],
    },
    {
      kind: "batch",
      patch: { alerts: [alert, { ...alert, fingerprint: "b2", status: "resolved", endsAt: "2026-09-21T15:13:20Z" }] },
      reads: [{ action: "trigger" }, { action: "resolve", alertKey: "b2" }],
    },
    { kind: "odd", name: "a text", body: "hello", rejects: /expected an Alertmanager webhook/ },
  ],
};
