import { hetrixtools } from "../../../src/providers/hetrixtools.ts";
import type { Contract } from "../contract.ts";

const listing = {
  monitor: "192.0.2.10",
  label: "Mail",
  blacklisted_before: "0",
  blacklisted_now: "2",
  blacklisted_on: [{ rbl: "bl.example.com" }, { rbl: "rbl.example.org" }],
  links: { report_link: "https://hetrixtools.com/report/blacklist/0001/" },
};

export const contract: Contract = {
  provider: hetrixtools,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "5a1c0e3f7b9d4a2c8e6f000000000001",
          title: "Checkout",
          description: "Stockholm: http code 503\nTokyo: timeout",
          severity: "HIGH",
          source: "Checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { monitor_status: "online", monitor_errors: null, timestamp: 1790000400 },
      reads: [
        {
          action: "resolve",
          alertKey: "5a1c0e3f7b9d4a2c8e6f000000000001",
          description: null,
          occurredAt: "2026-09-21T14:20:00.000Z",
        },
      ],
    },
    {
      kind: "trigger",
      name: "high usage of a server that is not down",
      patch: {
        monitor_status: null,
        monitor_errors: null,
        resource_usage: { resource_type: "cpu", current_usage: "97%" },
      },
      reads: [
        {
          action: "trigger",
          alertKey: '["5a1c0e3f7b9d4a2c8e6f000000000001","cpu"]',
          title: "Checkout: high cpu usage",
          severity: "MEDIUM",
        },
      ],
    },
    {
      kind: "batch",
      name: "addresses on blacklists, one of them unreadable",
      body: [listing, {}, { ...listing, monitor: "192.0.2.11", label: "", blacklisted_now: "0", blacklisted_on: null }],
      reads: [
        {
          action: "trigger",
          alertKey: "192.0.2.10",
          title: "Mail",
          description: "bl.example.com\nrbl.example.org",
          url: "https://hetrixtools.com/report/blacklist/0001/",
        },
        { unreadable: "/1: expected the address in monitor" },
        { action: "resolve", alertKey: "192.0.2.11", title: "192.0.2.11", description: null },
      ],
    },
    { kind: "odd", name: "one address, not in an array", body: listing, reads: [{ alertKey: "192.0.2.10" }] },
    { kind: "odd", name: "no addresses", body: [], reads: [] },
    { kind: "odd", name: "a text", body: "offline", rejects: /expected a HetrixTools monitor/ },
  ],
};
