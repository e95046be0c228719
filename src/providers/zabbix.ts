import type { Action, Severity } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseAction } from "./actions.ts";
import { asSeverity, firstText, has, hasAny, objectBody, pick, without, urlPart } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, noEvents, singleEvent, type Provider } from "./provider.ts";
import { readUpdate } from "./zabbix-update.ts";
import { readTime, zoneOf } from "./zabbix-time.ts";

/** `{EVENT.ID}`, `{$USER.MACRO}`, `{#DISCOVERED}`. Zabbix replaces those without a value with `*UNKNOWN*`. */
const unfilled = placeholders(
  /\{\$[A-Z][A-Z0-9_.]*(?::[^{}]*)?\}|\{#[A-Z][A-Z0-9_.]*\}|\{(?:ACTION|ALERT|DATE|DISCOVERY|ESC|EVENT|FUNCTION|HOST|HOSTGROUP|INVENTORY|ITEM|LLDRULE|PROXY|SERVICE|TIME|TIMESTAMP|TRIGGER|USER)(?:\.[A-Z0-9.]+)?\}|\*UNKNOWN\*/,
);
const { filledKey, filledText, placeholderNote } = unfilled;

/** {EVENT.VALUE} */
const VALUES: ReadonlyMap<string, Action> = new Map([
  ["0", "resolve"],
  ["1", "trigger"],
]);

/** {EVENT.NSEVERITY}: not classified, information, warning, average, high, disaster. */
const SEVERITIES: readonly Severity[] = ["MEDIUM", "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL"];

const SCRIPT = `var fields = JSON.parse(value), request = new HttpRequest();
request.addHeader('Content-Type: application/json');
request.addHeader('X-Tocsin-Token: ' + fields.token);
var url = fields.url;
delete fields.token; delete fields.url;
var answer = request.post(url, JSON.stringify(fields));
if (request.getStatus() >= 300) throw 'Tocsin answered ' + request.getStatus() + ': ' + answer;
return 'OK';`;

const PARAMETERS = [
  ["event_id", "{EVENT.ID}"],
  ["event_value", "{EVENT.VALUE}"],
  ["event_nseverity", "{EVENT.NSEVERITY}"],
  ["event_severity", "{EVENT.SEVERITY}"],
  ["event_tags", "{EVENT.TAGS}"],
  ["event_time", "{EVENT.DATE} {EVENT.TIME}"],
  ["event_recovery_time", "{EVENT.RECOVERY.DATE} {EVENT.RECOVERY.TIME}"],
  ["event_ack_status", "{EVENT.ACK.STATUS}"],
  ["event_update_status", "{EVENT.UPDATE.STATUS}"],
  ["event_update_action", "{EVENT.UPDATE.ACTION}"],
  ["event_update_message", "{EVENT.UPDATE.MESSAGE}"],
  ["event_update_time", "{EVENT.UPDATE.DATE} {EVENT.UPDATE.TIME}"],
  ["event_update_user", "{USER.FULLNAME}"],
  ["sent_time", "{DATE} {TIME}"],
  ["trigger_id", "{TRIGGER.ID}"],
  ["trigger_url", "{TRIGGER.URL}"],
  ["host", "{HOST.NAME}"],
  ["title", "{EVENT.NAME}"],
  ["description", "{TRIGGER.DESCRIPTION}"],
  ["event_opdata", "{EVENT.OPDATA}"],
  ["zabbix_url", "{$ZABBIX.URL}"],
] as const;

/** Zabbix through a webhook media type with a script. Reads the script of the setup steps, and the fields of other well-known scripts. */
export const zabbix: Provider = {
  id: "zabbix",
  name: "Zabbix",
  docs: "https://www.zabbix.com/documentation/current/en/manual/config/notifications/media/webhook",
  category: "infrastructure",
  keywords: "servers hosts triggers snmp agent",
  verification: { scheme: "token" },
  setup: `1. In Zabbix, open **Alerts → Media types → Create media type**, type **Webhook**, with these parameters:

   | name | value |
   | --- | --- |
   | url | \`<INGEST_URL>\` |
   | token | \`<SECRET>\` |
${PARAMETERS.map(([name, macro]) => `   | ${name} | \`${macro}\` |`).join("\n")}

2. Script:

   \`\`\`js
${SCRIPT.replaceAll(/^/gm, "   ")}
   \`\`\`

3. Under **Message templates**, add Problem, Problem recovery and Problem update. Under **Options**, set **Attempts** to 10 and the
   interval to 30 s: Zabbix retries while Tocsin cannot be reached.
4. Under **Administration → Macros**, add the global macro \`{$ZABBIX.URL}\` with the URL of your Zabbix frontend. Without it, alerts have no
   link to Zabbix.
5. Create a separate user for Tocsin, in a user group with **Read** permission to the host groups: a user gets no notification about
   hosts that it cannot read, and none about what it does itself. Add the people who work on problems to this group, too: to others,
   Zabbix does not tell their names. Add the media type to the user's **Media**. **Send to** is mandatory, but not used: enter \`tocsin\`.
6. Under **Alerts → Actions → Trigger actions**, create an action that sends to this user, only with this media type, in its operations,
   recovery operations and update operations.

**Test** of the media type is accepted without opening an alert.`,
  sample: {
    body: {
      event_id: "90211",
      event_value: "1",
      event_nseverity: "4",
      event_severity: "High",
      event_tags: "service:db",
      event_time: "2026.09.21 16:13:20",
      event_recovery_time: "{EVENT.RECOVERY.DATE} {EVENT.RECOVERY.TIME}",
      event_ack_status: "No",
      event_update_status: "0",
      event_update_action: "",
      event_update_message: "",
      event_update_time: "{EVENT.UPDATE.DATE} {EVENT.UPDATE.TIME}",
      event_update_user: "{USER.FULLNAME}",
      sent_time: "2026.09.21 16:13:22",
      trigger_id: "25066",
      trigger_url: "",
      host: "db-1",
      title: "Disk almost full on db-1",
      description: "Less than 5 % is free on /var.",
      event_opdata: "3.1 % free",
      zabbix_url: "https://zabbix.example.com",
    },
  },
  // The script throws on every response that is not a success. Zabbix retries as often as the media type allows.
  senderProfile: {
    timeoutSeconds: 30,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "three times, 10 s apart, unless the media type has other settings",
  },
  isTemplated: true,
  volatile: [],
  recognizes: ({ body }) =>
    hasAny(body, "event_nseverity", "zabbix_url") ||
    has(body, "event_id", "event_value") ||
    has(body, "event_id", "event_status", "event_severity") ||
    has(body, "event", "trigger", "host") ||
    has(body, "trigger", "item") ||
    has(body, "hostname", "trigger"),
  read({ body, receivedAt }) {
    const message = objectBody(body, "an object from the media type's script");
    const field = fieldReader(message);
    if (isTest(field)) return noEvents("a test of the media type");
    const id = field("event_id", "eventid");
    const trigger = field("trigger_id", "triggerid");
    const title = field("title", "event_name", "trigger_name", "trigger_description", "trigger", "name", "subject");
    const link = field("link");
    const zone = zoneOf(field("sent_time"), receivedAt);
    const at = (...names: string[]) => readTime(field, zone, ...names);
    const event = newEvent({
      action: stateOf(field),
      // Problem and recovery have the same event id. Without an id, the link contains the trigger.
      alertKey: filledKey(id) ?? filledKey(trigger) ?? filledKey(/[?&]triggerid=(\d+)/.exec(link ?? "")?.[1]),
      externalId: firstText(id, trigger),
      title: filledText(title) ?? title ?? "Zabbix problem",
      description: readDescription(field),
      severity: readSeverity(field("event_nseverity", "event_severity", "severity", "trigger_severity")),
      source: filledText(field("host", "hostname", "host_name", "host_host")),
      url:
        link ??
        problemUrl(filledText(message.zabbix_url, message.url), filledKey(id), filledKey(trigger)) ??
        filledText(field("trigger_url")),
      occurredAt: at("event_timestamp", "event_time", "event_date", "timestamp"),
      metadata: without(message, ...EVENT_FIELDS),
    });
    const note = placeholderNote(id, title, field("event_value"));
    if (event.action === "resolve") {
      const occurredAt = at("event_recovery_time", "recovery_time");
      return singleEvent({ ...event, startedAt: event.occurredAt, occurredAt }, note);
    }
    if (event.action === "acknowledge" || field("event_update_status") !== "1") return singleEvent(event, note);
    return readUpdate({ ...event, occurredAt: at("event_update_time", "event_update_date") }, field, unfilled);
  },
};

/** Fields that differ between the notifications of a problem, or that the event has already. */
const EVENT_FIELDS = [
  "title",
  "description",
  "sent_time",
  "event_time",
  "event_recovery_time",
  "event_update_time",
  "event_update_action",
  "event_update_message",
  "event_update_user",
  "event_update_status",
];

type FieldReader = (...names: string[]) => string | null;

/** Reads the first of some fields that is a text: `event_id` at the top level, or `id` in the object `event`. */
function fieldReader(message: JsonObject): FieldReader {
  const read = (name: string): string | null => {
    const [, group = "", rest = ""] = /^(event|trigger|host)_(.+)$/.exec(name) ?? [];
    const nested = ["event", "trigger", "host"].map((key) => pick(message, key, name));
    return firstText(message[name], pick(message, group, rest), ...nested);
  };
  return (...names) => firstText(...names.map(read));
}

/** The trigger's description, and the value that raised the problem. Other templates send a whole message. */
function readDescription(field: FieldReader): string | null {
  const value = filledText(field("event_opdata", "opdata"));
  const description = filledText(field("description", "alert_message", "message"), field("item"));
  return [description, value && `Operational data: ${value}`].filter(Boolean).join("\n\n") || null;
}

const MACRO = /^\{\$?[A-Z][A-Z0-9_.]*\}$/;

/** The test of a media type replaces no macro. */
const isTest = (field: FieldReader): boolean =>
  ["event_id", "event_value", "title"].every((name) => MACRO.test(field(name) ?? ""));

/** `event_value` is 1 or 0. Other templates send 1, 0, `PROBLEM` or `RESOLVED` as the status. */
function stateOf(field: FieldReader): Action {
  const status = field("event_status", "status", "state") ?? "";
  return VALUES.get(field("event_value") ?? "") ?? VALUES.get(status) ?? parseAction(status) ?? "trigger";
}

/** A number from 0 to 5, or a name. `Warning` is the second lowest of Zabbix' severities. */
function readSeverity(severity: string | null): Severity {
  if (/^warning$/i.test(severity ?? "")) return "LOW";
  return SEVERITIES[Number(severity ?? Number.NaN)] ?? asSeverity(severity);
}

const problemUrl = (base: string | null, event: string | null, trigger: string | null): string | null =>
  base === null || event === null || trigger === null
    ? null
    : `${base.replace(/\/$/, "")}/tr_events.php?triggerid=${urlPart(trigger)}&eventid=${urlPart(event)}`;
