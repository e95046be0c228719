import { standardWebhooks } from "../../../src/providers/standard-webhooks.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: standardWebhooks,
  cases: [
    {
      proves: "trigger",
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
    { proves: "repeat", headers: { "webhook-id": "msg_other" }, reads: [{ alertKey: "check-9" }] },
    {
      proves: "acknowledge",
      patch: { type: "check.acknowledged" },
      reads: [{ action: "acknowledge", alertKey: "check-9" }],
    },
    {
      proves: "resolve",
      name: "by its type",
      patch: { type: "check.recovered" },
      reads: [{ action: "resolve", alertKey: "check-9" }],
    },
    {
      proves: "resolve",
      name: "by a state of its data",
      patch: { type: "check.changed", data: { status: "resolved" } },
      reads: [{ action: "resolve", alertKey: "check-9" }],
    },
    {
      proves: "odd",
      name: "no data",
      patch: { data: null },
      reads: [{ action: "trigger", title: "check.failed", alertKey: null }],
    },
    {
      proves: "odd",
      name: "data without a title",
      patch: { data: { title: null } },
      reads: [{ title: "check.failed" }],
    },
    { proves: "odd", name: "an array", body: [], refuses: /expected a Standard Webhooks object/ },
  ],
};
