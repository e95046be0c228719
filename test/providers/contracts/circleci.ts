import { circleci } from "../../../src/providers/circleci.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["github/acme/shop","build-and-deploy","main"]';

export const contract: Contract = {
  provider: circleci,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "shop: workflow build-and-deploy: failed on main",
          description: "Raise the price",
          severity: "MEDIUM",
          source: "shop",
          occurredAt: "2026-09-21T14:13:20.170Z",
        },
      ],
    },
    ...["error", "unauthorized"].map((status) => ({
      kind: "repeat" as const,
      name: status,
      patch: { workflow: { status } },
      reads: [{ action: "trigger" as const, alertKey }],
    })),
    {
      kind: "resolve",
      patch: { workflow: { id: "other", status: "success" } },
      reads: [{ action: "resolve", alertKey }],
    },
    { kind: "odd", name: "canceled", patch: { workflow: { status: "canceled" } }, reads: [] },
    {
      kind: "odd",
      name: "a GitLab project",
      patch: {
        pipeline: { vcs: null, trigger_parameters: { git: { branch: "release" }, gitlab: { commit_title: "Fix" } } },
      },
      reads: [{ alertKey: '["github/acme/shop","build-and-deploy","release"]', description: "Fix" }],
    },
    ...(
      [
        ["failed", "trigger"],
        ["success", "resolve"],
      ] as const
    ).map(([status, action]) => ({
      kind: "odd" as const,
      name: `a job: ${status}`,
      headers: { "circleci-event-type": "job-completed" },
      patch: {
        type: "job-completed",
        workflow: { status: null },
        job: { id: "j1", name: "test", status, number: 136 },
      },
      reads: [
        {
          action,
          alertKey: '["github/acme/shop","build-and-deploy","main","test"]',
          title: `shop: job test of build-and-deploy: ${status}`,
        },
      ],
    })),
    {
      kind: "test",
      headers: { "circleci-event-type": "ping" },
      body: { id: "p1", type: "ping", happened_at: "2026-09-21T14:13:20Z", webhook: { name: "Tocsin" } },
      reads: [],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a CircleCI webhook/ },
  ],
};
