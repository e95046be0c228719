import type { Action } from "../alerts/model.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import type { JsonObject } from "../lib/json.ts";
import { notificationTitle, readMacros, sideNote } from "./nagios.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, noEvents, singleEvent, type Provider, type Reading } from "./provider.ts";

/** `$host.name$` */
const UNFILLED = placeholders(/\$(?:command|host|icinga|notification|service|user)\.[\w.]+\$/);

const macrosOf = (object: "host" | "service"): Record<string, string> => ({
  sender: "icinga",
  notification_type: "$notification.type$",
  notification_author: "$notification.author$",
  notification_comment: "$notification.comment$",
  host_name: "$host.name$",
  ...(object === "service" && { service_name: "$service.name$" }),
  [`${object}_state`]: `$${object}.state$`,
  output: `$${object}.output$`,
  url: `$${object}.notes_url$`,
  timet: "$icinga.timet$",
});

/** Icinga stops a notification command after 60 s. */
const CURL = ["/usr/bin/curl", "-sS", "--fail-with-body", "--retry", "5", "--retry-all-errors"];
const LIMITS = ["--retry-max-time", "40", "-m", "10", "-H", "@/etc/icinga2/tocsin.header"];

const words = (list: string[]): string => `    ${list.map((word) => JSON.stringify(word)).join(", ")},`;

const command = (object: "host" | "service"): string => `object NotificationCommand "tocsin-${object}" {
  command = [
${words(CURL)}
${words(LIMITS)}
${Object.entries(macrosOf(object))
  .map(([name, macro]) => words(["--data-urlencode", `${name}=${macro}`]))
  .join("\n")}
    "<INGEST_URL>"
  ]
}`;

const notification = (object: "Host" | "Service"): string => `apply Notification "tocsin" to ${object} {
  command = "tocsin-${object.toLowerCase()}"
  users = [ "tocsin" ]
  types = [
    Problem, Acknowledgement, Recovery, Custom,
    FlappingStart, FlappingEnd, DowntimeStart, DowntimeEnd, DowntimeRemoved
  ]
  interval = 30m
  assign where true
}`;

const CONFIGURATION = [
  'object User "tocsin" { }',
  command("host"),
  command("service"),
  notification("Host"),
  notification("Service"),
].join("\n\n");

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
3. Choose the channel in your event rules. The channel has no field for a secret, so the token is part of the URL.

With only the notifications of **Icinga 2**:

1. On the Icinga server, write this line to \`/etc/icinga2/tocsin.header\`:

   \`\`\`
   X-Tocsin-Token: <SECRET>
   \`\`\`

   Only the user that runs Icinga may read the file: \`chown nagios: /etc/icinga2/tocsin.header\` (Red Hat: \`icinga:\`) and
   \`chmod 600 /etc/icinga2/tocsin.header\`. The token then appears neither in Icinga's log nor in the process list.
2. Write this to \`/etc/icinga2/conf.d/tocsin.conf\` (curl 7.76 or newer). Without the types of flapping and downtimes, an alert stays open
   when its service recovers meanwhile.

   \`\`\`
${CONFIGURATION.replaceAll(/^(?=.)/gm, "   ")}
   \`\`\`

3. Check the configuration with \`icinga2 daemon -C\`, and reload Icinga.`,
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

function readRequest({ object, incident: given, event: happened }: JsonObject): Reading {
  const incident = asObject(given);
  const event = asObject(happened);
  const type = asText(event.type) ?? "";
  if (asText(incident.id) === null && type !== "state") return noEvents("the event has no incident");
  const isRecovered = incident.recovered === true || incident.severity === "ok";
  // Current versions report a mute (downtime, flapping, acknowledgement) without a type.
  if (incident.muted === true && !isRecovered && type === "") return noEvents("the incident was muted");
  const note = isFromPerson(type) ? asText(event.message) : null;
  const action = isRecovered ? "resolve" : requestAction(type, note);
  if (!action) return noEvents(sideNote(type));
  const name = asText(pick(object, "name"));
  const host = firstText(pick(object, "tags", "host"), name);
  return singleEvent(
    newEvent({
      action,
      alertKey: keyOf(incident.id) ?? keyOf(name),
      externalId: firstText(incident.id, name),
      title: notificationTitle(host, asText(pick(object, "tags", "service")), asText(incident.severity) ?? ""),
      description: isAboutState(type) ? asText(event.message) : null,
      severity: asSeverity(incident.severity),
      source: host,
      url: asText(pick(object, "url")),
      occurredAt: asInstant(event.time),
      note,
      author: asText(event.username),
      metadata: { object: name, tags: pick(object, "tags"), severity: incident.severity, type: event.type },
    }),
  );
}

/** Events whose message is the comment of a person. */
const isFromPerson = (type: string): boolean => /^(?:acknowledgement|custom)/.test(type);

/** Events whose message is the output of the check. */
const isAboutState = (type: string): boolean => type === "" || /^(?:state|incident)/.test(type);

/** The action of an event of an unresolved incident; null: it contains no state. */
function requestAction(type: string, note: string | null): Action | null {
  if (type === "acknowledgement-set") return "acknowledge";
  if (isFromPerson(type)) return note === null ? null : "note";
  return /^(?:mute|unmute|downtime-start)$/.test(type) ? null : "trigger";
}
