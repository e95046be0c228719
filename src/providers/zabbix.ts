import type { Action, Severity } from "../alerts/model.ts";
import { parseAction } from "./actions.ts";
import { asInstant, asSeverity, asText, firstText, has, hasAny, objectBody, without, urlPart } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, singleEvent, type Provider } from "./provider.ts";

/** `{EVENT.ID}`, `{$USER.MACRO}`, `{#DISCOVERED}`. Zabbix replaces those without a value with `*UNKNOWN*`. */
const { filledKey, filledText, placeholderNote } = placeholders(
  /\{\$[A-Z][A-Z0-9_.]*(?::[^{}]*)?\}|\{#[A-Z][A-Z0-9_.]*\}|\{(?:ACTION|ALERT|DATE|DISCOVERY|ESC|EVENT|FUNCTION|HOST|HOSTGROUP|INVENTORY|ITEM|LLDRULE|PROXY|SERVICE|TIME|TIMESTAMP|TRIGGER|USER)(?:\.[A-Z0-9.]+)?\}|\*UNKNOWN\*/,
);

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
  ["event_update_status", "{EVENT.UPDATE.STATUS}"],
  ["event_ack_status", "{EVENT.ACK.STATUS}"],
  ["event_nseverity", "{EVENT.NSEVERITY}"],
  ["event_severity", "{EVENT.SEVERITY}"],
  ["event_tags", "{EVENT.TAGS}"],
  ["trigger_id", "{TRIGGER.ID}"],
  ["host", "{HOST.NAME}"],
  ["title", "{EVENT.NAME}"],
  ["description", "{ALERT.MESSAGE}"],
  ["zabbix_url", "{$ZABBIX.URL}"],
] as const;

/**
 * Zabbix through a webhook media type with a script. Reads the script of the setup steps, and the fields of other well-known
 * scripts. https://www.zabbix.com/documentation/current/en/manual/config/notifications/media/webhook
 */
export const zabbix: Provider = {
  id: "zabbix",
  name: "Zabbix",
  docs: "https://www.zabbix.com/documentation/current/en/manual/config/notifications/media/webhook",
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

3. Under **Message templates**, add Problem, Problem recovery and Problem update. Set **Attempts** to 10 and the interval to 30 s.
4. Add the media type to a user, and create an action that notifies the user, with recovery and update operations.`,
  sample: {
    body: {
      event_id: "90211",
      event_value: "1",
      event_update_status: "0",
      event_ack_status: "No",
      event_nseverity: "4",
      event_severity: "High",
      event_tags: "service:db",
      trigger_id: "25066",
      host: "db-1",
      title: "Disk almost full on db-1",
      description: "Less than 5 % is free on /var.",
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
    has(body, "trigger", "item") ||
    has(body, "hostname", "trigger"),
  read({ body }) {
    const message = objectBody(body, "an object from the media type's script");
    const id = firstText(message.event_id, message.eventid);
    const link = asText(message.link);
    const title = firstText(message.title, message.event_name, message.trigger, message.name, message.subject);
    const severity = asText(message.event_nseverity);
    return singleEvent(
      newEvent({
        action: actionOf(message),
        // Problem and recovery have the same event id. Without an id, the link contains the trigger.
        alertKey:
          filledKey(id) ?? filledKey(message.trigger_id) ?? filledKey(/[?&]triggerid=(\d+)/.exec(link ?? "")?.[1]),
        externalId: firstText(id, message.trigger_id),
        title: filledText(title) ?? title ?? "Zabbix problem",
        description: filledText(message.description, message.message, message.opdata, message.item),
        severity:
          SEVERITIES[Number(severity ?? Number.NaN)] ?? asSeverity(firstText(message.event_severity, message.severity)),
        source: filledText(message.host, message.hostname, message.host_name),
        url:
          link ?? problemUrl(filledText(message.zabbix_url, message.url), filledKey(id), filledKey(message.trigger_id)),
        occurredAt: asInstant(firstText(message.event_timestamp, message.timestamp)),
        metadata: without(message, "title", "description"),
      }),
      placeholderNote(id, title, message.event_value),
    );
  },
};

function actionOf(message: Record<string, unknown>): Action {
  const value = asText(message.event_value);
  const state = parseAction(firstText(message.status, message.state, message.event_status) ?? "");
  const action = VALUES.get(value ?? "") ?? state ?? "trigger";
  // An update of a problem is an acknowledgement or a comment. A comment changes nothing.
  const isUpdate = asText(message.event_update_status) === "1";
  return action === "trigger" && isUpdate && /^yes$/i.test(asText(message.event_ack_status) ?? "")
    ? "acknowledge"
    : action;
}

const problemUrl = (base: string | null, event: string | null, trigger: string | null): string | null =>
  base === null || event === null || trigger === null
    ? null
    : `${base.replace(/\/$/, "")}/tr_events.php?triggerid=${urlPart(trigger)}&eventid=${urlPart(event)}`;
