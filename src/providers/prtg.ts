import type { Action, Severity } from "../alerts/model.ts";
import { firstText, has, hasAny, objectBody, without } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** `%sensorid`: has no end mark, so it is the whole value. */
const { filledText, filledKey, placeholderNote } = placeholders(/^\s*%[a-z]+\s*$/i);

const PLACEHOLDERS = [
  "sensorid",
  "status",
  "name",
  "device",
  "host",
  "group",
  "probe",
  "message",
  "down",
  "priority",
  "linksensor",
];

/**
 * PRTG's HTTP notification: one state change of a sensor, in the operator's payload. The setup steps use a form with PRTG's
 * placeholders under their own names. https://www.paessler.com/manuals/prtg/notification_templates
 */
export const prtg: Provider = {
  id: "prtg",
  name: "PRTG",
  docs: "https://www.paessler.com/manuals/prtg/notification_templates",
  verification: { scheme: "token" },
  setup: `1. In PRTG, open **Setup → Account Settings → Notification Templates**, add a template, and switch **Execute HTTP Action** on.
2. URL: \`<INGEST_URL>?token=<SECRET>\`, HTTP method **POST**.
3. Payload:

   \`\`\`
   ${PLACEHOLDERS.map((name) => `${name}=%${name}`).join("&")}
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
  senderProfile: { ...UNPUBLISHED, note: "usually three consecutive attempts (PRTG manual)" },
  formats: ["form"],
  volatile: [],
  recognizes: ({ body }) =>
    has(body, "sensorid", "status") || (has(body, "linksensor", "status") && hasAny(body, "id", "sensor")),
  read({ body }) {
    const fields = objectBody(body, "an object with PRTG's placeholders");
    const sensor = firstText(fields.sensorid, fields.id);
    const status = firstText(fields.status, fields.state, fields.laststatus) ?? "";
    if (/^paused/i.test(status)) return noEvents("the sensor was paused");
    const name = filledText(fields.name, fields.sensor, fields.device) ?? firstText(fields.name, fields.sensor);
    return singleEvent(
      newEvent({
        action: readAction(status),
        alertKey: filledKey(sensor),
        externalId: sensor,
        title: name ?? "PRTG sensor",
        description: filledText(fields.message, fields.lastmessage, fields.down),
        severity: readSeverity(status),
        // The note of an acknowledgement is the last message.
        note: readAction(status) === "acknowledge" ? filledText(fields.message) : null,
        source: filledText(fields.device, fields.host),
        url: filledText(fields.linksensor, fields.serviceurl),
        metadata: without(fields, "message", "lastmessage", "history", "settings"),
      }),
      placeholderNote(sensor, status, name),
    );
  },
};

/** `Down ended (now: Up)` is a resolve although it begins with `Down`. PRTG reports the end of a trigger only once. */
function readAction(status: string): Action {
  if (/\bended\b/i.test(status) || /^(?:up|ok)\b/i.test(status)) return "resolve";
  return /acknowledged/i.test(status) ? "acknowledge" : "trigger";
}

const readSeverity = (status: string): Severity => (/^down\b/i.test(status) ? "HIGH" : "MEDIUM");
