import { defineProvider } from "./form/define.ts";
import { asText, objectBody, pick } from "./fields.ts";
import { notificationTitle, readMacros } from "./nagios.ts";
import { placeholders } from "./placeholders.ts";

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

const TYPE = "event.type";
const IS_RECOVERED = { any: ["incident.recovered=true", "incident.severity=ok"] };

/** Events whose message is the comment of a person. */
const IS_FROM_PERSON = {
  any: [
    { at: TYPE, startsWith: "acknowledgement" },
    { at: TYPE, startsWith: "custom" },
  ],
};

/** Events whose message is the output of the check. */
const IS_ABOUT_STATE = {
  any: [{ not: { at: TYPE } }, { at: TYPE, startsWith: "state" }, { at: TYPE, startsWith: "incident" }],
};

/**
 * Icinga Notifications' webhook channel: one event of an incident, in the default template `{{json .}}`; and Icinga 2's
 * notification commands, which post macros like Nagios.
 */
export const icinga = defineProvider({
  id: "icinga",
  name: "Icinga",
  docs: "https://icinga.com/docs/icinga-notifications/latest/doc/10-Channels/",
  category: "infrastructure",
  keywords: "icinga2 servers hosts services nagios",
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
  sender: { timeoutSeconds: 10 },
  successStatus: 200,
  formats: ["form"],
  // Commands send the time at which they run.
  volatile: ["occurredAt"],
  body: "an Icinga notification",
  recognizedBy: [
    { at: "$headers.user-agent", startsWith: "icinga-notifications" },
    "object.name object.tags incident event",
    "sender=icinga",
  ],
  kinds: [
    {
      when: { not: { any: ["object", "event"] } },
      read: ({ body }) => readMacros(objectBody(body, "an Icinga notification"), UNFILLED),
    },
  ],
  noAlert: [
    {
      when: { not: { any: [{ at: "incident.id" }, "event.type=state"] } },
      why: "the event has no incident",
    },
    {
      // Current versions report a mute (downtime, flapping, acknowledgement) without a type.
      when: { all: ["incident.muted=true", { not: { any: [IS_RECOVERED, { at: TYPE }] } }] },
      why: "the incident was muted",
    },
  ],
  action: [
    { when: IS_RECOVERED, is: "resolve" },
    { when: "event.type=acknowledgement-set", is: "acknowledge" },
    { when: { all: [IS_FROM_PERSON, { at: "event.message" }] }, is: "note" },
    { when: { not: { any: [IS_FROM_PERSON, { at: TYPE, is: "mute unmute downtime-start" }] } }, is: "trigger" },
    { noAlert: "neither a change of state nor a comment" },
  ],
  alertKey: ["incident.id", "object.name"],
  title: ({ object, incident }) =>
    notificationTitle(
      asText(pick(object, "tags", "host")) ?? asText(pick(object, "name")),
      asText(pick(object, "tags", "service")),
      asText(pick(incident, "severity")) ?? "",
    ),
  description: { at: "event.message", when: IS_ABOUT_STATE },
  severity: { at: "incident.severity" },
  source: ["object.tags.host", "object.name"],
  url: "object.url",
  occurredAt: "event.time",
  note: { at: "event.message", when: IS_FROM_PERSON },
  author: "event.username",
  metadata: "object=object.name object.tags incident.severity event.type",
});
