import { monit } from "../../../src/providers/monit.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["shop","web-1"]';

export const contract: Contract = {
  provider: monit,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "shop: Connection failed",
          description: "failed protocol test [HTTP] at [shop.example.com]:443 [TCP/IP TLS] -- Connection refused",
          severity: "HIGH",
          source: "web-1",
        },
      ],
    },
    {
      kind: "repeat",
      name: "another test of the service",
      patch: { event: "Resource limit matched", description: "cpu usage of 95.2% matches resource limit" },
      reads: [{ action: "trigger", alertKey, severity: "MEDIUM" }],
    },
    {
      kind: "resolve",
      patch: {
        status: "succeeded",
        event: "Connection succeeded",
        description: "connection succeeded to [127.0.0.1]:443",
      },
      reads: [{ action: "resolve", alertKey }],
    },
    {
      kind: "odd",
      name: "no argument: the event",
      patch: { status: "", event: "Connection succeeded" },
      reads: [{ action: "resolve", alertKey }],
    },
    { kind: "odd", name: "no service", patch: { service: null }, rejects: /expected the service/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected the fields of the script/ },
  ],
};
