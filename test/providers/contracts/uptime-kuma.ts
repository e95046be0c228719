import { uptimeKuma } from "../../../src/providers/uptime-kuma.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: uptimeKuma,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "7",
          title: "Checkout is down",
          description: "Request failed with status code 503",
          severity: "HIGH",
          source: "Checkout",
          url: "https://shop.example.com/checkout",
          occurredAt: "2026-09-21T14:13:20.123Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { heartbeat: { important: false, time: "2026-09-21 14:14:20.200" } },
      reads: [{ action: "trigger", alertKey: "7" }],
    },
    {
      kind: "resolve",
      patch: {
        heartbeat: { status: 1, msg: "200 - OK", time: "2026-09-21 14:15:20.001" },
        msg: "[Checkout] [✅ Up] 200 - OK",
      },
      reads: [{ action: "resolve", alertKey: "7", title: "Checkout is up", occurredAt: "2026-09-21T14:15:20.001Z" }],
    },
    {
      kind: "trigger",
      name: "as form-data",
      body: {
        data: '{"heartbeat":{"monitorID":8,"status":0,"msg":"timeout"},"monitor":{"id":8,"name":"Mail"},"msg":"Mail"}',
      },
      reads: [{ action: "trigger", alertKey: "8", title: "Mail is down", description: "timeout" }],
    },
    {
      kind: "trigger",
      name: "an expiring certificate",
      body: {
        heartbeat: null,
        monitor: null,
        msg: "[Checkout][https://shop.example.com/] server certificate shop.example.com will expire in 7 days",
      },
      reads: [
        {
          action: "trigger",
          alertKey: "[Checkout][https://shop.example.com/] server certificate shop.example.com",
          severity: "MEDIUM",
        },
      ],
    },
    { kind: "test", body: { heartbeat: null, monitor: null, msg: "Tocsin Testing" }, reads: [] },
    { kind: "odd", name: "pending", patch: { heartbeat: { status: 2 } }, reads: [] },
    { kind: "odd", name: "under maintenance", patch: { heartbeat: { status: 3 } }, reads: [] },
    {
      kind: "odd",
      name: "an unknown status, and only local time",
      patch: { heartbeat: { status: 4, time: null } },
      reads: [{ action: "trigger", occurredAt: "2026-09-21T14:13:20.000Z" }],
    },
    { kind: "odd", name: "an empty object", body: {}, rejects: /expected a heartbeat or a msg/ },
    { kind: "odd", name: "a form without JSON", body: { data: "x" }, rejects: /expected a heartbeat or a msg/ },
  ],
};
