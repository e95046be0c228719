import { errbit } from "../../../src/providers/errbit.ts";
import type { Contract } from "../contract.ts";

const alertKey = "6500b2aa1a603f3916f4f0e3";

export const contract: Contract = {
  provider: errbit,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "PriceError: price is missing",
          description: "carts#total",
          severity: "MEDIUM",
          source: "Shop",
          url: "https://errbit.example.com/apps/6500a1ff1a603f3916f4f0de/problems/6500b2aa1a603f3916f4f0e3",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "a form, as Errbit sends it",
      body: {
        problem: JSON.stringify({ _id: alertKey, app_name: "Shop", message: "price is missing", notices_count: 6 }),
      },
      reads: [{ action: "trigger", alertKey, title: "price is missing", source: "Shop", occurredAt: null }],
    },
    {
      kind: "resolve",
      name: "a resolved problem",
      patch: { problem: { resolved: true, resolved_at: "2026-09-21T15:00:00.000+00:00" } },
      reads: [{ action: "resolve", alertKey, occurredAt: "2026-09-21T15:00:00.000Z" }],
    },
    {
      kind: "odd",
      name: "an id in MongoDB's extended JSON, a time with an offset",
      patch: { problem: { _id: { $oid: alertKey }, last_notice_at: "2026-09-21T09:13:20.000-05:00" } },
      reads: [{ alertKey, occurredAt: "2026-09-21T14:13:20.000Z" }],
    },
    {
      kind: "odd",
      name: "an empty problem",
      body: { problem: {} },
      reads: [{ alertKey: null, title: "Errbit problem" }],
    },
    {
      kind: "odd",
      name: "a form without JSON",
      body: { problem: "{" },
      rejects: /expected JSON in the form field problem/,
    },
    { kind: "odd", name: "no problem", body: {}, rejects: /expected a problem/ },
  ],
};
