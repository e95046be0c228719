import type { Action, Severity } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { asInstant, asSeverity, asText, objectBody, without } from "./fields.ts";
import { type Placeholders, placeholders } from "./placeholders.ts";
import { newEvent, noEvents, type Provider, type Reading, singleEvent } from "./provider.ts";

/** `$HOSTNAME$`: the macros of notifications. A service may be called `MSSQL$SQLEXPRESS`. */
const MACROS = placeholders(
  /(?<!\w)\$(?:_?(?:LAST|LONG|MAX|TOTAL)?(?:CONTACT|HOST|NOTIFICATION|SERVICE)[A-Z0-9_]+|(?:LONG|SHORT)?DATE(?:TIME)?|TIMET?|ARG\d+|USER\d+)\$(?!\w)/,
);

/** Macros of every notification. The author and comment belong to acknowledgements, downtimes and custom notifications. */
const COMMON_FIELDS = ["NOTIFICATIONTYPE", "NOTIFICATIONAUTHOR", "NOTIFICATIONCOMMENT", "HOSTNAME", "HOSTADDRESS"];
const HOST_FIELDS = [...COMMON_FIELDS, "HOSTSTATE", "HOSTOUTPUT", "LONGHOSTOUTPUT", "HOSTNOTESURL", "TIMET"];
const SERVICE_FIELDS = [
  ...COMMON_FIELDS,
  "SERVICEDESC",
  "SERVICESTATE",
  "SERVICEOUTPUT",
  "LONGSERVICEOUTPUT",
  "SERVICENOTESURL",
  "TIMET",
];

/** Nagios stops a notification command after 30 s (`notification_timeout`). The last attempt starts before that. */
const CURL = "/usr/bin/curl -sS --fail-with-body --retry 5 --retry-all-errors --retry-delay 5 --retry-max-time 22 -m 5";

const command = (name: string, fields: string[]): string => `define command {
  command_name  ${name}
  command_line  ${CURL} -H @/etc/nagios/tocsin.header ${fields.map((field) => `--data-urlencode '${field}=$${field}$'`).join(" ")} "<INGEST_URL>"
}`;

const CONFIGURATION = `${command("notify-host-by-tocsin", HOST_FIELDS)}

${command("notify-service-by-tocsin", SERVICE_FIELDS)}

define contact {
  contact_name                   tocsin
  host_notifications_enabled     1
  service_notifications_enabled  1
  host_notification_period       24x7
  service_notification_period    24x7
  host_notification_options      d,u,r,f,s
  service_notification_options   w,u,c,r,f,s
  host_notification_commands     notify-host-by-tocsin
  service_notification_commands  notify-service-by-tocsin
}`;

/** Nagios' notification commands: one notification of a host or service, with its macros as a form from curl. */
export const nagios: Provider = {
  id: "nagios",
  name: "Nagios",
  docs: "https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/macrolist.html",
  category: "infrastructure",
  keywords: "naemon servers hosts services checks",
  verification: { scheme: "token" },
  setup: `1. On the Nagios server, write this line to \`/etc/nagios/tocsin.header\`:

   \`\`\`
   X-Tocsin-Token: <SECRET>
   \`\`\`

   Only the user that runs Nagios may read the file: \`chown nagios: /etc/nagios/tocsin.header\` and
   \`chmod 600 /etc/nagios/tocsin.header\`. The token then appears neither in a log nor in the process list.
2. Add to your Nagios configuration (curl 7.76 or newer):

   \`\`\`
${CONFIGURATION.replaceAll(/^(?=.)/gm, "   ")}
   \`\`\`

3. Add the contact \`tocsin\` to your hosts and services (\`contacts\`), and let them notify about recoveries and flapping, too:
   \`notification_options d,u,r,f,s\` for hosts and \`w,u,c,r,f,s\` for services. Without \`f\`, an alert stays open when a flapping
   service recovers.
4. Check the configuration with \`nagios -v\` and reload Nagios.`,
  sample: {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: {
      NOTIFICATIONTYPE: "PROBLEM",
      NOTIFICATIONAUTHOR: "",
      NOTIFICATIONCOMMENT: "",
      HOSTNAME: "web-1",
      HOSTADDRESS: "192.0.2.10",
      SERVICEDESC: "HTTP",
      SERVICESTATE: "CRITICAL",
      SERVICEOUTPUT: "CRITICAL - Socket timeout after 10 seconds",
      LONGSERVICEOUTPUT: "",
      SERVICENOTESURL: "https://wiki.example.com/web-1",
      TIMET: "1790000000",
    },
  },
  // Nagios runs the command once, and drops a notification whose command fails. curl retries every error.
  senderProfile: {
    timeoutSeconds: 5,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "curl makes six attempts in 25 s; Nagios itself never retries",
  },
  formats: ["form"],
  // $TIMET$ is the time at which the command of each contact runs.
  isTemplated: true,
  volatile: ["occurredAt"],
  recognizes: ({ body }) => {
    const field = macroReader(body);
    return Boolean(field("notificationtype") && field("hostname", "host") && !field("what") && !field("sender"));
  },
  read: ({ body }) => readMacros(objectBody(body, "an object with Nagios' macros"), MACROS),
};

/** Reads the macros of one notification. Icinga's commands post the same macros, in another syntax. */
export function readMacros(macros: JsonObject, { filledText, filledKey, placeholderNote }: Placeholders): Reading {
  const field = macroReader(macros);
  const host = field("hostname", "host");
  const service = field("servicedesc", "servicedescription", "servicename", "service");
  const state =
    asText(field(service === undefined ? "hoststate" : "servicestate", "state", "status", "hoststate")) ?? "";
  const type = asText(field("notificationtype", "type")) ?? "";
  const person = readPerson(field, filledText);
  const action = notificationAction(type, state, person.note);
  if (!action) return noEvents(sideNote(type));
  const output = filledText(field("serviceoutput", "hostoutput", "output"), field("message"));
  const details = filledText(field("longserviceoutput", "longhostoutput", "longoutput"));
  return singleEvent(
    newEvent({
      action,
      alertKey: service === undefined ? filledKey(host) : filledKey(host, service),
      externalId: asText(service) ?? asText(host),
      title: notificationTitle(asText(host), asText(service), state),
      // Nagios sends the lines after the first one with escaped line breaks.
      description: [output, details?.replaceAll(String.raw`\n`, "\n")].filter(Boolean).join("\n") || null,
      severity: stateSeverity(state),
      source: filledText(host),
      url: filledText(field("servicenotesurl", "hostnotesurl", "notesurl", "url")),
      occurredAt: asInstant(field("timet")),
      ...person,
      metadata: without(macros, ...EVENT_FIELDS),
    }),
    placeholderNote(host, service, type),
  );
}

/** Macros that differ between two notifications about the same state, or that the event has already. */
const EVENT_FIELDS = [
  "TIMET",
  "SERVICEOUTPUT",
  "HOSTOUTPUT",
  "LONGSERVICEOUTPUT",
  "LONGHOSTOUTPUT",
  "NOTIFICATIONAUTHOR",
  "NOTIFICATIONCOMMENT",
  "timet",
  "output",
  "sender",
  "author",
  "comment",
  "notification_author",
  "notification_comment",
];

/**
 * Who acknowledged or commented, and with which comment. Old configurations use the macros of acknowledgements.
 * @param asFilled the text of a macro; null: the source did not fill it
 */
export function readPerson(
  field: MacroReader,
  asFilled: (macro: unknown) => string | null,
): { author: string | null; note: string | null } {
  const author = field("notificationauthoralias", "notificationauthor", "author", "serviceackauthor", "hostackauthor");
  const comment = field("notificationcomment", "comment", "serviceackcomment", "hostackcomment");
  return { author: asFilled(author), note: asFilled(comment) };
}

/** Macros by their lower-case name as one word: `HOSTNAME`, `host_name` and `NAGIOS_HOSTNAME` are the same. Skips blank ones. */
export function macroReader(body: unknown): MacroReader {
  const byName = new Map(
    Object.entries((typeof body === "object" && body) || {}).map(([name, value]): [string, unknown] => [
      name
        .toLowerCase()
        .replace(/^(?:nagios|icinga|notify)_/, "")
        .replaceAll(/[^a-z]/g, ""),
      value,
    ]),
  );
  return (...names) => names.map((name) => byName.get(name)).find((value) => asText(value) !== null);
}

export type MacroReader = (...names: string[]) => unknown;

/**
 * The action of a notification; null: it contains no state.
 * While a check flaps or is in a downtime, the source holds back its recovery. When that ends, the state of the check is
 * the only news about it.
 * @param note the comment of a person, if there is one
 */
export function notificationAction(type: string, state: string, note: string | null): Action | null {
  if (/^ack/i.test(type)) return "acknowledge";
  if (/^custom/i.test(type)) return note === null ? null : "note";
  if (/^downtime[ _-]?start/i.test(type) && !isGoodState(state)) return note === null ? null : "note";
  if (/^alerthandler/i.test(type)) return null;
  if (/^(?:flapping|downtime)/i.test(type)) return isGoodState(state) ? "resolve" : "trigger";
  if (type === "") return parseAction(state) ?? "trigger";
  return parseAction(type) === "resolve" ? "resolve" : "trigger";
}

const isGoodState = (state: string): boolean => /^(?:ok|up)$/i.test(state);

/** Why a notification has no event. */
export const sideNote = (type: string): string => `${type}: neither a change of state nor a comment`;

/** A host that is down is as bad as a critical service. An unreachable host may be up behind another one that is down. */
const STATES: ReadonlyMap<string, Severity> = new Map(
  Object.entries<Severity>({ DOWN: "CRITICAL", UNREACHABLE: "HIGH", UNREACH: "HIGH", UP: "INFO" }),
);

/** States of services (OK, WARNING, CRITICAL, UNKNOWN) and hosts (UP, DOWN, UNREACHABLE) are their severities. */
export const stateSeverity = (state: string): Severity => STATES.get(state.toUpperCase()) ?? asSeverity(state);

export function notificationTitle(host: string | null, service: string | null, state: string): string {
  const subject = [service, host].filter((name) => name !== null).join(" on ") || "Check";
  return state === "" ? subject : `${subject} is ${state}`;
}
