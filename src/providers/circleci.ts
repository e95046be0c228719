import { DEFAULT_HMAC } from "../verification/settings.ts";
import { defineProvider } from "./form/define.ts";

const BRANCH = {
  at: [
    "pipeline.vcs.branch",
    "pipeline.trigger_parameters.git.branch",
    "pipeline.trigger_parameters.gitlab.branch",
    "pipeline.vcs.tag",
    "pipeline.trigger_parameters.git.tag",
  ],
};
const PROJECT = { at: ["project.slug", "project.id"] };
const DONE = { trigger: "failed error unauthorized", resolve: "success" };
const DESCRIPTION = ["pipeline.vcs.commit.subject", "pipeline.trigger_parameters.gitlab.commit_title"];

/** CircleCI's outbound webhooks: a workflow or a job that ended. */
export const circleci = defineProvider({
  id: "circleci",
  name: "CircleCI",
  docs: "https://circleci.com/docs/outbound-webhooks/",
  category: "deployments",
  keywords: "ci workflows builds",
  // https://circleci.com/docs/outbound-webhooks/#validate-webhooks
  verification: { ...DEFAULT_HMAC, header: "circleci-signature", prefix: "v1=" },
  setup: `1. In CircleCI, open **Projects → your project → Project Settings → Webhooks → Add Webhook**.
2. URL: \`<INGEST_URL>\`. Secret token: \`<SECRET>\`.
3. Choose the event **Workflow Completed**. **Job Completed** opens an alert for each failed job, too.
4. Save, and send the **Test Ping Event**: it opens no alert.

A workflow that fails opens one alert for its branch; the next one that succeeds on the branch resolves it.`,
  sample: {
    headers: { "circleci-event-type": "workflow-completed" },
    body: {
      id: "0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2b01",
      type: "workflow-completed",
      happened_at: "2026-09-21T14:13:20.317Z",
      webhook: { id: "9a1c8e54-7c19-4c24-8d0e-1f7a9a3b5c02", name: "Tocsin" },
      project: { id: "2c5a3f10-5f3d-4e57-a9f3-6a0d1b7e4c03", name: "shop", slug: "github/acme/shop" },
      organization: { id: "4d2b6c21-6a4e-4f68-b0a4-7b1e2c8f5d04", name: "acme" },
      workflow: {
        id: "5e3c7d32-7b5f-4079-81b5-8c2f3d906e05",
        name: "build-and-deploy",
        created_at: "2026-09-21T14:10:00.616Z",
        stopped_at: "2026-09-21T14:13:20.170Z",
        url: "https://app.circleci.com/pipelines/github/acme/shop/42/workflows/5e3c7d32-7b5f-4079-81b5-8c2f3d906e05",
        status: "failed",
      },
      pipeline: {
        id: "6f4d8e43-8c60-418a-92c6-9d304ea17f06",
        number: 42,
        created_at: "2026-09-21T14:10:00.544Z",
        trigger: { type: "webhook" },
        vcs: {
          provider_name: "github",
          revision: "acb5820ced9479c074f688cc328bf03f341a511d",
          commit: { subject: "Raise the price", author: { name: "Alice Example", email: "alice@example.com" } },
          branch: "main",
        },
      },
    },
  },
  // https://circleci.com/docs/outbound-webhooks/#communication-protocol-for-outbound-webhooks
  sender: { timeoutSeconds: 10, retries: ["4xx", "429", "5xx"], note: "every response but 2xx, at a later time" },
  body: "a CircleCI webhook",
  requires: [{ when: "type", what: "the type of an event" }],
  hasUniqueBody: true,
  recognizedBy: ["$headers.circleci-event-type", "type happened_at webhook workflow pipeline"],
  // https://circleci.com/docs/reference/outbound-webhooks-reference/: the same in every attempt.
  idempotencyKey: "id",
  kinds: [
    {
      when: "type=job-completed",
      noAlert: [{ when: "job.status=canceled", why: "a canceled job" }],
      action: { at: "job.status", words: DONE },
      alertKey: { parts: [PROJECT, "workflow.name", BRANCH, "job.name"] },
      externalId: "job.id",
      title: [{ text: "{project.name}: job {job.name} of {workflow.name}: {job.status}" }],
      occurredAt: ["job.stopped_at", "happened_at"],
      metadata: { branch: BRANCH, status: "job.status", number: "job.number", pipeline: "pipeline.number" },
    },
    {
      when: { not: { at: "type", is: "workflow-completed" } },
      action: { noAlert: "not the end of a workflow or job" },
    },
  ],
  noAlert: [{ when: "workflow.status=canceled", why: "a canceled workflow" }],
  action: { at: "workflow.status", words: DONE },
  alertKey: { parts: [PROJECT, "workflow.name", BRANCH] },
  externalId: "workflow.id",
  title: [{ join: [{ text: "{project.name}: workflow {workflow.name}: {workflow.status}" }, BRANCH], with: " on " }],
  description: DESCRIPTION,
  source: "project.name",
  url: "workflow.url",
  occurredAt: ["workflow.stopped_at", "happened_at"],
  metadata: {
    branch: BRANCH,
    status: "workflow.status",
    pipeline: "pipeline.number",
    revision: ["pipeline.vcs.revision", "pipeline.trigger_parameters.git.checkout_sha"],
    organization: "organization.name",
  },
});
