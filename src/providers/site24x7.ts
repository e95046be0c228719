import type { Severity } from "../alerts/model.ts";
import { parseAction } from "./actions.ts";
import { asInstant, asText, firstText, hasAny, keyOf, objectBody } from "./fields.ts";
import { newEvent, none, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** `STATUS` is state and severity in one. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ["DOWN", "CRITICAL"],
  ["CRITICAL", "HIGH"],
  ["TROUBLE", "MEDIUM"],
  ["UP", "INFO"],
]);

/** Site24x7's webhook integration: a monitor that changed its status. https://www.site24x7.com/help/admin/third-party-integrations/webhooks.html */
export const site24x7: Provider = {
  id: "site24x7",
  name: "Site24x7",
  docs: "https://www.site24x7.com/help/admin/third-party-integrations/webhooks.html",
  verification: { scheme: "token" },
  setup: `1. In Site24x7, open **Admin → Third-Party Integrations → Add → Webhooks**.
2. Hook URL: \`<INGEST_URL>\`, method POST, **Post as JSON**, custom header \`X-Tocsin-Token\` with \`<SECRET>\`. Send the incident parameters.
3. Let it alert on down, critical, trouble and **up**.`,
  sample: {
    body: {
      MONITOR_ID: 285731000000025,
      MONITORNAME: "Checkout",
      MONITORTYPE: "URL",
      MONITORURL: "https://shop.example.com/checkout",
      MONITOR_GROUPNAME: "Shop",
      STATUS: "DOWN",
      INCIDENT_REASON: "Service Unavailable",
      INCIDENT_TIME: "September 21, 2026 2:13 PM UTC",
      INCIDENT_TIME_ISO: "2026-09-21T14:13:20+0000",
      OUTAGE_TIME_UNIX_FORMAT: "1790000000000",
      FAILED_LOCATIONS: "Frankfurt-DE",
      MONITOR_DASHBOARD_LINK: "https://www.site24x7.com/app/client#/home/monitors/285731000000025/Summary",
    },
  },
  sender: UNPUBLISHED,
  formats: ["form"],
  volatile: [],
  recognises: ({ body }) => hasAny(body, "MONITORNAME", "MONITOR_DASHBOARD_LINK", "MONITOR_ID"),
  read({ body }) {
    const message = objectBody(body, "Site24x7's webhook object");
    const status = (asText(message.STATUS) ?? "").toUpperCase();
    if (status === "MAINTENANCE" || status === "SUSPENDED") return none("a monitor that rests");
    return one(
      newEvent({
        action: parseAction(status) ?? "trigger",
        alertKey: keyOf(message.MONITOR_ID) ?? keyOf(message.MONITORNAME),
        externalId: firstText(message.MONITOR_ID, message.MONITORNAME),
        title: asText(message.MONITORNAME) ?? "Site24x7 monitor",
        description: firstText(message.INCIDENT_REASON, message.INCIDENT_DETAILS),
        severity: SEVERITIES.get(status) ?? "MEDIUM",
        source: firstText(message.MONITORNAME),
        url: firstText(message.MONITOR_DASHBOARD_LINK, message.RCA_LINK, message.MONITORURL),
        occurredAt: asInstant(message.INCIDENT_TIME_ISO) ?? asInstant(message.OUTAGE_TIME_UNIX_FORMAT),
        metadata: {
          status,
          type: message.MONITORTYPE,
          monitoredUrl: message.MONITORURL,
          group: message.MONITOR_GROUPNAME,
          locations: message.FAILED_LOCATIONS,
          tags: message.TAGS,
          rca: message.RCA_LINK,
        },
      }),
    );
  },
};
