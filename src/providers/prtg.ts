import { defineProvider } from "./form/define.ts";

const STATUS = ["status", "state", "laststatus"];

/**
 * PRTG's HTTP notification: one state change of a sensor, in the operator's payload. The setup steps use a form with PRTG's
 * placeholders under their own names.
 */
export const prtg = defineProvider({
  id: "prtg",
  name: "PRTG",
  docs: "https://www.paessler.com/manuals/prtg/notification_templates",
  category: "infrastructure",
  keywords: "paessler network snmp sensors",
  setup: `1. In PRTG, open **Setup → Account Settings → Notification Templates**, add a template, and switch **Execute HTTP Action** on.
2. URL: \`<INGEST_URL>?token=<SECRET>\`, HTTP method **POST**.
3. Payload:

   \`\`\`
   sensorid=%sensorid&status=%status&name=%name&device=%device&host=%host&group=%group&probe=%probe&message=%message&down=%down&priority=%priority&linksensor=%linksensor
   \`\`\`

4. In the **Notification Triggers** of your groups or sensors, add a state trigger that runs the template when a sensor is
   down, and again **when the condition clears**.`,
  sample: {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: {
      sensorid: "2301",
      status: "Down",
      name: "HTTP",
      device: "web-1",
      host: "192.0.2.10",
      group: "Shop",
      probe: "Local Probe",
      message: "Connection timed out",
      down: "12 s",
      priority: "***",
      linksensor: "https://prtg.example.com/sensor.htm?id=2301",
    },
  },
  sender: { note: "usually three consecutive attempts (PRTG manual)" },
  formats: ["form"],
  body: "an object with PRTG's placeholders",
  // `%sensorid` has no end mark, so it is the whole value.
  template: { placeholder: /^\s*%[a-z]+\s*$/i },
  recognizedBy: ["sensorid status", "linksensor status id", "linksensor status sensor"],
  noAlert: [{ when: { at: STATUS, startsWith: "paused" }, why: "the sensor was paused" }],
  action: [
    // `Down ended (now: Up)` is a resolve although it begins with `Down`. PRTG reports the end of a trigger only once.
    { when: { at: STATUS, contains: " ended" }, is: "resolve" },
    { when: { at: STATUS, contains: "acknowledged" }, is: "acknowledge" },
    { at: STATUS },
  ],
  alertKey: ["sensorid", "id"],
  title: ["name", "sensor", "device"],
  description: ["message", "lastmessage", "down"],
  severity: [{ when: { at: STATUS, startsWith: "down" }, is: "HIGH" }, "MEDIUM"],
  // The note of an acknowledgement is the last message.
  note: { at: "message", on: "acknowledge" },
  source: ["device", "host"],
  url: ["linksensor", "serviceurl"],
  leftOut: ["message", "lastmessage", "history", "settings"],
});
