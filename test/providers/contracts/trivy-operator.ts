import { trivyOperator } from "../../../src/providers/trivy-operator.ts";
import type { Contract } from "../contract.ts";

const alertKey = '["VulnerabilityReport","apps","replicaset-shop-7c7b47f5f-shop"]';

export const contract: Contract = {
  provider: trivyOperator,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "VulnerabilityReport ReplicaSet apps/shop-7c7b47f5f: 1 critical, 2 high",
          description:
            "CRITICAL CVE-2026-0001 left-parser left-parser runs what it parses\nHIGH CVE-2026-0002 zlib zlib reads too far",
          severity: "CRITICAL",
          source: "acme/shop:1.4.2",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "only medium findings are left",
      patch: { report: { summary: { criticalCount: 0, highCount: 0, mediumCount: 3 }, vulnerabilities: [] } },
      reads: [{ action: "trigger", alertKey, severity: "MEDIUM" }],
    },
    {
      kind: "resolve",
      name: "no findings",
      patch: { report: { summary: { criticalCount: 0, highCount: 0 }, vulnerabilities: [] } },
      reads: [{ action: "resolve", alertKey, title: "VulnerabilityReport ReplicaSet apps/shop-7c7b47f5f" }],
    },
    {
      kind: "odd",
      name: "a configuration: failed checks, and one that passed",
      patch: {
        kind: "ConfigAuditReport",
        report: {
          artifact: null,
          vulnerabilities: null,
          summary: { criticalCount: 0, highCount: 1 },
          checks: [
            { checkID: "KSV001", severity: "CRITICAL", title: "passed", success: true },
            { checkID: "KSV014", severity: "HIGH", title: "Root file system is not read-only", success: false },
          ],
        },
      },
      reads: [
        {
          alertKey: '["ConfigAuditReport","apps","replicaset-shop-7c7b47f5f-shop"]',
          description: "HIGH KSV014 Root file system is not read-only",
          severity: "HIGH",
          source: "shop-7c7b47f5f",
        },
      ],
    },
    {
      kind: "odd",
      name: "a compliance report",
      patch: { kind: "ClusterComplianceReport", report: { summary: { criticalCount: 0, highCount: 0, failCount: 4 } } },
      reads: [{ action: "trigger", severity: "MEDIUM" }],
    },
    { kind: "odd", name: "a list of components", patch: { kind: "SbomReport" }, reads: [] },
    {
      kind: "odd",
      name: "an update, in its envelope",
      body: { verb: "update", operatorObject: { ...(trivyOperator.sample.body as object) } },
      reads: [{ action: "trigger", alertKey }],
    },
    {
      kind: "odd",
      name: "a deleted report",
      body: { verb: "delete", operatorObject: { ...(trivyOperator.sample.body as object) } },
      reads: [],
    },
    { kind: "odd", name: "no kind", patch: { kind: null }, rejects: /expected kind and metadata/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected a report of Trivy Operator/ },
  ],
};
