import { defineProvider } from "./form/define.ts";
import { MINUTE } from "../lib/time.ts";

/** The macro of a data source that LogicMonitor did not replace names no alert. */
const WHAT = {
  at: { join: ["datasource", "datapoint"], with: " " },
  when: { not: { at: "datasource", startsWith: "##" } },
};

/** LogicMonitor's custom HTTP delivery: one alert, in the operator's template. */
export const logicmonitor = defineProvider({
  id: "logicmonitor",
  name: "LogicMonitor",
  docs: "https://www.logicmonitor.com/support/alerts/integrations/custom-http-delivery",
  category: "infrastructure",
  keywords: "network servers devices",
  setup: `1. In LogicMonitor, open **Settings → Integrations → Add → Custom HTTP Delivery**.
2. Use the same URL and data for all alert statuses: HTTP POST to \`<INGEST_URL>\`, custom header \`X-Tocsin-Token: <SECRET>\`, raw JSON:

   <TEMPLATE>

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
  formats: ["form"],
  maxLatenessMs: 2 * MINUTE,
  body: "an object from the custom HTTP delivery",
  template: {
    placeholder:
      /^\s*##[A-Z][\w.]*##\s*$|##(?:ALERT(?:DETAILURL|ID|STATUS|TYPE)|DATAPOINT|DATASOURCE|HOST(?:NAME)?|INSTANCE|INTERNALID|LEVEL|MESSAGE|STARTEPOCH|SYSTEM\.[\w.]+|THRESHOLD|VALUE)##/,
    variable: "##<NAME>##",
    variables: { alerturl: "##ALERTDETAILURL##" },
  },
  recognizedBy: ["alertid alertstatus", "alertid datasource"],
  noAlert: [{ when: "alertstatus=test", why: "LogicMonitor's test" }],
  action: { at: "alertstatus" },
  alertKey: ["alertid", "internalid"],
  title: ["subject", WHAT, "alertid"],
  description: ["message", "eventmsg", "datapointdesc"],
  severity: { at: "level" },
  source: ["host", "service"],
  url: ["alerturl", "hosturl"],
  // ##STARTEPOCH## is the start of the alert in every message.
  occurredAt: { at: "startepoch", on: "trigger" },
  startedAt: "startepoch",
  author: { at: ["admin", "ackedby"], on: "acknowledge" },
  note: { at: ["ackcomment", "comment", "acknotes"], on: "acknowledge" },
  leftOut: ["message", "alertid"],
});
