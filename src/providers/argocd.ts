import { defineProvider } from "./form/define.ts";

/** What the triggers of the setup steps report as a problem. */
const BAD = { any: [{ at: "phase", is: "Failed Error" }, "health=Degraded", "sync=Unknown"] };

/** A sync that runs, and states of health on the way to another. */
const BUSY = {
  any: [
    { at: "phase", is: "Running Terminating" },
    { at: "health", is: "Progressing Suspended Missing Unknown" },
  ],
};

/** Argo CD Notifications: one application, by the template of the setup steps. Sync and health of an application are one alert. */
export const argocd = defineProvider({
  id: "argocd",
  name: "Argo CD",
  docs: "https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/webhook/",
  category: "deployments",
  keywords: "argo cd gitops kubernetes k8s sync",
  setup: `1. Run \`kubectl -n argocd edit secret argocd-notifications-secret\`, and add the token:

   \`\`\`yaml
   stringData:
     tocsin-token: <SECRET>
   \`\`\`

2. Add these entries to \`data\` of the ConfigMap \`argocd-notifications-cm\`:

   \`\`\`yaml
   service.webhook.tocsin: |
     url: <INGEST_URL>
     headers:
       - name: X-Tocsin-Token
         value: $tocsin-token
       - name: Content-Type
         value: application/json
   template.tocsin: |
     webhook:
       tocsin:
         method: POST
         body: |
           {
             "app": {{ toJson .app.metadata.name }},
             "namespace": {{ toJson .app.metadata.namespace }},
             "project": {{ toJson .app.spec.project }},
             "server": {{ toJson .app.spec.destination.server }},
             "health": {{ toJson .app.status.health.status }},
             "sync": {{ toJson .app.status.sync.status }},
             {{ with .app.status.operationState }}
             "phase": {{ toJson .phase }},
             "message": {{ toJson .message }},
             "startedAt": {{ toJson .startedAt }},
             "finishedAt": {{ toJson .finishedAt }},
             {{ end }}
             "conditions": {{ toJson .app.status.conditions }},
             "url": "{{ .context.argocdUrl }}/applications/{{ .app.metadata.namespace }}/{{ .app.metadata.name }}"
           }
   trigger.tocsin: |
     - when: app.status.operationState != nil and app.status.operationState.phase in ['Error', 'Failed']
       send: [tocsin]
     - when: app.status.health.status == 'Degraded'
       send: [tocsin]
     - when: app.status.sync.status == 'Unknown'
       send: [tocsin]
     - when: app.status.operationState != nil and app.status.operationState.phase == 'Succeeded' and app.status.health.status == 'Healthy' and app.status.sync.status != 'Unknown'
       send: [tocsin]
   subscriptions: |
     - recipients: [tocsin]
       triggers: [tocsin]
   \`\`\`

   If the ConfigMap has \`subscriptions\` already, add the element to its list.`,
  sample: {
    body: {
      app: "shop",
      namespace: "argocd",
      project: "default",
      server: "https://kubernetes.default.svc",
      health: "Degraded",
      sync: "OutOfSync",
      phase: "Failed",
      message: "one or more objects failed to apply, reason: Deployment is invalid (retried 5 times)",
      startedAt: "2026-09-21T14:12:10Z",
      finishedAt: "2026-09-21T14:13:20Z",
      conditions: null,
      url: "https://argocd.example.com/applications/argocd/shop",
    },
  },
  // https://argo-cd.readthedocs.io/en/stable/operator-manual/notifications/services/webhook/#retry-behavior
  sender: { retries: ["5xx"], note: "three times, 1 to 5 seconds apart" },
  body: "an object by the template of the setup steps",
  // Go's text/template prints `<no value>` for a missing value.
  template: { placeholder: /<no value>|\{\{ *(?:toJson +)?\.[\w.]+ *\}\}/ },
  recognizedBy: ["app health sync"],
  noAlert: [{ when: { all: [{ not: BAD }, BUSY] }, why: "the application is neither failing nor healthy" }],
  action: [
    { when: BAD, is: "trigger" },
    { at: "health", words: { resolve: "Healthy" }, strict: true },
  ],
  alertKey: [{ parts: ["app", "namespace?"] }],
  title: [
    { at: { text: "{app}: sync failed" }, when: { at: "phase", is: "Failed Error" } },
    { at: { text: "{app}: {health}" }, when: { not: { at: "health", is: "Healthy" } } },
    { at: { text: "{app}: sync status unknown" }, when: "sync=Unknown" },
    { text: "{app}: {health}" },
    "app",
  ],
  description: { at: ["message", "conditions[0].message"], on: "trigger" },
  severity: "HIGH",
  source: "app",
  url: "url",
  occurredAt: ["finishedAt", "startedAt"],
  metadata: "namespace project server health sync phase conditions",
});
