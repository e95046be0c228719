import { betterStack } from "../../../src/providers/better-stack.ts";
import type { Contract } from "../contract.ts";

const error = {
  id: "e5a1",
  type: "error",
  attributes: {
    event: "new_error",
    application_name: "Shop",
    error_type: "PriceError",
    error_message: "price is missing",
    error_url: "https://errors.betterstack.com/team/1/errors/e5a1",
  },
};

export const contract: Contract = {
  provider: betterStack,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "84120771",
          title: "Checkout",
          description: "Status 503",
          severity: "HIGH",
          source: "Checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "reopened",
      patch: { event: "reopened" },
      reads: [{ action: "trigger", alertKey: "84120771", occurredAt: null }],
    },
    {
      kind: "acknowledge",
      patch: { event: "acknowledged", data: { attributes: { acknowledged_at: "2026-09-21T14:14:00.000Z" } } },
      reads: [{ action: "acknowledge", alertKey: "84120771", occurredAt: "2026-09-21T14:14:00.000Z" }],
    },
    {
      kind: "resolve",
      patch: {
        event: "resolved",
        data: { attributes: { resolved_at: "2026-09-21T14:20:00.000Z", status: "Resolved" } },
      },
      reads: [{ action: "resolve", alertKey: "84120771", occurredAt: "2026-09-21T14:20:00.000Z" }],
    },
    {
      kind: "trigger",
      name: "an error",
      body: { data: error },
      reads: [
        {
          action: "trigger",
          alertKey: "e5a1",
          title: "PriceError",
          description: "price is missing",
          severity: "MEDIUM",
          source: "Shop",
          url: "https://errors.betterstack.com/team/1/errors/e5a1",
        },
      ],
    },
    {
      kind: "resolve",
      name: "an error",
      body: { data: { ...error, attributes: { event: "resolved" } } },
      reads: [{ action: "resolve", alertKey: "e5a1", title: "Better Stack error" }],
    },
    {
      kind: "odd",
      name: "an error that was ignored",
      body: { data: { ...error, attributes: { event: "ignored" } } },
      reads: [],
    },
    {
      kind: "odd",
      name: "a monitor that was created",
      patch: { event: "created", data: { type: "monitor" } },
      reads: [],
    },
    {
      kind: "odd",
      name: "no event: the incident's status",
      patch: { event: null, data: { attributes: { status: "Acknowledged" } } },
      reads: [{ action: "acknowledge" }],
    },
    { kind: "odd", name: "no data", body: { event: "started" }, rejects: /expected data with an id/ },
    {
      kind: "odd",
      name: "resolved by a person",
      patch: {
        event: "resolved",
        data: { attributes: { resolved_at: "2026-09-21T14:23:20Z", resolved_by: "Alice Example", status: "Resolved" } },
      },
      reads: [{ action: "resolve", author: "Alice Example", startedAt: "2026-09-21T14:13:20.000Z" }],
    },
  ],
};
