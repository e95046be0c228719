import { defineProvider } from "./form/define.ts";

/** Gatus' custom alerting provider: one endpoint, by the template of the setup steps. */
export const gatus = defineProvider({
  id: "gatus",
  name: "Gatus",
  docs: "https://github.com/TwiN/gatus#configuring-custom-alerts",
  category: "uptime",
  keywords: "uptime website status page self-hosted health checks",
  setup: `1. In the configuration of Gatus, which only its user may read (\`chmod 600\`), add the provider:

   \`\`\`yaml
   alerting:
     custom:
       url: "<INGEST_URL>"
       method: "POST"
       headers:
         Content-Type: application/json
         X-Tocsin-Token: "<SECRET>"
       body: |
         {
           "status": "[ALERT_TRIGGERED_OR_RESOLVED]",
           "name": "[ENDPOINT_NAME]",
           "group": "[ENDPOINT_GROUP]",
           "url": "[ENDPOINT_URL]",
           "description": "[ALERT_DESCRIPTION]",
           "errors": "[RESULT_ERRORS]",
           "conditions": "[RESULT_CONDITIONS]"
         }
       default-alert:
         enabled: true
         send-on-resolved: true
   \`\`\`

2. In your endpoints, add the alert:

   \`\`\`yaml
       alerts:
         - type: custom
   \`\`\``,
  sample: {
    body: {
      status: "TRIGGERED",
      name: "checkout",
      group: "shop",
      url: "https://shop.example.com/checkout",
      description: "health check failed",
      errors: "",
      conditions: "❌ - `[STATUS] (503) == 200`, ✅ - `[RESPONSE_TIME] < 300`",
    },
  },
  // TwiN/gatus alerting/provider/custom: a status over 399 is an error. Gatus tries again with the next check of the endpoint.
  sender: { retries: ["4xx", "429", "5xx"], note: "with the next check of the endpoint, if it still fails" },
  body: "an object by the template of the setup steps",
  // The values of conditions have brackets, too: `[STATUS]`, `[BODY]`.
  template: { placeholder: /\[(?:ALERT_DESCRIPTION|ALERT_TRIGGERED_OR_RESOLVED|ENDPOINT_[A-Z]+|RESULT_[A-Z]+)\]/ },
  recognizedBy: ["status name group conditions errors"],
  action: { at: "status", words: { trigger: "TRIGGERED", resolve: "RESOLVED" } },
  alertKey: { parts: ["name", "group?"] },
  title: [{ text: "{group}/{name}" }, "name"],
  description: { join: ["description", "errors", "conditions"], with: "\n" },
  severity: "HIGH",
  source: "name",
  url: "url",
  metadata: "group status errors conditions",
});
