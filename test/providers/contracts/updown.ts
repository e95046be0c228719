import { updown } from "../../../src/providers/updown.ts";
import type { Contract } from "../contract.ts";

const check = { token: "q4zt", url: "https://shop.example.com/checkout", alias: "" };
const up = {
  event: "check.up",
  time: "2026-09-21T14:20:05Z",
  check,
  downtime: { error: "503", started_at: "2026-09-21T14:13:20Z", ended_at: "2026-09-21T14:20:00Z", duration: 400 },
};

export const contract: Contract = {
  provider: updown,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "q4zt",
          title: "DOWN: https://shop.example.com/checkout since 14:13:20 (UTC), reason: 503",
          description: "503",
          severity: "HIGH",
          source: "Checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      body: [up],
      reads: [
        {
          action: "resolve",
          alertKey: "q4zt",
          title: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:20:00.000Z",
        },
      ],
    },
    {
      kind: "batch",
      name: "one of them unreadable",
      body: [{ event: "check.down", check }, "check.up", {}, up],
      reads: [
        { action: "trigger", alertKey: "q4zt", occurredAt: null },
        { unreadable: "/1: expected an updown.io event" },
        { unreadable: "/2: expected an event of a check" },
        { action: "resolve", alertKey: "q4zt" },
      ],
    },
    {
      kind: "batch",
      name: "certificates and performance, separate from availability",
      body: [
        { event: "check.ssl_invalid", check, ssl: { error: "self-signed certificate" } },
        { event: "check.ssl_expiration", check, ssl: { days_before_expiration: 7 } },
        { event: "check.ssl_valid", check },
        { event: "check.ssl_renewed", check },
        { event: "check.performance_drop", check, apdex_dropped: "47%" },
      ],
      reads: [
        { action: "trigger", alertKey: '["q4zt","ssl"]', severity: "HIGH", description: "self-signed certificate" },
        { action: "trigger", alertKey: '["q4zt","ssl"]', severity: "MEDIUM" },
        { action: "resolve", alertKey: '["q4zt","ssl"]' },
        { action: "resolve", alertKey: '["q4zt","ssl"]' },
        { action: "trigger", alertKey: '["q4zt","performance"]', severity: "MEDIUM" },
      ],
    },
    { kind: "odd", name: "a single event, not in an array", body: up, reads: [{ action: "resolve" }] },
    { kind: "odd", name: "no events", body: [], reads: [] },
    { kind: "odd", name: "a text", body: "down", rejects: /expected an array of updown.io events/ },
  ],
};
