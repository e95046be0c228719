import { netbox } from "../../../src/providers/netbox.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["1204","device"]';

export const contract: Contract = {
  provider: netbox,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "core-switch-2 failed",
          description: "Second core switch",
          severity: "HIGH",
          source: "core-switch-2",
          url: "https://netbox.example.com/dcim/devices/1204/",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      patch: {
        timestamp: "2026-09-21 15:00:00.000000+00:00",
        data: { status: { value: "active", label: "Active" } },
        snapshots: { prechange: { status: "failed" }, postchange: { status: "active" } },
      },
      reads: [{ action: "resolve", alertKey, occurredAt: "2026-09-21T15:00:00.000Z" }],
    },
    {
      kind: "resolve",
      name: "deleted while it was failed",
      patch: { event: "deleted", snapshots: { prechange: { status: "failed" }, postchange: null } },
      reads: [{ action: "resolve", alertKey }],
    },
    {
      kind: "trigger",
      name: "created as failed, by a version that names the object's type",
      patch: { event: "created", model: null, object_type: "dcim.device", snapshots: { prechange: null } },
      reads: [{ action: "trigger", alertKey }],
    },
    {
      kind: "odd",
      name: "another change of a failed object",
      patch: { snapshots: { prechange: { status: "failed" } } },
      reads: [],
    },
    {
      kind: "odd",
      name: "a plan that became active",
      patch: {
        data: { status: { value: "active" } },
        snapshots: { prechange: { status: "planned" }, postchange: { status: "active" } },
      },
      reads: [],
    },
    { kind: "odd", name: "no status at all", patch: { data: { status: null }, snapshots: null }, reads: [] },
    {
      kind: "odd",
      name: "a job that ended",
      body: { event: "job_ended", data: { log: [] }, timestamp: "", model: "script" },
      reads: [],
    },
    {
      kind: "odd",
      name: "a body of another template",
      body: { text: "hello" },
      rejects: /expected an event and its data/,
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a change of a NetBox object/ },
  ],
};
