import { asList, asNumber, asText, pick } from "./fields.ts";
import { defineProvider } from "./form/define.ts";
import type { Code } from "./form/form.ts";

/** Counts of a report's summary, the worst first. */
const COUNTS = ["critical", "high", "medium", "low"] as const;

const count = (report: unknown, name: string): number => asNumber(pick(report, "summary", `${name}Count`)) ?? 0;

/** The worst severity of which the report has a finding. */
const worst: Code = ({ report }) => COUNTS.find((name) => count(report, name) > 0);

/** `2 critical, 5 high` */
const counts: Code = ({ report }) =>
  COUNTS.flatMap((name) => (count(report, name) > 0 ? `${count(report, name)} ${name}` : [])).join(", ");

const MAX_FINDINGS = 10;

/** 0: critical. Findings of another severity come last. */
function rank(finding: unknown): number {
  const at = COUNTS.findIndex((name) => name === asText(pick(finding, "severity"))?.toLowerCase());
  return at === -1 ? COUNTS.length : at;
}

/** The worst findings, a line each: vulnerabilities, secrets, failed checks. */
const findings: Code = ({ report }) =>
  ["vulnerabilities", "secrets", "checks"]
    .flatMap((name) => asList(pick(report, name)))
    .filter((finding) => pick(finding, "success") !== true)
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, MAX_FINDINGS)
    .map((finding) =>
      ["severity", "vulnerabilityID", "ruleID", "checkID", "resource", "title"]
        .flatMap((name) => asText(pick(finding, name)) ?? [])
        .join(" "),
    )
    .join("\n");

const LABEL = (name: string): string => `metadata.labels["trivy-operator.${name}"]`;

/** Trivy Operator's webhook: a report about a workload, whenever it is made anew. A report without findings resolves. */
export const trivyOperator = defineProvider({
  id: "trivy-operator",
  name: "Trivy Operator",
  docs: "https://aquasecurity.github.io/trivy-operator/latest/tutorials/integrations/webhook/",
  category: "logs",
  keywords: "security vulnerabilities aqua scanner kubernetes k8s cve",
  setup: `Set these variables of the operator, in the values of its Helm chart or in the ConfigMap \`trivy-operator-config\`:

\`\`\`
OPERATOR_WEBHOOK_BROADCAST_URL=<INGEST_URL>
OPERATOR_WEBHOOK_BROADCAST_CUSTOM_HEADERS=X-Tocsin-Token:<SECRET>
\`\`\`

A report with findings opens one alert for its workload, with the worst severity; a later report of the workload without findings
resolves it. To report only the worst findings, set \`trivy.severity\` of the chart to \`HIGH,CRITICAL\`.`,
  sample: {
    body: {
      kind: "VulnerabilityReport",
      apiVersion: "aquasecurity.github.io/v1alpha1",
      metadata: {
        name: "replicaset-shop-7c7b47f5f-shop",
        namespace: "apps",
        uid: "0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2b91",
        labels: {
          "trivy-operator.container.name": "shop",
          "trivy-operator.resource.kind": "ReplicaSet",
          "trivy-operator.resource.name": "shop-7c7b47f5f",
          "trivy-operator.resource.namespace": "apps",
        },
      },
      report: {
        updateTimestamp: "2026-09-21T14:13:20Z",
        scanner: { name: "Trivy", vendor: "Aqua Security", version: "0.57.1" },
        registry: { server: "registry.example.com" },
        artifact: { repository: "acme/shop", tag: "1.4.2" },
        summary: { criticalCount: 1, highCount: 2, mediumCount: 0, lowCount: 0, unknownCount: 0 },
        vulnerabilities: [
          {
            vulnerabilityID: "CVE-2026-0002",
            resource: "zlib",
            installedVersion: "1.2.11",
            fixedVersion: "1.3",
            severity: "HIGH",
            title: "zlib reads too far",
          },
          {
            vulnerabilityID: "CVE-2026-0001",
            resource: "left-parser",
            installedVersion: "2.0.0",
            fixedVersion: "2.1.0",
            severity: "CRITICAL",
            title: "left-parser runs what it parses",
          },
        ],
      },
    },
  },
  // aquasecurity/trivy-operator pkg/webhook/webhookreporter.go: it ignores the status; lost connections are reconciled again.
  sender: { timeoutSeconds: 30, retries: [], note: "only lost connections are tried again" },
  body: "a report of Trivy Operator",
  // With OPERATOR_SEND_DELETED_REPORTS.
  unwrap: "operatorObject",
  requires: [{ when: "kind metadata", what: "kind and metadata" }],
  recognizedBy: [
    { all: ["kind report.scanner", { at: "apiVersion", startsWith: "aquasecurity.github.io/" }] },
    "kind report.scanner report.summary",
  ],
  noAlert: [
    {
      // The operator then sends the report that it read last, not the one that is gone.
      when: (_, { input: { body } }) => pick(body, "verb") === "delete",
      why: "a report was deleted; the operator does not say which one",
    },
    { when: { at: "kind", is: "SbomReport ClusterSbomReport" }, why: "a list of components" },
  ],
  action: [
    { when: { at: worst }, is: "trigger" },
    { when: { at: "report.summary.failCount", above: 0 }, is: "trigger" },
    { when: "report.summary", is: "resolve" },
    { noAlert: "a report without a summary" },
  ],
  alertKey: { parts: ["kind", "metadata.namespace?", "metadata.name"] },
  externalId: "metadata.uid",
  title: [
    {
      join: [
        { text: `{kind} {${LABEL("resource.kind")}} {${LABEL("resource.namespace")}}/{${LABEL("resource.name")}}` },
        { at: counts, on: "trigger" },
      ],
      with: ": ",
    },
  ],
  description: { at: findings, on: "trigger" },
  severity: { at: worst },
  source: [
    { text: "{report.artifact.repository}:{report.artifact.tag}" },
    "report.artifact.repository",
    LABEL("resource.name"),
    "metadata.name",
  ],
  occurredAt: "report.updateTimestamp",
  metadata: {
    kind: "kind",
    namespace: "metadata.namespace",
    container: LABEL("container.name"),
    summary: "report.summary",
    registry: "report.registry.server",
    scanner: "report.scanner.version",
  },
});
