import { defineProvider } from "./form/define.ts";

/** LibreNMS' API transport: one alert of a rule and a device, in the operator's template. */
export const librenms = defineProvider({
  id: "librenms",
  name: "LibreNMS",
  docs: "https://docs.librenms.org/Alerting/Transports/Api/",
  category: "infrastructure",
  keywords: "network snmp switches routers devices",
  // The transport removes the query from its URL, so the token is a header.
  setup: `1. In LibreNMS, open **Alerts → Alert Transports → Create alert transport**, type **API**.
2. API method **POST**, API URL \`<INGEST_URL>\`
3. Headers:

   \`\`\`
   Content-Type=application/json
   X-Tocsin-Token=<SECRET>
   \`\`\`

4. Body:

   <TEMPLATE>

5. Make it the default transport, or choose it in your alert rules, with **Recovery alerts** on.`,
  sample: {
    body: {
      title: "Alert for device web-1.example.com - Device down",
      alert_id: "26",
      rule_id: "13",
      device_id: "2",
      uid: "40",
      state: "1",
      severity: "critical",
      name: "Device down",
      hostname: "web-1.example.com",
      sysName: "web-1",
      display: "web-1",
      ip: "192.0.2.10",
      os: "linux",
      location: "Stockholm",
      timestamp: "2026-09-21 16:13:20",
      elapsed: "0s",
      alert_notes: "",
    },
  },
  formats: ["form"],
  body: "an object with LibreNMS' alert variables",
  template: {
    placeholder: /\{\{\s*\$[A-Za-z_][^{}]*\}\}|\{!!\s*\$[^{}]*!!\}/,
    variable: "{{ $<name> }}",
  },
  recognizedBy: [
    "alert_id rule_id state",
    "device_id hostname state uid",
    "device_id hostname state sysName",
    "alert device.device_id",
    "alert device.sysName",
  ],
  noAlert: [{ when: "uid=000 name=Test-Rule", why: "LibreNMS' test" }],
  // 3 is worse, 4 is better.
  action: { at: "state", words: { resolve: "0", trigger: "1 3 4", acknowledge: "2" } },
  alertKey: ["alert_id", { parts: ["device_id", "rule_id"] }, { parts: ["hostname", "name"] }],
  externalId: ["alert_id", "uid"],
  title: ["title", "name"],
  description: ["msg", "alert_notes"],
  severity: { at: "severity" },
  source: ["hostname", "sysName", "display"],
  // `timestamp` is the local time of the server.
  note: { at: ["alert_notes", "note"], on: "acknowledge" },
  leftOut: ["title", "msg", "rule", "builder", "contacts"],
});
