import { uptimeKuma } from "../../../src/providers/uptime-kuma.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: uptimeKuma,
  cases: [
    {
      proves: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "7",
          title: "[Checkout] [🔴 Down] Request failed with status code 503",
          description: "Request failed with status code 503",
          severity: "HIGH",
          source: "Checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      proves: "repeat",
      name: "resent",
      patch: { heartbeat: { important: false } },
      reads: [{ action: "trigger", alertKey: "7" }],
    },
    {
      proves: "resolve",
      patch: { heartbeat: { status: 1 }, msg: "[Checkout] [✅ Up]" },
      reads: [{ action: "resolve", alertKey: "7" }],
    },
    { proves: "test", body: { heartbeat: null, monitor: null, msg: "My alert Testing" }, reads: [] },
    { proves: "odd", name: "nothing at all", body: {}, reads: [] },
    { proves: "odd", name: "pending and maintenance", patch: { heartbeat: { status: 3 } }, reads: [] },
    {
      proves: "odd",
      name: "a form",
      body: { data: '{"heartbeat":{"monitorID":9,"status":0,"msg":"down"}}' },
      reads: [{ action: "trigger", alertKey: "9" }],
    },
    {
      proves: "odd",
      name: "a local time alone",
      patch: { heartbeat: { time: null, localDateTime: "2026-09-21 16:13:20", timezoneOffset: "+02:00" } },
      reads: [{ occurredAt: "2026-09-21T14:13:20.000Z" }],
    },
    { proves: "odd", name: "a form of no JSON", body: { data: "hello" }, refuses: /expected JSON/ },
  ],
};
