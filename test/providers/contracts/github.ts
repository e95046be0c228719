import { github } from "../../../src/providers/github.ts";
import type { Contract } from "../contract.ts";

const repository = { id: 901234, full_name: "acme/shop", html_url: "https://github.example.com/acme/shop" };
const sender = { login: "alice", type: "User" };

const codeScanning = (action: string, alert: object = {}, rule: object = {}) => ({
  action,
  alert: {
    number: 42,
    state: "open",
    rule: {
      id: "js/sql",
      severity: "error",
      security_severity_level: "high",
      description: "Query from input",
      ...rule,
    },
    tool: { name: "CodeQL" },
    most_recent_instance: { ref: "refs/heads/main", message: { text: "This query depends on a user's input." } },
    html_url: "https://github.example.com/acme/shop/security/code-scanning/42",
    created_at: "2026-09-21T14:13:20Z",
    ...alert,
  },
  ref: "refs/heads/main",
  repository,
  sender,
});

const secretScanning = (action: string, alert: object = {}) => ({
  action,
  alert: {
    number: 42,
    secret_type: "acme_api_token",
    secret_type_display_name: "Acme API Token",
    secret: "not to be kept",
    html_url: "https://github.example.com/acme/shop/security/secret-scanning/42",
    created_at: "2026-09-21T14:13:20Z",
    ...alert,
  },
  repository,
  sender,
});

const run = (conclusion: string | null, action = "completed", fields: object = {}) => ({
  action,
  workflow_run: {
    id: 9911,
    workflow_id: 5521,
    name: "Deploy",
    display_title: "Raise the price",
    head_branch: "main",
    head_sha: "acb5820ced9479c074f688cc328bf03f341a511d",
    head_repository: { full_name: "acme/shop" },
    conclusion,
    html_url: "https://github.example.com/acme/shop/actions/runs/9911",
    updated_at: "2026-09-21T14:13:20Z",
    ...fields,
  },
  repository,
  sender,
});

const dependabotKey = '["42","dependabot","901234"]';
const headers = (event: string) => ({ "x-github-event": event });

export const contract: Contract = {
  provider: github,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: dependabotKey,
          title: "left-parser runs what it parses",
          description: "Versions before 2.1.0 evaluate their input.",
          severity: "CRITICAL",
          source: "acme/shop",
          url: "https://github.example.com/acme/shop/security/dependabot/42",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    ...["reopened", "auto_reopened", "reintroduced"].map((action) => ({
      kind: "repeat" as const,
      name: action,
      patch: { action, alert: { updated_at: "2026-09-22T08:00:00Z" } },
      reads: [{ action: "trigger" as const, alertKey: dependabotKey, occurredAt: "2026-09-22T08:00:00.000Z" }],
    })),
    {
      kind: "resolve",
      name: "fixed",
      patch: { action: "fixed", alert: { state: "fixed", fixed_at: "2026-09-22T08:00:00Z" } },
      reads: [{ action: "resolve", alertKey: dependabotKey, occurredAt: "2026-09-22T08:00:00.000Z" }],
    },
    ...["dismissed", "auto_dismissed"].map((action) => ({
      kind: "resolve" as const,
      name: action,
      patch: { action, alert: { dismissed_at: "2026-09-22T08:00:00Z" } },
      reads: [{ action: "resolve" as const, alertKey: dependabotKey }],
    })),
    {
      kind: "trigger",
      name: "code scanning",
      headers: headers("code_scanning_alert"),
      body: codeScanning("created"),
      reads: [
        {
          action: "trigger",
          alertKey: '["42","code-scanning","901234"]',
          title: "Query from input",
          description: "This query depends on a user's input.",
          severity: "HIGH",
        },
      ],
    },
    {
      kind: "resolve",
      name: "code scanning, closed by a person",
      headers: headers("code_scanning_alert"),
      body: codeScanning("closed_by_user", { dismissed_at: "2026-09-22T08:00:00Z" }),
      reads: [
        { action: "resolve", alertKey: '["42","code-scanning","901234"]', occurredAt: "2026-09-22T08:00:00.000Z" },
      ],
    },
    {
      kind: "odd",
      name: "a rule that is not about security",
      headers: headers("code_scanning_alert"),
      body: codeScanning("created", {}, { severity: "note", security_severity_level: null }),
      reads: [{ severity: "LOW" }],
    },
    {
      kind: "trigger",
      name: "secret scanning",
      headers: headers("secret_scanning_alert"),
      body: secretScanning("created"),
      reads: [
        {
          action: "trigger",
          alertKey: '["42","secret-scanning","901234"]',
          title: "Secret in the repository: Acme API Token",
          severity: "HIGH",
        },
      ],
    },
    {
      kind: "resolve",
      name: "secret scanning",
      headers: headers("secret_scanning_alert"),
      body: secretScanning("resolved", { resolution: "revoked", resolved_at: "2026-09-22T08:00:00Z" }),
      reads: [
        { action: "resolve", alertKey: '["42","secret-scanning","901234"]', occurredAt: "2026-09-22T08:00:00.000Z" },
      ],
    },
    {
      kind: "odd",
      name: "another location of a secret",
      headers: headers("secret_scanning_alert_location"),
      body: { ...secretScanning("created"), location: { type: "commit" } },
      reads: [],
    },
    { kind: "odd", name: "an assignment", patch: { action: "assignees_changed" }, reads: [] },
    ...["failure", "timed_out", "startup_failure"].map((conclusion) => ({
      kind: "trigger" as const,
      name: `a workflow run: ${conclusion}`,
      headers: headers("workflow_run"),
      body: run(conclusion),
      reads: [
        {
          action: "trigger" as const,
          alertKey: '["5521","acme/shop","main"]',
          title: `Deploy: ${conclusion.replace("_", " ")} on main`,
          description: "Raise the price",
          severity: "MEDIUM" as const,
          source: "acme/shop",
        },
      ],
    })),
    {
      kind: "resolve",
      name: "the next workflow run on the branch",
      headers: headers("workflow_run"),
      body: run("success", "completed", { id: 9912 }),
      reads: [{ action: "resolve", alertKey: '["5521","acme/shop","main"]' }],
    },
    {
      kind: "odd",
      name: "a branch of the same name in a fork",
      headers: headers("workflow_run"),
      body: run("failure", "completed", { head_repository: { full_name: "bob/shop" } }),
      reads: [{ alertKey: '["5521","bob/shop","main"]' }],
    },
    ...[run("cancelled"), run("skipped"), run(null, "requested")].map((body) => ({
      kind: "odd" as const,
      name: `a workflow run: ${body.workflow_run.conclusion ?? body.action}`,
      headers: headers("workflow_run"),
      body,
      reads: [],
    })),
    {
      kind: "test",
      name: "ping",
      headers: headers("ping"),
      body: { zen: "Design for failure.", hook_id: 1, hook: { type: "Repository" }, repository, sender },
      reads: [],
    },
    {
      kind: "odd",
      name: "a push",
      headers: headers("push"),
      body: { ref: "refs/heads/main", repository, sender },
      reads: [],
    },
    {
      kind: "odd",
      name: "a form",
      headers: headers("workflow_run"),
      body: { payload: JSON.stringify(run("failure")) },
      reads: [{ action: "trigger", alertKey: '["5521","acme/shop","main"]' }],
    },
    {
      kind: "odd",
      name: "a form without JSON",
      body: { payload: "{" },
      rejects: /expected JSON in the form field payload/,
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a GitHub webhook/ },
    ...(
      [
        ["create", "trigger"],
        ["reopen", "trigger"],
        ["dismiss", "resolve"],
        ["resolve", "resolve"],
      ] as const
    ).map(([action, expected]) => ({
      kind: "odd" as const,
      name: `repository_vulnerability_alert: ${action}`,
      headers: headers("repository_vulnerability_alert"),
      body: {
        action,
        alert: {
          id: 91,
          affected_package_name: "left-parser",
          affected_range: "< 2.1.0",
          external_identifier: "CVE-2026-0001",
          external_reference: "https://nvd.example.com/CVE-2026-0001",
          severity: "high",
        },
        repository: { id: 901234, full_name: "acme/shop" },
        sender: { login: "octo-cat" },
      },
      reads: [
        {
          action: expected,
          alertKey: '["91","vulnerability","901234"]',
          title: "left-parser: CVE-2026-0001",
          severity: "HIGH" as const,
          url: "https://nvd.example.com/CVE-2026-0001",
          author: "octo-cat",
        },
      ],
    })),
    ...(
      [
        ["security_advisory", "published", "trigger"],
        ["security_advisory", "withdrawn", "resolve"],
        ["repository_advisory", "reported", "trigger"],
      ] as const
    ).map(([event, action, expected]) => ({
      kind: "odd" as const,
      name: `${event}: ${action}`,
      headers: headers(event),
      body: {
        action,
        [event]: {
          ghsa_id: "GHSA-1",
          summary: "A hole",
          severity: "critical",
          html_url: "https://github.example.com/a/1",
        },
        repository: { id: 901234, full_name: "acme/shop" },
        sender: { login: "octo-cat" },
      },
      reads: [
        {
          action: expected,
          alertKey: '["GHSA-1","advisory","901234"]',
          title: "A hole",
          severity: "CRITICAL" as const,
          url: "https://github.example.com/a/1",
        },
      ],
    })),
    {
      kind: "odd",
      name: "an advisory that was only updated",
      headers: headers("security_advisory"),
      body: { action: "updated", security_advisory: { ghsa_id: "GHSA-1" }, sender: { login: "octo-cat" } },
      reads: [],
    },
    {
      kind: "odd",
      name: "a secret that leaked to the public",
      headers: headers("secret_scanning_alert"),
      body: {
        ...secretScanning("publicly_leaked"),
      },
      reads: [{ action: "trigger", severity: "CRITICAL" }],
    },
    {
      kind: "odd",
      name: "dismissed by a person, with a reason",
      patch: {
        action: "dismissed",
        alert: { dismissed_comment: "Not reachable", dismissed_reason: "not_used" },
        sender: { login: "alice" },
      },
      reads: [{ action: "resolve", author: "alice", note: "Not reachable" }],
    },
  ],
};
