import { MINUTE } from "../lib/time.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asSeverity, asText, firstText, has, objectBody, without } from "./fields.ts";
import { placeholders } from "./placeholders.ts";
import { newEvent, noEvents, singleEvent, type Provider } from "./provider.ts";
import { complete } from "./template.ts";

/** `##ALERTID##` */
const unfilled = placeholders(
  /^\s*##[A-Z][\w.]*##\s*$|##(?:ALERT(?:DETAILURL|ID|STATUS|TYPE)|DATAPOINT|DATASOURCE|HOST(?:NAME)?|INSTANCE|INTERNALID|LEVEL|MESSAGE|STARTEPOCH|SYSTEM\.[\w.]+|THRESHOLD|VALUE)##/,
);
const { filledKey, filledText, placeholderNote } = unfilled;

const TEMPLATE = {
  alertid: "##ALERTID##",
  internalid: "##INTERNALID##",
  alertstatus: "##ALERTSTATUS##",
  level: "##LEVEL##",
  host: "##HOST##",
  datasource: "##DATASOURCE##",
  instance: "##INSTANCE##",
  datapoint: "##DATAPOINT##",
  value: "##VALUE##",
  threshold: "##THRESHOLD##",
  startepoch: "##STARTEPOCH##",
  message: "##MESSAGE##",
  alerturl: "##ALERTDETAILURL##",
};

/** LogicMonitor's custom HTTP delivery: one alert, in the operator's template. https://www.logicmonitor.com/support/alerts/integrations/custom-http-delivery */
export const logicmonitor: Provider = {
  id: "logicmonitor",
  name: "LogicMonitor",
  docs: "https://www.logicmonitor.com/support/alerts/integrations/custom-http-delivery",
  verification: { scheme: "token" },
  setup: `1. In LogicMonitor, open **Settings → Integrations → Add → Custom HTTP Delivery**.
2. Use the same URL and data for all alert statuses: HTTP POST to \`<INGEST_URL>\`, custom header \`X-Tocsin-Token: <SECRET>\`, raw JSON:

   \`\`\`json
${JSON.stringify(TEMPLATE, null, 2).replaceAll(/^/gm, "   ")}
   \`\`\`

3. Tick new, acknowledged, cleared and escalated, and use the integration in an escalation chain.`,
  sample: {
    body: {
      alertid: "LMD51204",
      internalid: "LMD51204",
      alertstatus: "active",
      level: "critical",
      host: "db-1",
      datasource: "Disks-/var",
      instance: "/var",
      datapoint: "PercentUsed",
      value: "97",
      threshold: "> 95",
      startepoch: "1790000000",
      message: "Disk almost full on db-1",
      alerturl: "https://acme.logicmonitor.com/santaba/uiv4/alerts/LMD51204",
    },
  },
  senderProfile: {
    timeoutSeconds: null,
    clientErrors: "not published",
    tooManyRequests: "not published",
    serverErrors: "not published",
  },
  formats: ["form"],
  isTemplated: true,
  volatile: [],
  maxLatenessMs: 2 * MINUTE,
  recognizes: ({ body }) => has(body, "alertid", "alertstatus") || has(body, "alertid", "datasource"),
  read({ body }) {
    const message = objectBody(body, "an object from the custom HTTP delivery");
    const id = firstText(message.alertid, message.internalid);
    if (message.alertstatus === "test") return noEvents("LogicMonitor's test");
    const action = parseActionIn(asText(message.alertstatus) ?? "") ?? "trigger";
    const what = [filledText(message.datasource), filledText(message.datapoint)].filter(Boolean).join(" ");
    const title = firstText(message.subject, what, message.alertid);
    return singleEvent(
      complete(
        newEvent({
          action,
          alertKey: filledKey(message.alertid) ?? filledKey(message.internalid),
          externalId: id,
          title: title ?? "LogicMonitor alert",
          description: filledText(message.message, message.eventmsg, message.datapointdesc),
          severity: asSeverity(message.level),
          source: filledText(message.host, message.service),
          url: filledText(message.alerturl, message.hosturl),
          // ##STARTEPOCH## is the start of the alert in every message.
          occurredAt: action === "trigger" ? asInstant(message.startepoch) : null,
          startedAt: action === "resolve" ? asInstant(message.startepoch) : null,
          author: action === "acknowledge" ? filledText(message.admin, message.ackedby) : null,
          note: action === "acknowledge" ? filledText(message.ackcomment, message.comment, message.acknotes) : null,
          metadata: without(message, "message", "alertid"),
        }),
        message,
        { title, state: message.alertstatus, severity: message.level },
        unfilled,
      ),
      placeholderNote(id, message.alertstatus),
    );
  },
};
