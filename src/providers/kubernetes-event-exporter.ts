import { defineProvider } from "./form/define.ts";

/** Events that report the end of what another event of the same object reports, with the reason of that one. */
const ENDS = { FailedScheduling: "Scheduled", NodeNotReady: "NodeReady" };

/** Problems that Kubernetes reports as Normal. */
const NODE_PROBLEMS = "NodeNotReady NodeNotSchedulable";

const OBJECT = ["involvedObject.kind", "involvedObject.namespace?", "involvedObject.name"] as const;

/**
 * kubernetes-event-exporter's webhook receiver without a layout: one event of Kubernetes. Most problems have no event that
 * reports their end. https://github.com/resmoio/kubernetes-event-exporter#webhooksteams
 */
export const kubernetesEventExporter = defineProvider({
  id: "kubernetes-event-exporter",
  name: "Kubernetes event exporter",
  docs: "https://github.com/resmoio/kubernetes-event-exporter",
  category: "infrastructure",
  keywords: "kubernetes k8s events pods nodes",
  setup: `1. Put this into the configuration of kubernetes-event-exporter. Keep the configuration in a Secret: it contains the token.

   \`\`\`yaml
   logLevel: error
   logFormat: json
   clusterName: production
   route:
     routes:
       - match:
           - receiver: tocsin
             type: Warning
           - receiver: tocsin
             reason: "Scheduled|NodeNotReady|NodeReady"
   receivers:
     - name: tocsin
       webhook:
         endpoint: <INGEST_URL>
         headers:
           X-Tocsin-Token: <SECRET>
   \`\`\`

2. Do not set \`layout\`: without it, the whole event is sent.

A reason of an object is one alert, its repeats are occurrences. Kubernetes reports the end of few problems only: set
\`autoResolveMinutes\` of the integration, so that alerts without new events are resolved.`,
  sample: {
    body: {
      metadata: {
        name: "shop-7c7b47f5f-8bhrp.17b1f0c0e6c84f0e",
        namespace: "apps",
        uid: "0f7f5f3c-40e4-4a31-9c6c-7d8e3a1f2b81",
        creationTimestamp: "2026-09-21T14:13:20Z",
      },
      reason: "BackOff",
      message: "Back-off restarting failed container shop in pod shop-7c7b47f5f-8bhrp",
      source: { component: "kubelet", host: "node-1" },
      firstTimestamp: "2026-09-21T14:03:20Z",
      lastTimestamp: "2026-09-21T14:13:20Z",
      count: 12,
      type: "Warning",
      eventTime: null,
      reportingComponent: "kubelet",
      reportingInstance: "node-1",
      clusterName: "production",
      involvedObject: {
        kind: "Pod",
        namespace: "apps",
        name: "shop-7c7b47f5f-8bhrp",
        uid: "9a1c8e54-7c19-4c24-8d0e-1f7a9a3b5c82",
        apiVersion: "v1",
        fieldPath: "spec.containers{shop}",
        labels: { app: "shop" },
      },
    },
  },
  // resmoio/kubernetes-event-exporter pkg/sinks/webhook.go: every status but 2xx is an error, which is logged.
  sender: { retries: [] },
  body: "an event of Kubernetes",
  requires: [{ when: "involvedObject reason", what: "involvedObject and reason" }],
  recognizedBy: [
    "involvedObject.kind reason type firstTimestamp",
    "involvedObject.kind reason type metadata clusterName",
  ],
  action: [
    { at: "reason", words: { trigger: NODE_PROBLEMS, resolve: Object.values(ENDS) }, strict: true },
    { at: "type", words: { trigger: "Warning" }, strict: true },
    { noAlert: "a normal event" },
  ],
  alertKey: { parts: [...OBJECT, { at: [{ at: "reason", words: ENDS }, "reason"] }, "clusterName?"] },
  externalId: "involvedObject.uid",
  eventId: "metadata.uid",
  title: [
    { text: "{involvedObject.kind} {involvedObject.namespace}/{involvedObject.name}: {reason}" },
    { text: "{involvedObject.kind} {involvedObject.name}: {reason}" },
  ],
  description: "message",
  severity: { when: { at: "reason", is: NODE_PROBLEMS }, is: "HIGH" },
  source: ["involvedObject.name", "clusterName"],
  occurredAt: ["lastTimestamp", "eventTime", "firstTimestamp", "metadata.creationTimestamp"],
  metadata: {
    reason: "reason",
    cluster: "clusterName",
    count: "count",
    component: ["source.component", "reportingComponent"],
    host: "source.host",
    kind: "involvedObject.kind",
    namespace: "involvedObject.namespace",
    labels: "involvedObject.labels",
  },
});
