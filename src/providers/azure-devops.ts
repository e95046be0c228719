import { defineProvider } from "./form/define.ts";

const PROJECT = { at: ["resourceContainers.project.id", "resource.project.id"] };
const BUILD_RESULT = { at: ["resource.result", "resource.status"] };
const DONE = { trigger: "failed rejected partiallySucceeded", resolve: "succeeded" };
const PARTLY = "LOW" as const;

/** Azure DevOps' service hooks: a build, a pipeline run or a deployment of a release that ended. */
export const azureDevops = defineProvider({
  id: "azure-devops",
  name: "Azure DevOps",
  docs: "https://learn.microsoft.com/en-us/azure/devops/service-hooks/events",
  category: "deployments",
  keywords: "microsoft tfs pipelines ci builds releases",
  setup: `1. In the project, open **Project settings → Service hooks → Create subscription**, and choose **Web Hooks**.
2. Trigger: **Build completed**, for all statuses. For classic releases, add a second subscription with **Release deployment completed**.
   (**Run state changed** reports the same builds again: use only one of them.)
3. URL: \`<INGEST_URL>\`. HTTP headers: \`X-Tocsin-Token:<SECRET>\`. Leave **Resource details to send** at **All**.
4. Click **Test**, then **Finish**.

A build that fails opens one alert for its pipeline and branch; the next one that succeeds resolves it.`,
  sample: {
    body: {
      subscriptionId: "1c0f4f3e-6f4c-4a0f-9a57-0d8f4f0f7a11",
      notificationId: 7,
      id: "2d1a5f4e-7a5d-4b10-8b68-1e905a1a8b12",
      eventType: "build.complete",
      publisherId: "tfs",
      message: { text: "Build 20260921.3 failed" },
      detailedMessage: { text: "Build 20260921.3 failed: 1 error in the task npm test" },
      resource: {
        id: 4711,
        buildNumber: "20260921.3",
        status: "completed",
        result: "failed",
        startTime: "2026-09-21T14:10:00.83Z",
        finishTime: "2026-09-21T14:13:20.69Z",
        sourceBranch: "refs/heads/main",
        definition: { id: 12, name: "shop-ci" },
        project: { id: "3e2b6f5f-8b6e-4c21-9c79-2fa16b2b9c13", name: "Shop" },
        _links: { web: { href: "https://dev.azure.example.com/acme/Shop/_build/results?buildId=4711" } },
      },
      resourceVersion: "2.0",
      resourceContainers: { project: { id: "3e2b6f5f-8b6e-4c21-9c79-2fa16b2b9c13" } },
      createdDate: "2026-09-21T14:13:22.428Z",
    },
  },
  body: "an event of a service hook",
  requires: [{ when: "eventType", what: "eventType" }],
  hasUniqueBody: true,
  recognizedBy: ["eventType publisherId resource resourceContainers"],
  idempotencyKey: { join: ["subscriptionId", "id"], with: "/" },
  kinds: [
    {
      when: "eventType=build.complete",
      noAlert: [
        {
          when: { not: { at: BUILD_RESULT, is: "failed partiallySucceeded succeeded" } },
          why: "a build that neither failed nor succeeded",
        },
      ],
      action: { at: BUILD_RESULT, words: DONE },
      alertKey: { parts: ["resource.definition.id", { text: "build" }, PROJECT, "resource.sourceBranch?"] },
      externalId: "resource.id",
      title: [{ text: "{resource.definition.name}: {message.text}" }, "message.text"],
      description: "detailedMessage.text",
      severity: [{ when: { at: BUILD_RESULT, is: "partiallySucceeded" }, is: PARTLY }, "MEDIUM"],
      source: ["resource.definition.name", "resource.project.name"],
      url: ["resource._links.web.href", "resource.url"],
      occurredAt: ["resource.finishTime", "createdDate"],
      metadata: {
        result: BUILD_RESULT,
        branch: "resource.sourceBranch",
        project: "resource.project.name",
        buildNumber: "resource.buildNumber",
        reason: "resource.reason",
      },
    },
    {
      when: "eventType=ms.vss-pipelines.run-state-changed-event",
      noAlert: [
        {
          when: { not: { at: "resource.run.result", is: "failed partiallySucceeded succeeded" } },
          why: "a run that neither failed nor succeeded",
        },
      ],
      action: { at: "resource.run.result", words: DONE },
      alertKey: { parts: ["resource.pipeline.id", { text: "run" }, PROJECT] },
      externalId: "resource.run.id",
      title: [{ text: "{resource.pipeline.name}: {message.text}" }, "message.text"],
      description: "detailedMessage.text",
      severity: [{ when: "resource.run.result=partiallySucceeded", is: PARTLY }, "MEDIUM"],
      source: "resource.pipeline.name",
      url: ["resource.run._links.web.href", "resource.run.url"],
      occurredAt: ["resource.run.finishedDate", "createdDate"],
      metadata: { result: "resource.run.result", run: "resource.run.name", folder: "resource.pipeline.folder" },
    },
    {
      when: "eventType=ms.vss-release.deployment-completed-event",
      noAlert: [
        {
          when: { not: { at: "resource.environment.status", is: "rejected partiallySucceeded succeeded failed" } },
          why: "a deployment that neither failed nor succeeded",
        },
      ],
      action: { at: "resource.environment.status", words: DONE },
      alertKey: {
        parts: [
          { at: ["resource.environment.definitionEnvironmentId", "resource.environment.name"] },
          { text: "deployment" },
          "resource.project.id",
        ],
      },
      externalId: "resource.environment.id",
      title: "message.text",
      description: "detailedMessage.text",
      severity: [{ when: "resource.environment.status=partiallySucceeded", is: PARTLY }, "HIGH"],
      source: ["resource.project.name", "resource.environment.name"],
      url: ["resource.environment.release._links.web.href", "resource.environment.release.url"],
      occurredAt: "createdDate",
      metadata: {
        status: "resource.environment.status",
        environment: "resource.environment.name",
        release: "resource.environment.release.name",
      },
    },
  ],
  action: { noAlert: "not the end of a build, a run or a deployment" },
  title: { text: "Azure DevOps event" },
});
