import { gitlab } from "../../../src/providers/gitlab.ts";
import type { Contract } from "../contract.ts";

const project = {
  id: 815,
  name: "shop",
  path_with_namespace: "acme/shop",
  web_url: "https://gitlab.example.com/acme/shop",
};
const user = { id: 7, username: "alice" };
const headers = (event: string) => ({ "x-gitlab-event": event });
const alertKey = '["815","pipeline","main"]';

const job = (build_status: string, fields: object = {}) => ({
  object_kind: "build",
  ref: "main",
  build_id: 99,
  build_name: "unit",
  build_stage: "test",
  build_status,
  build_finished_at: "2026-09-21T14:13:20.284Z",
  build_allow_failure: false,
  build_failure_reason: "script_failure",
  pipeline_id: 4711,
  project_id: 815,
  project_name: "acme/shop",
  project,
  user,
  ...fields,
});

const deployment = (status: string) => ({
  object_kind: "deployment",
  status,
  status_changed_at: "2026-09-21 14:13:20 +0000",
  deployment_id: 15,
  deployable_url: "https://gitlab.example.com/acme/shop/-/jobs/99",
  environment: "production",
  environment_tier: "production",
  commit_title: "Raise the price",
  project,
  user,
});

const vulnerability = (fields: object) => ({
  object_kind: "vulnerability",
  object_attributes: {
    url: "https://gitlab.example.com/acme/shop/-/security/vulnerabilities/5",
    title: "left-parser runs what it parses",
    state: "detected",
    project_id: 815,
    severity: "critical",
    report_type: "dependency_scanning",
    identifiers: [{ name: "CVE-2026-0001" }],
    updated_at: "2026-09-21T14:13:20.413Z",
    ...fields,
  },
});
const vulnerabilityKey = "https://gitlab.example.com/acme/shop/-/security/vulnerabilities/5";

const issue = (action: string, fields: object = {}) => ({
  object_kind: "issue",
  user,
  project,
  object_attributes: {
    id: 301,
    iid: 23,
    type: "Incident",
    title: "Checkout is down",
    severity: "high",
    state: "opened",
    action,
    url: "https://gitlab.example.com/acme/shop/-/issues/incident/23",
    updated_at: "2026-09-21 14:13:20 UTC",
    ...fields,
  },
});

export const contract: Contract = {
  provider: gitlab,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          externalId: "4711",
          title: "acme/shop: pipeline failed on main",
          description: "Raise the price",
          severity: "MEDIUM",
          source: "acme/shop",
          url: "https://gitlab.example.com/acme/shop/-/pipelines/4711",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      name: "the next pipeline of the branch",
      patch: { object_attributes: { id: 4712, status: "success" } },
      reads: [{ action: "resolve", alertKey }],
    },
    ...["created", "pending", "running", "canceled", "skipped", "manual"].map((status) => ({
      kind: "odd" as const,
      name: `a pipeline: ${status}`,
      patch: { object_attributes: { status } },
      reads: [],
    })),
    {
      kind: "odd",
      name: "a child pipeline",
      patch: { object_attributes: { source: "parent_pipeline", status: "success" } },
      reads: [],
    },
    {
      kind: "odd",
      name: "a failed job",
      headers: headers("Job Hook"),
      body: job("failed"),
      reads: [
        {
          action: "trigger",
          alertKey: '["815","job","main","unit"]',
          title: "acme/shop: job unit failed on main",
          description: "script_failure",
          url: "https://gitlab.example.com/acme/shop/-/jobs/99",
          occurredAt: "2026-09-21T14:13:20.284Z",
        },
      ],
    },
    {
      kind: "odd",
      name: "the job, passed",
      headers: headers("Job Hook"),
      body: job("success"),
      reads: [{ action: "resolve", alertKey: '["815","job","main","unit"]' }],
    },
    { kind: "odd", name: "a running job", headers: headers("Job Hook"), body: job("running"), reads: [] },
    {
      kind: "odd",
      name: "a job that may fail",
      headers: headers("Job Hook"),
      body: job("failed", { build_allow_failure: true }),
      reads: [],
    },
    ...(
      [
        ["failed", "trigger"],
        ["success", "resolve"],
      ] as const
    ).map(([status, action]) => ({
      kind: "odd" as const,
      name: `a deployment: ${status}`,
      headers: headers("Deployment Hook"),
      body: deployment(status),
      reads: [
        {
          action,
          alertKey: '["815","deployment","production"]',
          title: `acme/shop: deployment ${status} in production`,
          severity: "HIGH" as const,
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    })),
    {
      kind: "odd",
      name: "a running deployment",
      headers: headers("Deployment Hook"),
      body: deployment("running"),
      reads: [],
    },
    {
      kind: "odd",
      name: "a vulnerability",
      headers: headers("Vulnerability Hook"),
      body: vulnerability({}),
      reads: [
        {
          action: "trigger",
          alertKey: vulnerabilityKey,
          title: "left-parser runs what it parses",
          severity: "CRITICAL",
          occurredAt: "2026-09-21T14:13:20.413Z",
        },
      ],
    },
    {
      kind: "odd",
      name: "a confirmed vulnerability",
      headers: headers("Vulnerability Hook"),
      body: vulnerability({ state: "confirmed" }),
      reads: [{ action: "trigger", alertKey: vulnerabilityKey }],
    },
    ...["resolved", "dismissed"].map((state) => ({
      kind: "odd" as const,
      name: `a vulnerability: ${state}`,
      headers: headers("Vulnerability Hook"),
      body: vulnerability({ state, [`${state}_at`]: "2026-09-22T08:00:00Z" }),
      reads: [{ action: "resolve" as const, alertKey: vulnerabilityKey, occurredAt: "2026-09-22T08:00:00.000Z" }],
    })),
    ...(
      [
        ["triggered", "trigger"],
        ["acknowledged", "acknowledge"],
        ["resolved", "resolve"],
        ["ignored", "resolve"],
      ] as const
    ).map(([status, action]) => ({
      kind: "odd" as const,
      name: `an alert: ${status}`,
      headers: headers("Alert Hook"),
      body: {
        object_kind: "alert",
        object_attributes: {
          title: "Disk almost full",
          url: "https://gitlab.example.com/acme/shop/-/alert_management/3/details",
          severity: "high",
          events: 1,
          status,
          started_at: "2026-09-21T14:13:20Z",
        },
      },
      reads: [
        {
          action,
          alertKey: "https://gitlab.example.com/acme/shop/-/alert_management/3/details",
          title: "Disk almost full",
          severity: "HIGH" as const,
        },
      ],
    })),
    ...(
      [
        ["open", "trigger"],
        ["reopen", "trigger"],
        ["close", "resolve"],
      ] as const
    ).map(([action, expected]) => ({
      kind: "odd" as const,
      name: `an incident: ${action}`,
      headers: headers("Issue Hook"),
      body: issue(action),
      reads: [
        {
          action: expected,
          alertKey: '["815","incident","23"]',
          title: "Checkout is down",
          severity: "HIGH" as const,
          author: "alice",
        },
      ],
    })),
    { kind: "odd", name: "a changed incident", headers: headers("Issue Hook"), body: issue("update"), reads: [] },
    {
      kind: "odd",
      name: "an issue that is no incident",
      headers: headers("Issue Hook"),
      body: issue("open", { type: "Issue" }),
      reads: [],
    },
    {
      kind: "odd",
      name: "an access token that expires",
      headers: headers("Resource Access Token Hook"),
      body: {
        object_kind: "access_token",
        event_name: "expiring_access_token",
        project,
        object_attributes: { id: 25, name: "deploy", user_id: 7, expires_at: "2026-09-28" },
      },
      reads: [
        {
          action: "trigger",
          alertKey: '["25","access token"]',
          title: "Access token deploy expires on 2026-09-28",
          url: "https://gitlab.example.com/acme/shop/-/settings/access_tokens",
        },
      ],
    },
    {
      kind: "odd",
      name: "a push",
      headers: headers("Push Hook"),
      body: { object_kind: "push", event_name: "push", ref: "refs/heads/main", project },
      reads: [],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a GitLab webhook/ },
  ],
};
