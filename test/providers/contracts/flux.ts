import { flux } from "../../../src/providers/flux.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["Kustomization","apps","shop"]';

export const contract: Contract = {
  provider: flux,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "Kustomization apps/shop: ReconciliationFailed",
          description: "Deployment/apps/shop dry-run failed: spec.replicas: Invalid value: -1",
          severity: "HIGH",
          source: "apps/shop",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "another reason",
      patch: { reason: "HealthCheckFailed" },
      reads: [{ action: "trigger", alertKey }],
    },
    {
      kind: "resolve",
      patch: { severity: "info", reason: "ReconciliationSucceeded", message: "Reconciliation finished in 1.2s" },
      reads: [{ action: "resolve", alertKey }],
    },
    ...(
      [
        ["HelmRelease", "UpgradeSucceeded"],
        ["HelmRelease", "InstallSucceeded"],
        ["GitRepository", "NewArtifact"],
      ] as const
    ).map(([kind, reason]) => ({
      kind: "odd" as const,
      name: `${kind}: ${reason}`,
      patch: { severity: "info", reason, involvedObject: { kind } },
      reads: [{ action: "resolve" as const, alertKey: `["${kind}","apps","shop"]` }],
    })),
    ...["Progressing", "DependencyNotReady", "RollbackSucceeded", "DriftDetected"].map((reason) => ({
      kind: "odd" as const,
      name: reason,
      patch: { severity: "info", reason },
      reads: [],
    })),
    {
      kind: "odd",
      name: "an object without a namespace",
      patch: { involvedObject: { namespace: null } },
      reads: [{ alertKey: '["Kustomization",null,"shop"]', title: "Kustomization shop: ReconciliationFailed" }],
    },
    { kind: "odd", name: "no object", patch: { involvedObject: null }, rejects: /expected involvedObject/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a Flux event/ },
  ],
};
