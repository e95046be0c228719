import { standardWebhooks } from "../../../src/providers/standard-webhooks.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: standardWebhooks,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "check-9",
          title: "Login is slow",
          severity: "HIGH",
          url: "https://status.example.com/checks/9",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "repeat", headers: { "webhook-id": "msg_other" }, reads: [{ alertKey: "check-9" }] },
    {
      kind: "acknowledge",
      patch: { type: "check.acknowledged" },
      reads: [{ action: "acknowledge", alertKey: "check-9" }],
    },
    {
      kind: "resolve",
      name: "by its type",
      patch: { type: "check.recovered" },
      reads: [{ action: "resolve", alertKey: "check-9" }],
    },
    {
      kind: "resolve",
      name: "the state in the data",
      patch: { type: "check.changed", data: { status: "resolved" } },
      reads: [{ action: "resolve", alertKey: "check-9" }],
    },
    {
      kind: "odd",
      name: "no data",
      patch: { data: null },
      reads: [{ action: "trigger", title: "check.failed", alertKey: null }],
    },
    {
      kind: "odd",
      name: "data without a title",
      patch: { data: { title: null } },
      reads: [{ title: "check.failed" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Standard Webhooks object/ },
  ],
};
