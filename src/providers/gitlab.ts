import { defineProvider } from "./form/define.ts";

const UTC = "utc" as const;

/** Of which project an event is. Vulnerabilities and jobs have only an id at the top or in the attributes. */
const PROJECT = { at: ["project.id", "project_id", "object_attributes.project_id"] };
const PROJECT_NAME = { at: ["project.path_with_namespace", "project_name", "project.name"] };

/** GitLab's webhooks: failed pipelines, jobs and deployments, vulnerabilities, alerts and incidents, and access tokens that expire. */
export const gitlab = defineProvider({
  id: "gitlab",
  name: "GitLab",
  docs: "https://docs.gitlab.com/user/project/integrations/webhook_events/",
  category: "deployments",
  keywords: "ci pipelines jobs vulnerabilities security incidents",
  // https://docs.gitlab.com/user/project/integrations/webhooks/: the secret token is in this header.
  verification: { scheme: "token", in: "header", name: "x-gitlab-token" },
  setup: `1. In the project or the group, open **Settings → Webhooks → Add new webhook**.
2. URL: \`<INGEST_URL>\`. Secret token: \`<SECRET>\`.
3. Choose the triggers **Pipeline events**, **Deployment events**, **Vulnerability events** and, for incidents, **Issues events**. **Job events**
   open an alert for each job of a failed pipeline; leave them out unless you need them.
4. Save. **Test → Pipeline events** sends the last pipeline of the project.

A pipeline that fails opens one alert for its branch; the next one that passes on the branch resolves it.`,
  sample: {
    headers: { "x-gitlab-event": "Pipeline Hook" },
    body: {
      object_kind: "pipeline",
      object_attributes: {
        id: 4711,
        iid: 123,
        name: "Pipeline of main",
        ref: "main",
        tag: false,
        sha: "acb5820ced9479c074f688cc328bf03f341a511d",
        source: "push",
        status: "failed",
        detailed_status: "failed",
        created_at: "2026-09-21 14:10:00 UTC",
        finished_at: "2026-09-21 14:13:20 UTC",
        duration: 200,
        url: "https://gitlab.example.com/acme/shop/-/pipelines/4711",
      },
      user: { id: 7, name: "Alice Example", username: "alice" },
      project: {
        id: 815,
        name: "shop",
        path_with_namespace: "acme/shop",
        web_url: "https://gitlab.example.com/acme/shop",
        default_branch: "main",
      },
      commit: {
        id: "acb5820ced9479c074f688cc328bf03f341a511d",
        title: "Raise the price",
        message: "Raise the price\n",
      },
      builds: [
        { id: 1, stage: "test", name: "unit", status: "success", allow_failure: false },
        { id: 2, stage: "test", name: "end-to-end", status: "failed", allow_failure: false },
      ],
    },
  },
  // https://docs.gitlab.com/user/project/integrations/webhooks/#auto-disabled-webhooks
  sender: {
    timeoutSeconds: 10,
    retries: [],
    note: "four failures in a row disable the webhook for a while, forty for good",
  },
  body: "a GitLab webhook",
  hasUniqueBody: true,
  recognizedBy: ["$headers.x-gitlab-event", "object_kind object_attributes project"],
  kinds: [
    {
      when: "object_kind=pipeline",
      noAlert: [
        { when: "object_attributes.source=parent_pipeline", why: "a child pipeline: its parent fails with it" },
        {
          when: { not: { at: "object_attributes.status", is: "failed success" } },
          why: "a pipeline that neither failed nor succeeded",
        },
      ],
      action: { at: "object_attributes.status", words: { trigger: "failed", resolve: "success" } },
      alertKey: { parts: [PROJECT, { text: "pipeline" }, "object_attributes.ref"] },
      externalId: "object_attributes.id",
      title: { text: "{project.path_with_namespace}: pipeline {object_attributes.status} on {object_attributes.ref}" },
      description: ["commit.title", "commit.message", "merge_request.title"],
      source: PROJECT_NAME,
      url: ["object_attributes.url", "project.web_url"],
      occurredAt: [
        { at: "object_attributes.finished_at", format: UTC },
        { at: ["object_attributes.updated_at", "object_attributes.created_at"], format: UTC },
      ],
      metadata:
        "object_attributes.id object_attributes.ref object_attributes.sha object_attributes.source object_attributes.duration user.username",
    },
    {
      when: "object_kind=build",
      noAlert: [
        { when: "build_allow_failure=true", why: "a job that may fail" },
        { when: { not: { at: "build_status", is: "failed success" } }, why: "a job that neither failed nor succeeded" },
      ],
      action: { at: "build_status", words: { trigger: "failed", resolve: "success" } },
      alertKey: { parts: [PROJECT, { text: "job" }, "ref", "build_name"] },
      externalId: "build_id",
      title: { text: "{project_name}: job {build_name} {build_status} on {ref}" },
      description: { at: ["build_failure_reason", "commit.message"], on: "trigger" },
      source: PROJECT_NAME,
      url: [{ text: "{project.web_url}/-/jobs/{build_id}" }, { text: "{repository.homepage}/-/jobs/{build_id}" }],
      occurredAt: [{ at: "build_finished_at", format: UTC }],
      metadata: "build_stage build_duration build_failure_reason pipeline_id sha user.username",
    },
    {
      when: "object_kind=deployment",
      noAlert: [{ when: { not: { at: "status", is: "failed success" } }, why: "a deployment that has not ended" }],
      action: { at: "status", words: { trigger: "failed", resolve: "success" } },
      alertKey: { parts: [PROJECT, { text: "deployment" }, "environment"] },
      externalId: "deployment_id",
      title: { text: "{project.path_with_namespace}: deployment {status} in {environment}" },
      description: "commit_title",
      severity: [{ when: "environment_tier=production", is: "HIGH" }, "MEDIUM"],
      source: PROJECT_NAME,
      url: ["deployable_url", "project.web_url"],
      occurredAt: [{ at: "status_changed_at", format: UTC }, "status_changed_at"],
      metadata: "environment environment_tier deployable_id ref short_sha user.username",
    },
    {
      when: "object_kind=vulnerability",
      action: [
        {
          at: "object_attributes.state",
          words: { trigger: "detected confirmed", resolve: "resolved dismissed" },
        },
      ],
      // The event has no id besides the one in its URL.
      alertKey: "object_attributes.url",
      title: "object_attributes.title",
      description: ["object_attributes.description", "object_attributes.location.file"],
      severity: { at: "object_attributes.severity", words: { MEDIUM: "unknown" } },
      source: ["project.path_with_namespace", "object_attributes.location.dependency.package.name"],
      url: "object_attributes.url",
      occurredAt: [
        { at: ["object_attributes.resolved_at", "object_attributes.dismissed_at"], on: "resolve" },
        "object_attributes.updated_at",
      ],
      metadata: {
        state: "object_attributes.state",
        reportType: "object_attributes.report_type",
        location: "object_attributes.location",
        identifiers: "object_attributes.identifiers[*].name",
        autoResolved: "object_attributes.auto_resolved",
      },
    },
    {
      // lib/gitlab/data_builder/alert.rb
      when: "object_kind=alert",
      action: {
        at: "object_attributes.status",
        words: { trigger: "triggered", acknowledge: "acknowledged", resolve: "resolved ignored" },
      },
      alertKey: "object_attributes.url",
      title: "object_attributes.title",
      severity: { at: "object_attributes.severity", words: { MEDIUM: "unknown" } },
      source: PROJECT_NAME,
      url: "object_attributes.url",
      occurredAt: { at: "object_attributes.started_at", on: "trigger", format: UTC },
      metadata: "object_attributes.events object_attributes.status",
    },
    {
      when: { all: ["object_kind=issue", "object_attributes.type=Incident"] },
      action: [
        {
          at: "object_attributes.action",
          words: { trigger: "open reopen", resolve: "close" },
          strict: true,
        },
        { noAlert: "the event does not change the state of the incident" },
      ],
      alertKey: { parts: [PROJECT, { text: "incident" }, { at: ["object_attributes.iid", "object_attributes.id"] }] },
      externalId: "object_attributes.iid",
      title: "object_attributes.title",
      description: "object_attributes.description",
      severity: { at: "object_attributes.severity", words: { MEDIUM: "unknown" } },
      source: PROJECT_NAME,
      url: "object_attributes.url",
      occurredAt: [
        { at: "object_attributes.closed_at", on: "resolve", format: UTC },
        { at: "object_attributes.updated_at", format: UTC },
      ],
      author: "user.username",
      metadata: { labels: "labels[*].title", assignees: "assignees[*].username" },
    },
    {
      when: "event_name=expiring_access_token",
      action: "trigger",
      alertKey: { parts: ["object_attributes.id", { text: "access token" }] },
      title: { text: "Access token {object_attributes.name} expires on {object_attributes.expires_at}" },
      severity: "MEDIUM",
      source: ["project.path_with_namespace", "group.full_path", "group.group_path"],
      url: [{ text: "{project.web_url}/-/settings/access_tokens" }],
      metadata: "object_attributes.id object_attributes.expires_at object_attributes.created_at",
    },
  ],
  action: { noAlert: "the event is no alert" },
  title: { text: "GitLab event" },
});
