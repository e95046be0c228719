import { render } from "../../../src/providers/render.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["srv-cukouhrtq21c73e9a002","deploy"]';
const serverKey = '["srv-cukouhrtq21c73e9a002","server"]';

export const contract: Contract = {
  provider: render,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "shop: deploy_ended: failed",
          severity: "HIGH",
          source: "shop",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "resolve", patch: { data: { status: "succeeded" } }, reads: [{ action: "resolve", alertKey }] },
    { kind: "odd", name: "canceled", patch: { data: { status: "canceled" } }, reads: [] },
    ...["deploy_started", "build_started", "autoscaling_ended", "maintenance_started"].map((type) => ({
      kind: "odd" as const,
      name: type,
      patch: { type, data: { status: null } },
      reads: [],
    })),
    {
      kind: "odd",
      name: "a step before the deploy succeeded",
      patch: { type: "pre_deploy_ended", data: { status: "succeeded" } },
      reads: [],
    },
    {
      kind: "odd",
      name: "a failed server",
      patch: { type: "server_failed", data: { status: null } },
      reads: [{ action: "trigger", alertKey: serverKey, title: "shop: server_failed" }],
    },
    {
      kind: "odd",
      name: "the server is available again",
      patch: { type: "server_available", data: { status: null } },
      reads: [{ action: "resolve", alertKey: serverKey }],
    },
    {
      kind: "odd",
      name: "a cron job",
      patch: { type: "cron_job_run_ended" },
      reads: [{ action: "trigger", alertKey: '["srv-cukouhrtq21c73e9a002","cron job"]', severity: "MEDIUM" }],
    },
    { kind: "odd", name: "no data", patch: { data: null }, rejects: /expected type and data/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Render webhook/ },
  ],
};
