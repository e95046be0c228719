import { librato } from "../../../src/providers/librato.ts";
import type { Contract } from "../contract.ts";

const KEY = "shop-high-load-20260921";
const CLEARED = {
  alert: { id: 5846005, name: "shop.high.load", runbook_url: "", version: 2 },
  incident_key: KEY,
  account: "ops@example.com",
  trigger_time: 1790000600,
  clear: "normal",
};

export const contract: Contract = {
  provider: librato,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          externalId: "5846005",
          title: "shop.high.load",
          description: "Load of a web server",
          severity: "MEDIUM",
          source: "web-1",
          url: "https://wiki.example.com/load",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "repeat", patch: { trigger_time: 1790000300 }, reads: [{ action: "trigger", alertKey: KEY }] },
    {
      kind: "resolve",
      body: { payload: CLEARED },
      reads: [{ action: "resolve", alertKey: KEY, source: null, url: null, occurredAt: "2026-09-21T14:23:20.000Z" }],
    },
    {
      kind: "resolve",
      name: "as a form",
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: { payload: JSON.stringify({ ...CLEARED, clear: "manual" }) },
      reads: [{ action: "resolve", alertKey: KEY }],
    },
    {
      kind: "odd",
      name: "an old version without an incident key, and two sources",
      patch: { incident_key: null, violations: { "web-2": [] } },
      reads: [{ alertKey: "5846005", source: "web-1, web-2" }],
    },
    { kind: "odd", name: "a payload that is not JSON", body: { payload: "{" }, rejects: /expected JSON/ },
    { kind: "odd", name: "no alert", patch: { alert: null }, rejects: /expected an alert/ },
  ],
};
