import { argocd } from "../../../src/providers/argocd.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["shop","argocd"]';
const healthy = { health: "Healthy", sync: "Synced", phase: "Succeeded", message: "successfully synced" };

export const contract: Contract = {
  provider: argocd,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "shop: sync failed",
          description: "one or more objects failed to apply, reason: Deployment is invalid (retried 5 times)",
          severity: "HIGH",
          source: "shop",
          url: "https://argocd.example.com/applications/argocd/shop",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "degraded after a sync",
      patch: { phase: "Succeeded" },
      reads: [{ action: "trigger", alertKey, title: "shop: Degraded" }],
    },
    { kind: "resolve", patch: healthy, reads: [{ action: "resolve", alertKey, title: "shop: Healthy" }] },
    {
      kind: "resolve",
      name: "without an operation",
      patch: { ...healthy, phase: null, message: null, startedAt: null, finishedAt: null },
      reads: [{ action: "resolve", alertKey }],
    },
    {
      kind: "trigger",
      name: "an unknown sync status",
      patch: {
        ...healthy,
        sync: "Unknown",
        conditions: [{ type: "ComparisonError", message: "repository not found" }],
        message: null,
      },
      reads: [{ action: "trigger", alertKey, title: "shop: sync status unknown", description: "repository not found" }],
    },
    { kind: "odd", name: "a sync that runs", patch: { ...healthy, phase: "Running" }, reads: [] },
    { kind: "odd", name: "a new version that starts", patch: { ...healthy, health: "Progressing" }, reads: [] },
    {
      kind: "placeholders",
      name: "no namespace",
      patch: { namespace: "<no value>", app: "shop" },
      reads: [{ action: "trigger", alertKey: null }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected an object by the template/ },
  ],
};
