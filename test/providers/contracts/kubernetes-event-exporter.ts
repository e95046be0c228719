import { kubernetesEventExporter } from "../../../src/providers/kubernetes-event-exporter.ts";
import type { Contract } from "../contract.ts";

const key = (kind: string, namespace: string | null, name: string, reason: string) =>
  JSON.stringify([kind, namespace, name, reason, "production"]);

const node = (reason: string) => ({
  reason,
  type: "Normal",
  message: `Node node-1 status is now: ${reason}`,
  involvedObject: { kind: "Node", namespace: null, name: "node-1" },
});

export const contract: Contract = {
  provider: kubernetesEventExporter,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: key("Pod", "apps", "shop-7c7b47f5f-8bhrp", "BackOff"),
          title: "Pod apps/shop-7c7b47f5f-8bhrp: BackOff",
          description: "Back-off restarting failed container shop in pod shop-7c7b47f5f-8bhrp",
          severity: "MEDIUM",
          source: "shop-7c7b47f5f-8bhrp",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { count: 13, lastTimestamp: "2026-09-21T14:14:20Z" },
      reads: [{ action: "trigger", alertKey: key("Pod", "apps", "shop-7c7b47f5f-8bhrp", "BackOff") }],
    },
    ...["Pulled", "Started", "Created"].map((reason) => ({
      kind: "odd" as const,
      name: reason,
      patch: { type: "Normal", reason },
      reads: [],
    })),
    {
      kind: "odd",
      name: "a pod that cannot be scheduled",
      patch: { reason: "FailedScheduling" },
      reads: [{ action: "trigger", alertKey: key("Pod", "apps", "shop-7c7b47f5f-8bhrp", "FailedScheduling") }],
    },
    {
      kind: "odd",
      name: "the pod is scheduled",
      patch: { reason: "Scheduled", type: "Normal" },
      reads: [{ action: "resolve", alertKey: key("Pod", "apps", "shop-7c7b47f5f-8bhrp", "FailedScheduling") }],
    },
    {
      kind: "odd",
      name: "a node that is not ready",
      patch: node("NodeNotReady"),
      reads: [
        {
          action: "trigger",
          alertKey: key("Node", null, "node-1", "NodeNotReady"),
          title: "Node node-1: NodeNotReady",
          severity: "HIGH",
        },
      ],
    },
    {
      kind: "odd",
      name: "the node is ready",
      patch: node("NodeReady"),
      reads: [{ action: "resolve", alertKey: key("Node", null, "node-1", "NodeNotReady") }],
    },
    {
      kind: "odd",
      name: "an event of the new API: only eventTime",
      patch: { firstTimestamp: null, lastTimestamp: null, eventTime: "2026-09-21T14:13:20.123456Z" },
      reads: [{ occurredAt: "2026-09-21T14:13:20.123Z" }],
    },
    { kind: "odd", name: "no object", patch: { involvedObject: null }, rejects: /expected involvedObject and reason/ },
    { kind: "odd", name: "an array", body: [], rejects: /expected an event of Kubernetes/ },
  ],
};
