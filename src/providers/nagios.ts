import type { Action, Severity } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { asInstant, asSeverity, asText, objectBody, without } from "./fields.ts";
import { type Placeholders, placeholders } from "./placeholders.ts";
import { NEVER_RETRIES, newEvent, noEvents, type Provider, type Reading, singleEvent } from "./provider.ts";

/** `$HOSTNAME$`: the macros of notifications. A service may be called `MSSQL$SQLEXPRESS`. */
const MACROS = placeholders(
  /(?<!\w)\$(?:_?(?:LAST|LONG|MAX|TOTAL)?(?:CONTACT|HOST|NOTIFICATION|SERVICE)[A-Z0-9_]+|(?:LONG|SHORT)?DATE(?:TIME)?|TIMET?|ARG\d+|USER\d+)\$(?!\w)/,
);

const HOST_FIELDS = ["NOTIFICATIONTYPE", "HOSTNAME", "HOSTADDRESS", "HOSTSTATE", "HOSTOUTPUT", "HOSTNOTESURL", "TIMET"];
const SERVICE_FIELDS = [
  "NOTIFICATIONTYPE",
  "HOSTNAME",
  "HOSTADDRESS",
  "SERVICEDESC",
  "SERVICESTATE",
  "SERVICEOUTPUT",
  "SERVICENOTESURL",
  "TIMET",
];

const command = (name: string, fields: string[]): string => `   define command {
     command_name  ${name}
     command_line  /usr/bin/curl -sS -m 30 -H "X-Tocsin-Token: <SECRET>" ${fields.map((field) => `--data-urlencode '${field}=$${field}$'`).join(" ")} "<INGEST_URL>"
   }`;

/**
 * Nagios' notification commands: one notification of a host or service, with its macros as a form from curl.
 * https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/macrolist.html
 */
export const nagios: Provider = {
  id: "nagios",
  name: "Nagios",
  docs: "https://assets.nagios.com/downloads/nagioscore/docs/nagioscore/4/en/macrolist.html",
  verification: { scheme: "token" },
  setup: `1. Add two commands to your Nagios configuration:

   \`\`\`
${command("notify-host-by-tocsin", HOST_FIELDS)}

${command("notify-service-by-tocsin", SERVICE_FIELDS)}
   \`\`\`

2. Set them as \`host_notification_commands\` and \`service_notification_commands\` of a contact, with the options
   \`d,u,r\` and \`w,u,c,r\`, and add the contact to your hosts and services.`,
  sample: {
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: {
      NOTIFICATIONTYPE: "PROBLEM",
      HOSTNAME: "web-1",
      HOSTADDRESS: "192.0.2.10",
      SERVICEDESC: "HTTP",
      SERVICESTATE: "CRITICAL",
      SERVICEOUTPUT: "CRITICAL - Socket timeout after 10 seconds",
      SERVICENOTESURL: "https://wiki.example.com/web-1",
      TIMET: "1790000000",
    },
  },
  // Nagios runs the command once, and curl makes one attempt.
  senderProfile: NEVER_RETRIES,
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
  const action = notificationAction(type, state);
  if (!action) return noEvents(`${type}: not a problem and not a recovery`);
  return singleEvent(
    newEvent({
      action,
      alertKey: service === undefined ? filledKey(host) : filledKey(host, service),
      externalId: asText(service) ?? asText(host),
      title: notificationTitle(asText(host), asText(service), state),
      description: filledText(field("serviceoutput", "hostoutput", "output"), field("message")),
      severity: stateSeverity(state),
      source: filledText(host),
      url: filledText(field("servicenotesurl", "hostnotesurl", "notesurl", "url")),
      occurredAt: asInstant(field("timet")),
      metadata: without(macros, "TIMET", "SERVICEOUTPUT", "HOSTOUTPUT", "timet", "output", "sender"),
    }),
    placeholderNote(host, service, type),
  );
}

/** Macros by their lower-case name as one word: `HOSTNAME`, `host_name` and `NAGIOS_HOSTNAME` are the same. Skips blank ones. */
export function macroReader(body: unknown): (...names: string[]) => unknown {
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

/** The action of a notification; null for flapping, downtimes and custom notifications, which report no state change. */
export function notificationAction(type: string, state: string): Action | null {
  if (/^(?:flapping|downtime|custom|alerthandler)/i.test(type)) return null;
  if (/^ack/i.test(type)) return "acknowledge";
  if (type === "") return parseAction(state) ?? "trigger";
  return parseAction(type) === "resolve" ? "resolve" : "trigger";
}

const STATES: ReadonlyMap<string, Severity> = new Map(
  Object.entries<Severity>({ DOWN: "HIGH", UNREACHABLE: "HIGH", UNREACH: "HIGH", UP: "INFO" }),
);

/** States of services (OK, WARNING, CRITICAL, UNKNOWN) and hosts (UP, DOWN, UNREACHABLE) are their severities. */
export const stateSeverity = (state: string): Severity => STATES.get(state.toUpperCase()) ?? asSeverity(state);

export function notificationTitle(host: string | null, service: string | null, state: string): string {
  const subject = [service, host].filter((name) => name !== null).join(" on ") || "Check";
  return state === "" ? subject : `${subject} is ${state}`;
}
