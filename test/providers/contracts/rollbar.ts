import { rollbar } from "../../../src/providers/rollbar.ts";
import type { Contract } from "../contract.ts";

const alertKey = "812640017";

export const contract: Contract = {
  provider: rollbar,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "TypeError: price is undefined",
          description: "price is undefined",
          severity: "HIGH",
          source: "shop-1.example.com",
          url: "https://rollbar.example.com/acme/shop/items/128/",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...["reactivated_item", "exp_repeat_item", "item_velocity"].map((event_name) => ({
      kind: "repeat" as const,
      name: event_name,
      patch: { event_name },
      reads: [{ action: "trigger" as const, alertKey }],
    })),
    {
      kind: "repeat",
      name: "an occurrence",
      patch: {
        event_name: "occurrence",
        data: {
          url: null,
          item: { last_occurrence: null, level: 50 },
          occurrence: { level: "critical", timestamp: 1790000060, body: { message: { body: "price is undefined" } } },
        },
      },
      reads: [
        {
          action: "trigger",
          alertKey,
          description: "price is undefined",
          severity: "CRITICAL",
          source: "production",
          url: null,
          occurredAt: "2026-09-21T14:14:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "reopened by a person, some time after its last occurrence",
      patch: { event_name: "reopened_item" },
      reads: [{ action: "trigger", alertKey, occurredAt: null }],
    },
    {
      kind: "resolve",
      patch: { event_name: "resolved_item", data: { item: { status: 2 } } },
      reads: [{ action: "resolve", alertKey, occurredAt: null }],
    },
    {
      kind: "resolve",
      name: "with its time",
      patch: { event_name: "resolved_item", data: { item: { last_resolved_timestamp: 1790003600 } } },
      reads: [{ action: "resolve", occurredAt: "2026-09-21T15:13:20.000Z" }],
    },
    { kind: "test", body: { event_name: "test", data: { message: "Hello" } }, reads: [] },
    {
      kind: "odd",
      name: "a deploy",
      body: { event_name: "deploy", data: { deploy: { environment: "production" } } },
      reads: [],
    },
    {
      kind: "odd",
      name: "a level in words",
      patch: { data: { item: { level: "warning" } } },
      reads: [{ severity: "MEDIUM" }],
    },
    {
      kind: "odd",
      name: "a chain of traces",
      patch: {
        data: {
          item: { last_occurrence: { body: { trace: null, trace_chain: [{ exception: { message: "no price" } }] } } },
        },
      },
      reads: [{ description: "no price" }],
    },
    {
      kind: "odd",
      name: "an empty item",
      body: { event_name: "new_item", data: { item: {} } },
      reads: [{ alertKey: null, title: "Rollbar item", severity: "MEDIUM", occurredAt: null }],
    },
    { kind: "odd", name: "no item", body: { event_name: "new_item", data: {} }, rejects: /expected an item/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Rollbar webhook/ },
  ],
};
