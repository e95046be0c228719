import { updown } from "../../../src/providers/updown.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: updown,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "ab3x",
          title: "Shop",
          severity: "HIGH",
          url: "https://shop.example.com",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      proves: "repeat",
      body: [{ event: "check.still_down", check: { token: "ab3x", url: "https://shop.example.com" } }],
      reads: [{ action: "trigger", alertKey: "ab3x" }],
    },
    {
      proves: "resolve",
      body: [
        {
          event: "check.up",
          check: { token: "ab3x", url: "https://shop.example.com" },
          downtime: { ended_at: "2026-09-21T14:20:00Z" },
        },
      ],
      reads: [{ action: "resolve", alertKey: "ab3x", occurredAt: "2026-09-21T14:20:00.000Z" }],
    },
    {
      proves: "batch",
      name: "one that is no turn, one that is no event",
      body: [
        { event: "check.down", check: { token: "a" } },
        { event: "check.created", check: { token: "b" } },
        7,
        { event: "check.up", check: { token: "c" } },
      ],
      reads: [
        { action: "trigger", alertKey: "a" },
        { unreadable: "/1: expected an event object" },
        { action: "resolve", alertKey: "c" },
      ],
    },
    {
      proves: "odd",
      name: "a certificate",
      body: [{ event: "check.ssl_expiration", check: { token: "ab3x" } }],
      reads: [{ action: "trigger", alertKey: '["ab3x","ssl"]', severity: "MEDIUM" }],
    },
    { proves: "odd", name: "a text", body: "hello", refuses: /expected updown.io's array/ },
  ],
};
