import { defineProvider } from "./form/define.ts";
import { isObject } from "../lib/json.ts";
import { asText } from "./fields.ts";
import { noEvents } from "./provider.ts";

const REPOSITORY = "$body.repository.full_name";

/** Alert numbers are per kind and repository. repository_vulnerability_alert is the predecessor of dependabot_alert. */
const KIND = {
  at: [
    { at: { text: "dependabot" }, when: { any: ["security_advisory", "security_vulnerability"] } },
    { at: { text: "vulnerability" }, when: { any: ["affected_package_name", "affected_range"] } },
    { at: { text: "code-scanning" }, when: "rule" },
    { text: "secret-scanning" },
  ],
};

const SEVERITY = [
  "security_advisory.severity",
  "security_vulnerability.severity",
  "rule.security_severity_level",
  "rule.severity",
  "severity",
];

/** GitHub: security alerts (Dependabot, code scanning, secret scanning) and failures of workflows. */
export const github = defineProvider({
  id: "github",
  name: "GitHub",
  docs: "https://docs.github.com/en/webhooks/webhook-events-and-payloads",
  category: "deployments",
  keywords: "actions ci workflows deployments security dependabot",
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
  verification: {
    scheme: "hmac",
    header: "x-hub-signature-256",
    algorithm: "sha256",
    encoding: "hex",
    prefix: "sha256=",
    toleranceSeconds: 300,
    content: "{body}",
  },
  setup: `1. In the repository or organization, open **Settings → Webhooks → Add webhook**.
2. Payload URL: \`<INGEST_URL>\`. Content type: \`application/json\`. Secret: \`<SECRET>\`.
3. Choose the events **Dependabot alerts**, **Code scanning alerts**, **Secret scanning alerts**, **Repository advisories** and
   **Workflow runs**.`,
  sample: {
    headers: { "x-github-event": "dependabot_alert", "x-github-delivery": "2b6f4d10-9d3e-11f0-8f0b-000000000001" },
    body: {
      action: "created",
      alert: {
        number: 42,
        state: "open",
        html_url: "https://github.example.com/acme/shop/security/dependabot/42",
        created_at: "2026-09-21T14:13:20Z",
        updated_at: "2026-09-21T14:13:20Z",
        dependency: { package: { ecosystem: "npm", name: "left-parser" } },
        security_advisory: {
          ghsa_id: "GHSA-xxxx-xxxx-xxxx",
          summary: "left-parser runs what it parses",
          description: "Versions before 2.1.0 evaluate their input.",
          severity: "critical",
        },
      },
      repository: { id: 901234, full_name: "acme/shop", html_url: "https://github.example.com/acme/shop" },
      sender: { login: "dependabot[bot]", type: "Bot" },
    },
  },
  // https://docs.github.com/en/webhooks/using-webhooks/handling-failed-webhook-deliveries: GitHub never retries.
  sender: { timeoutSeconds: 10, retries: [] },
  formats: ["form"],
  hasUniqueBody: true,
  body: "a GitHub webhook",
  unwrap: "payload",
  idempotencyKey: "$headers.x-github-delivery",
  recognizedBy: ["$headers.x-github-event", "repository sender action"],
  kinds: [
    {
      when: { any: ["$headers.x-github-event=secret_scanning_alert_location", "location"] },
      read: () => noEvents("another location of a known secret"),
    },
    // Advisories of GitHub's database and of a repository.
    ...["security_advisory", "repository_advisory"].map((name) => ({
      when: name,
      events: name,
      event: "an advisory",
      // Other actions only add to it.
      action: [
        {
          at: "$body.action",
          words: { trigger: "published performed reported", resolve: "withdrawn" },
          strict: true as const,
        },
        { noAlert: "the action does not change the state of the advisory" },
      ],
      alertKey: { parts: ["ghsa_id", { text: "advisory" }, "$body.repository.id?"] },
      title: ["summary", "ghsa_id"],
      description: "description",
      severity: { at: "severity" },
      source: [REPOSITORY, "vulnerabilities[0].package.name"],
      url: ["html_url", "references[0].url"],
      occurredAt: [
        { at: "withdrawn_at", on: "resolve" as const },
        { at: ["updated_at", "published_at"], on: "trigger" as const },
      ],
      author: [],
      metadata: {
        action: "$body.action",
        kind: { text: "advisory" },
        cve: "cve_id",
        severity: "severity",
        vulnerabilities: "vulnerabilities",
      },
    })),
    {
      // A failed workflow is an alert until a later run on the same branch succeeds.
      when: "workflow_run",
      events: "workflow_run",
      event: "a workflow run",
      action: [
        {
          at: { at: "conclusion", when: "$body.action=completed" },
          words: { trigger: "failure timed_out startup_failure", resolve: "success" },
          strict: true,
        },
        { noAlert: "a run that neither failed nor succeeded" },
      ],
      // A fork may have a branch with the same name.
      alertKey: { parts: ["workflow_id", "head_repository.full_name?", "head_branch?"] },
      externalId: "id",
      title: ({ name, conclusion, head_branch }) =>
        `${asText(name) ?? "Workflow"}: ${String(conclusion).replaceAll("_", " ")} on ${asText(head_branch) ?? "?"}`,
      description: ["display_title", "head_commit.message"],
      severity: "MEDIUM",
      url: "html_url",
      occurredAt: "updated_at",
      author: [],
      metadata: "conclusion event branch=head_branch sha=head_sha attempt=run_attempt actor=actor.login",
    },
    { when: "zen", read: () => noEvents("GitHub's ping") },
    {
      when: {
        all: [
          { not: "alert" },
          { any: ["$headers.x-github-event", "repository", "organization", "sender"] },
          (_, { body }) => isObject(body),
        ],
      },
      read: () => noEvents("not an alert event"),
    },
  ],
  events: "alert",
  event: "a GitHub webhook",
  // The others (assignees, locations …) do not change the state.
  action: [
    {
      at: "$body.action",
      words: {
        trigger: `created create reopen appeared_in_branch reopened reopened_by_user auto_reopened reintroduced
          publicly_leaked`,
        resolve: "dismiss resolve fixed dismissed auto_dismissed closed_by_user resolved",
      },
      strict: true,
    },
    { noAlert: "the action does not change the state of the alert" },
  ],
  alertKey: { parts: [{ at: ["number", "id"] }, KIND, "$body.repository.id?"] },
  title: [
    "security_advisory.summary",
    "rule.description",
    "rule.name",
    { text: "Secret in the repository: {secret_type_display_name}" },
    { text: "Secret in the repository: {secret_type}" },
    { join: ["affected_package_name", { at: ["external_identifier", "ghsa_id"] }], with: ": " },
    { text: "GitHub security alert" },
  ],
  description: ["security_advisory.description", "most_recent_instance.message.text"],
  severity: [
    // `note` is the lowest severity of rules that are not about security.
    { at: SEVERITY, words: { LOW: "note" } },
    // A leaked secret is usable by whoever finds it.
    { when: { any: ["$body.action=publicly_leaked", "publicly_leaked=true"] }, is: "CRITICAL" },
    { when: { at: KIND, is: "secret-scanning" }, is: "HIGH" },
  ],
  source: REPOSITORY,
  url: ["html_url", "external_reference", "$body.repository.html_url"],
  occurredAt: [
    { at: ["fixed_at", "dismissed_at", "auto_dismissed_at", "resolved_at", "updated_at"], on: "resolve" },
    { at: "created_at", on: "trigger", when: "$body.action=created" },
    { at: ["updated_at", "created_at"], on: "trigger" },
  ],
  author: "$body.sender.login",
  note: { at: ["dismissed_comment", "resolution_comment", "dismissed_reason", "dismiss_reason"], on: "resolve" },
  metadata: {
    action: "$body.action",
    kind: KIND,
    severity: SEVERITY,
    package: "dependency.package.name",
    advisory: "security_advisory.ghsa_id",
    rule: "rule.id",
    tool: "tool.name",
    ref: "most_recent_instance.ref",
    sender: "$body.sender.login",
  },
});
