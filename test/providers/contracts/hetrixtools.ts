import { hetrixtools } from "../../../src/providers/hetrixtools.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: hetrixtools,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "0123456789abcdef0123456789abcdef",
          title: "Shop",
          description: "Frankfurt: http code 503\nLondon: timeout",
          severity: "HIGH",
          url: "https://shop.example.com/",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { proves: "repeat", patch: { timestamp: 1790000300 }, reads: [{ alertKey: "0123456789abcdef0123456789abcdef" }] },
    {
      proves: "resolve",
      patch: { monitor_status: "online", monitor_errors: null },
      reads: [{ action: "resolve", alertKey: "0123456789abcdef0123456789abcdef" }],
    },
    {
      proves: "batch",
      name: "blacklisted addresses",
      body: [
        { monitor: "203.0.113.7", label: "mail", blacklisted_now: "2" },
        7,
        { monitor: "203.0.113.8", blacklisted_now: "0", blacklisted_on: null },
      ],
      reads: [
        { action: "trigger", alertKey: "203.0.113.7", title: "mail: on 2 blacklists" },
        { unreadable: "/1: expected a monitor object" },
        { action: "resolve", alertKey: "203.0.113.8" },
      ],
    },
    { proves: "odd", name: "a text", body: "hello", refuses: /expected HetrixTools' webhook/ },
  ],
};
