import { prtg } from "../../../src/providers/prtg.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: prtg,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "2301",
          title: "HTTP",
          description: "Connection timed out",
          severity: "HIGH",
          source: "web-1",
          url: "https://prtg.example.com/sensor.htm?id=2301",
          occurredAt: null,
        },
      ],
    },
    { kind: "repeat", patch: { status: "Down", down: "10 m" }, reads: [{ action: "trigger", alertKey: "2301" }] },
    {
      kind: "acknowledge",
      patch: { status: "Down (Acknowledged)" },
      reads: [{ action: "acknowledge", alertKey: "2301" }],
    },
    ...["Down ended (now: Up)", "Down ended (now: Warning)", "Down (Acknowledged) ended (now: Up)", "Up"].map(
      (status) => ({
        kind: "resolve" as const,
        name: status,
        patch: { status },
        reads: [{ action: "resolve" as const, alertKey: "2301" }],
      }),
    ),
    {
      kind: "odd",
      name: "a warning",
      patch: { status: "Warning" },
      reads: [{ action: "trigger", severity: "MEDIUM" }],
    },
    { kind: "odd", name: "a pause", patch: { status: "Paused  (paused by user)" }, reads: [] },
    {
      kind: "odd",
      name: "the names of another payload",
      body: {
        id: "77",
        status: "Down",
        sensor: "Ping",
        device: "db-1",
        lastmessage: "No response",
        linksensor: "https://prtg.example.com/s/77",
      },
      reads: [{ action: "trigger", alertKey: "77", title: "Ping", description: "No response", source: "db-1" }],
    },
    {
      kind: "placeholders",
      patch: { sensorid: "%sensorid", status: "%status", name: "%name", device: "%device", host: "%host" },
      reads: [{ action: "trigger", alertKey: null, externalId: "%sensorid", title: "%name", source: null }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object with PRTG's placeholders/ },
  ],
};
