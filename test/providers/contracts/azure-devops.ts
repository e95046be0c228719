import { azureDevops } from "../../../src/providers/azure-devops.ts";
import type { Contract } from "../contract.ts";

const projectId = "3e2b6f5f-8b6e-4c21-9c79-2fa16b2b9c13";
const alertKey = `["12","build","${projectId}","refs/heads/main"]`;

const run = (state: string, result?: string) => ({
  id: "r1",
  eventType: "ms.vss-pipelines.run-state-changed-event",
  publisherId: "pipelines",
  message: { text: `Run 11 ${result ?? state}.` },
  resource: {
    run: {
      id: 11,
      name: "11",
      state,
      result,
      finishedDate: "2026-09-21T14:13:20.613Z",
      _links: { web: { href: "https://dev.azure.example.com/acme/Shop/_build/results?buildId=11" } },
    },
    pipeline: { id: 12, name: "shop-ci", folder: "\\" },
  },
  resourceContainers: { project: { id: projectId } },
  createdDate: "2026-09-21T14:13:20.683Z",
});

const deployment = (status: string) => ({
  id: "d1",
  eventType: "ms.vss-release.deployment-completed-event",
  publisherId: "rm",
  message: { text: `Deployment of release Release-1 on stage Production ${status}.` },
  resource: {
    environment: {
      id: 5,
      name: "Production",
      status,
      definitionEnvironmentId: 3,
      release: { id: 1, name: "Release-1" },
    },
    project: { id: projectId, name: "Shop" },
  },
  resourceContainers: { project: { id: projectId } },
  createdDate: "2026-09-21T14:13:20.534Z",
});

export const contract: Contract = {
  provider: azureDevops,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey,
          title: "shop-ci: Build 20260921.3 failed",
          description: "Build 20260921.3 failed: 1 error in the task npm test",
          severity: "MEDIUM",
          source: "shop-ci",
          url: "https://dev.azure.example.com/acme/Shop/_build/results?buildId=4711",
          occurredAt: "2026-09-21T14:13:20.690Z",
        },
      ],
    },
    {
      kind: "repeat",
      name: "partially succeeded",
      patch: { resource: { result: "partiallySucceeded" } },
      reads: [{ action: "trigger", alertKey, severity: "LOW" }],
    },
    { kind: "resolve", patch: { resource: { result: "succeeded" } }, reads: [{ action: "resolve", alertKey }] },
    { kind: "odd", name: "canceled", patch: { resource: { result: "canceled" } }, reads: [] },
    {
      kind: "odd",
      name: "version 1.0 has the result in the status",
      patch: { resource: { result: null, status: "succeeded", sourceBranch: null } },
      reads: [{ action: "resolve", alertKey: `["12","build","${projectId}",null]` }],
    },
    ...(
      [
        ["failed", "trigger"],
        ["succeeded", "resolve"],
      ] as const
    ).map(([result, action]) => ({
      kind: "odd" as const,
      name: `a run: ${result}`,
      body: run("completed", result),
      reads: [{ action, alertKey: `["12","run","${projectId}"]`, title: `shop-ci: Run 11 ${result}.` }],
    })),
    { kind: "odd", name: "a run in progress", body: run("inProgress"), reads: [] },
    ...(
      [
        ["rejected", "trigger"],
        ["succeeded", "resolve"],
      ] as const
    ).map(([status, action]) => ({
      kind: "odd" as const,
      name: `a deployment: ${status}`,
      body: deployment(status),
      reads: [
        {
          action,
          alertKey: `["3","deployment","${projectId}"]`,
          title: `Deployment of release Release-1 on stage Production ${status}.`,
          severity: "HIGH" as const,
        },
      ],
    })),
    {
      kind: "odd",
      name: "a deployment that starts",
      body: { ...deployment("queued"), eventType: "ms.vss-release.deployment-started-event" },
      reads: [],
    },
    { kind: "odd", name: "a work item", patch: { eventType: "workitem.created" }, reads: [] },
    { kind: "odd", name: "no type", patch: { eventType: null }, rejects: /expected eventType/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected an event of a service hook/ },
  ],
};
