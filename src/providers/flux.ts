import { DEFAULT_HMAC } from "../verification/settings.ts";
import { defineProvider } from "./form/define.ts";

/** Flux's notification controller, providers `generic` and `generic-hmac`: one event of an object. */
export const flux = defineProvider({
  id: "flux",
  name: "Flux",
  docs: "https://fluxcd.io/flux/components/notification/providers/#generic-webhook-with-hmac",
  category: "deployments",
  keywords: "fluxcd gitops kubernetes k8s helm kustomize",
  verification: { ...DEFAULT_HMAC, header: "x-signature", prefix: "sha256=" },
  setup: `1. Create a secret with the signing key, a provider and an alert in the namespace of Flux:

   \`\`\`yaml
   apiVersion: v1
   kind: Secret
   metadata:
     name: tocsin
     namespace: flux-system
   stringData:
     token: <SECRET>
   ---
   apiVersion: notification.toolkit.fluxcd.io/v1beta3
   kind: Provider
   metadata:
     name: tocsin
     namespace: flux-system
   spec:
     type: generic-hmac
     address: <INGEST_URL>
     secretRef:
       name: tocsin
   ---
   apiVersion: notification.toolkit.fluxcd.io/v1beta3
   kind: Alert
   metadata:
     name: tocsin
     namespace: flux-system
   spec:
     providerRef:
       name: tocsin
     eventSeverity: info
     eventSources:
       - kind: Kustomization
         name: "*"
       - kind: HelmRelease
         name: "*"
       - kind: GitRepository
         name: "*"
       - kind: HelmRepository
         name: "*"
   \`\`\`

2. Leave \`eventSeverity\` at \`info\`: successes resolve alerts. They open none.`,
  sample: {
    headers: { "gotk-component": "kustomize-controller" },
    body: {
      involvedObject: {
        apiVersion: "kustomize.toolkit.fluxcd.io/v1",
        kind: "Kustomization",
        name: "shop",
        namespace: "apps",
        uid: "0c1b8f6e-2f6d-4d0f-9a57-0d8f4f0f7a01",
      },
      severity: "error",
      timestamp: "2026-09-21T14:13:20Z",
      message: "Deployment/apps/shop dry-run failed: spec.replicas: Invalid value: -1",
      reason: "ReconciliationFailed",
      metadata: { revision: "main@sha1:acb5820ced9479c074f688cc328bf03f341a511d" },
      reportingController: "kustomize-controller",
      reportingInstance: "kustomize-controller-7c7b47f5f-8bhrp",
    },
  },
  // fluxcd/notification-controller internal/notifier/client.go: go-retryablehttp, which retries 429, 5xx and lost connections.
  sender: { retries: ["429", "5xx"], note: "four times, 2 to 30 seconds apart" },
  body: "a Flux event",
  requires: [{ when: "involvedObject", what: "involvedObject" }],
  recognizedBy: ["involvedObject.kind severity reason reportingController", "$headers.gotk-component involvedObject"],
  action: [
    { at: "severity", words: { trigger: "error" }, strict: true },
    // A rollback undoes an upgrade that failed; the upgrade still is to come.
    {
      at: "reason",
      words: {
        resolve:
          "ReconciliationSucceeded Succeeded InstallSucceeded UpgradeSucceeded TestSucceeded ArtifactUpToDate NewArtifact GitOperationSucceeded",
      },
      strict: true,
    },
    { noAlert: "the event is neither an error nor a success" },
  ],
  alertKey: { parts: ["involvedObject.kind", "involvedObject.namespace?", "involvedObject.name"] },
  externalId: "involvedObject.uid",
  title: [
    { text: "{involvedObject.kind} {involvedObject.namespace}/{involvedObject.name}: {reason}" },
    { text: "{involvedObject.kind} {involvedObject.name}: {reason}" },
    "message",
  ],
  description: "message",
  severity: { at: "severity" },
  source: [{ text: "{involvedObject.namespace}/{involvedObject.name}" }, "involvedObject.name"],
  occurredAt: "timestamp",
  metadata:
    "reason severity involvedObject.kind involvedObject.namespace metadata reportingController reportingInstance",
});
