import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import type { JsonObject } from "../lib/json.ts";
import { notificationTitle, readMacros } from "./nagios.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, noEvents, singleEvent, type Provider, type Reading } from "./provider.ts";

/** `$host.name$` */
const UNFILLED = placeholders(/\$(?:command|host|icinga|notification|service|user)\.[\w.]+\$/);

const MACROS = {
  sender: "icinga",
  notification_type: "$notification.type$",
  host_name: "$host.name$",
  service_name: "$service.name$",
  service_state: "$service.state$",
  output: "$service.output$",
  url: "$service.notes_url$",
  timet: "$icinga.timet$",
};

const COMMAND = `object NotificationCommand "tocsin-service" {
  command = [
    "/usr/bin/curl", "-sS", "-m", "30", "-H", "X-Tocsin-Token: <SECRET>",
${Object.entries(MACROS)
  .map(([name, macro]) => `    "--data-urlencode", "${name}=${macro}",`)
  .join("\n")}
    "<INGEST_URL>"
  ]
}`;

/**
 * Icinga Notifications' webhook channel: one event of an incident, in the default template `{{json .}}`; and Icinga 2's
 * notification commands, which post macros like Nagios. https://icinga.com/docs/icinga-notifications/latest/doc/10-Channels/
 */
export const icinga: Provider = {
  id: "icinga",
  name: "Icinga",
  docs: "https://icinga.com/docs/icinga-notifications/latest/doc/10-Channels/",
  verification: { scheme: "token" },
  setup: `With **Icinga Notifications**:

1. Open **Notifications → Configuration → Channels → Create Channel**, type **Webhook**.
2. Method POST, URL \`<INGEST_URL>?token=<SECRET>\`, request body template \`{{json .}}\`, response status codes \`200\`.
3. Choose the channel in your event rules.

With only the notifications of **Icinga 2**:

1. Add this command for services. Add another one for hosts, \`tocsin-host\`, with \`host_state=$host.state$\`, \`output=$host.output$\`
   and \`url=$host.notes_url$\` instead of the lines of the service.

   \`\`\`
${COMMAND.replaceAll(/^/gm, "   ")}
   \`\`\`

2. Apply a \`Notification\` with it, for the types Problem, Acknowledgement and Recovery.`,
  sample: {
    headers: { "user-agent": "icinga-notifications-webhook/0.2.0" },
    body: {
      contact: { full_name: "Tocsin", addresses: [] },
      object: {
        name: "web-1!HTTP",
        url: "https://icinga.example.com/icingaweb2/icingadb/service?name=HTTP&host.name=web-1",
        tags: { host: "web-1", service: "HTTP" },
      },
      incident: { id: 4711, severity: "crit", muted: false, recovered: false },
      event: { time: "2026-09-21T14:13:20.123456Z", message: "CRITICAL - Socket timeout after 10 seconds" },
    },
  },
  // Source of the channel: timeout 10 s; statuses other than the expected ones are only logged.
  senderProfile: {
    timeoutSeconds: 10,
    clientErrors: "not published",
    tooManyRequests: "not published",
    serverErrors: "not published",
  },
  successStatus: 200,
  formats: ["form"],
  // Commands send the time at which they run.
  volatile: ["occurredAt"],
  recognizes: ({ headers, body }) =>
    headers.get("user-agent")?.startsWith("icinga-notifications") === true ||
    (has(body, "object", "incident", "event") && has(pick(body, "object"), "name", "tags")) ||
    pick(body, "sender") === "icinga",
  read({ body }) {
    const message = objectBody(body, "an Icinga notification");
    return has(message, "object") || has(message, "event") ? readRequest(message) : readMacros(message, UNFILLED);
  },
};

/** Events that do not change the state of an incident. */
const SIDE_EVENTS = /^(?:custom|mute|unmute|flapping|downtime)/;

function readRequest({ object, incident: given, event: happened }: JsonObject): Reading {
  const incident = asObject(given);
  const event = asObject(happened);
  const type = asText(event.type) ?? "";
  if (asText(incident.id) === null && type !== "state") return noEvents("the event has no incident");
  if (SIDE_EVENTS.test(type)) return noEvents(`${type}: the state of the incident did not change`);
  const recovered = incident.recovered === true || incident.severity === "ok";
  // Current versions report a mute (downtime, flapping, acknowledgement) without a type.
  if (incident.muted === true && !recovered && type === "") return noEvents("the incident was muted");
  const name = asText(pick(object, "name"));
  const host = firstText(pick(object, "tags", "host"), name);
  return singleEvent(
    newEvent({
      action: recovered ? "resolve" : type === "acknowledgement-set" ? "acknowledge" : "trigger",
      alertKey: keyOf(incident.id) ?? keyOf(name),
      externalId: firstText(incident.id, name),
      title: notificationTitle(host, asText(pick(object, "tags", "service")), asText(incident.severity) ?? ""),
      description: asText(event.message),
      severity: asSeverity(incident.severity),
      source: host,
      url: asText(pick(object, "url")),
      occurredAt: asInstant(event.time),
      metadata: { object: name, tags: pick(object, "tags"), severity: incident.severity, type: event.type },
    }),
  );
}
