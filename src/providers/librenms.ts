import type { Action } from "../alerts/model.ts";
import { parseActionIn } from "./actions.ts";
import { asSeverity, firstText, has, hasAny, objectBody, pick, without } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";
import { complete } from "./template.ts";

/** `{{ $alert_id }}` */
const unfilled = placeholders(/\{\{\s*\$[A-Za-z_][^{}]*\}\}|\{!!\s*\$[^{}]*!!\}/);
const { filledKey, filledText, placeholderNote } = unfilled;

const VARIABLES = [
  "title",
  "alert_id",
  "rule_id",
  "device_id",
  "uid",
  "state",
  "severity",
  "name",
  "hostname",
  "sysName",
  "display",
  "ip",
  "os",
  "location",
  "timestamp",
  "elapsed",
  "alert_notes",
];
const TEMPLATE = Object.fromEntries(VARIABLES.map((name) => [name, `{{ $${name} }}`]));

/** `state`: 0 recovered, 1 alert, 2 acknowledged, 3 worse, 4 better. */
const STATES: ReadonlyMap<string, Action> = new Map(
  Object.entries<Action>({
    "0": "resolve",
    "1": "trigger",
    "2": "acknowledge",
    "3": "trigger",
    "4": "trigger",
  }),
);

/** LibreNMS' API transport: one alert of a rule and a device, in the operator's template. https://docs.librenms.org/Alerting/Transports/Api/ */
export const librenms: Provider = {
  id: "librenms",
  name: "LibreNMS",
  docs: "https://docs.librenms.org/Alerting/Transports/Api/",
  verification: { scheme: "token" },
  // The transport removes the query from its URL, so the token is a header.
  setup: `1. In LibreNMS, open **Alerts → Alert Transports → Create alert transport**, type **API**.
2. API method **POST**, API URL \`<INGEST_URL>\`
3. Headers:

   \`\`\`
   Content-Type=application/json
   X-Tocsin-Token=<SECRET>
   \`\`\`

4. Body:

   \`\`\`json
${JSON.stringify(TEMPLATE, null, 2).replaceAll(/^/gm, "   ")}
   \`\`\`

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
  senderProfile: UNPUBLISHED,
  formats: ["form"],
  isTemplated: true,
  volatile: [],
  recognizes: ({ body }) =>
    has(body, "alert_id", "rule_id", "state") ||
    (has(body, "device_id", "hostname", "state") && hasAny(body, "uid", "sysName")) ||
    (has(body, "alert", "device") && hasAny(pick(body, "device"), "device_id", "sysName")),
  read({ body }) {
    const alert = objectBody(body, "an object with LibreNMS' alert variables");
    if (alert.uid === "000" && alert.name === "Test-Rule") return noEvents("LibreNMS' test");
    const state = filledText(alert.state) ?? "";
    const keys = [
      filledKey(alert.alert_id),
      filledKey(alert.device_id, alert.rule_id),
      filledKey(alert.hostname, alert.name),
    ];
    const action = STATES.get(state) ?? parseActionIn(state) ?? "trigger";
    return singleEvent(
      complete(
        newEvent({
          action,
          alertKey: keys.find((key) => key !== null) ?? null,
          externalId: firstText(alert.alert_id, alert.uid),
          title: filledText(alert.title, alert.name) ?? firstText(alert.title, alert.name) ?? "LibreNMS alert",
          description: filledText(alert.msg, alert.alert_notes),
          severity: asSeverity(alert.severity),
          source: filledText(alert.hostname, alert.sysName, alert.display),
          note: action === "acknowledge" ? filledText(alert.alert_notes, alert.note) : null,
          // `timestamp` is the local time of the server.
          metadata: without(alert, "title", "msg", "rule", "builder", "contacts"),
        }),
        alert,
        { title: firstText(alert.title, alert.name), state, severity: filledText(alert.severity) },
        unfilled,
      ),
      placeholderNote(alert.alert_id, alert.state, alert.title),
    );
  },
};
