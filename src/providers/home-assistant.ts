import { defineProvider } from "./form/define.ts";

/** Home Assistant: an entity with a problem, sent by the RESTful command of the setup steps. */
export const homeAssistant = defineProvider({
  id: "home-assistant",
  name: "Home Assistant",
  docs: "https://www.home-assistant.io/integrations/rest_command/",
  category: "infrastructure",
  keywords: "smart home automation iot sensors",
  setup: `1. Add the token to \`secrets.yaml\`:

   \`\`\`yaml
   tocsin_token: "<SECRET>"
   \`\`\`

2. Add the command to \`configuration.yaml\`, and restart Home Assistant:

   \`\`\`yaml
   rest_command:
     tocsin:
       url: "<INGEST_URL>"
       method: post
       content_type: "application/json"
       headers:
         X-Tocsin-Token: !secret tocsin_token
       payload: >-
         {{ {
           "entity_id": entity_id,
           "name": state_attr(entity_id, "friendly_name") or entity_id,
           "state": states(entity_id),
           "status": status,
           "severity": severity | default("high"),
           "message": message | default("")
         } | to_json }}
   \`\`\`

3. Add an automation that calls it for the problem and for its end, for example:

   \`\`\`yaml
   - alias: Water leak to Tocsin
     triggers:
       - trigger: state
         entity_id: binary_sensor.cellar_water
         to: ["on", "off"]
     actions:
       - action: rest_command.tocsin
         data:
           entity_id: "{{ trigger.entity_id }}"
           status: "{{ 'problem' if trigger.to_state.state == 'on' else 'ok' }}"
           severity: critical
           message: Water in the cellar
   \`\`\``,
  sample: {
    body: {
      entity_id: "binary_sensor.cellar_water",
      name: "Cellar water",
      state: "on",
      status: "problem",
      severity: "critical",
      message: "Water in the cellar",
    },
  },
  // https://www.home-assistant.io/integrations/rest_command/: a timeout of ten seconds; it retries nothing.
  sender: { timeoutSeconds: 10, retries: [] },
  body: "an object by the template of the setup steps",
  template: { placeholder: /\{\{ *(?:trigger\.[\w.]+|entity_id|name|state|status|severity|message) *\}\}/ },
  recognizedBy: ["entity_id state status", "entity_id state name"],
  action: [
    { at: "status", words: { trigger: "problem", resolve: "ok" } },
    { at: "state", words: { trigger: "on unavailable problem open unlocked", resolve: "off ok closed locked" } },
  ],
  alertKey: "entity_id",
  title: [
    { at: { text: "{name}: {message}" }, when: { at: "message" } },
    { text: "{name} is {state}" },
    "name",
    "entity_id",
  ],
  description: "message",
  severity: [{ at: "severity" }, "HIGH"],
  source: "name",
  metadata: "entity_id state status",
});
