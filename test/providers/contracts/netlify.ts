import { netlify } from "../../../src/providers/netlify.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2b21","production","main"]';

export const contract: Contract = {
  provider: netlify,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          externalId: "68d009e0a1b2c3d4e5f60718",
          title: "shop: deploy error, production, main",
          description: "Failed during stage 'building site': Build script returned non-zero exit code: 2",
          severity: "HIGH",
          source: "shop",
          url: "https://app.netlify.com/projects/shop/deploys/68d009e0a1b2c3d4e5f60718",
          occurredAt: "2026-09-21T14:13:20.738Z",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { id: "next", state: "ready", error_message: null },
      reads: [{ action: "resolve", alertKey }],
    },
    ...["new", "building", "enqueued", "uploading", "processing", "preparing"].map((state) => ({
      kind: "odd" as const,
      name: state,
      patch: { state, error_message: null },
      reads: [],
    })),
    { kind: "odd", name: "canceled", patch: { error_message: "Canceled build" }, reads: [] },
    { kind: "odd", name: "skipped", patch: { skipped: true }, reads: [] },
    {
      kind: "odd",
      name: "a preview",
      patch: { context: "deploy-preview", review_id: 12, branch: "price" },
      reads: [{ alertKey: '["0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2b21","deploy-preview","12"]', severity: "MEDIUM" }],
    },
    { kind: "odd", name: "no state", patch: { state: null }, rejects: /expected the state of a deploy/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a deploy of Netlify/ },
  ],
};
