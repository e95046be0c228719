import type { Severity } from "../alerts/model.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asText, firstText, has, hasAny, keyOf, objectBody } from "./fields.ts";
import { newEvent, noEvents, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** `STATUS` is both state and severity. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([
  ["DOWN", "CRITICAL"],
  ["CRITICAL", "CRITICAL"],
  ["TROUBLE", "MEDIUM"],
  ["UP", "INFO"],
]);
/** `STATUS` of monitors that are not checked at the moment. */
const UNWATCHED: ReadonlySet<string> = new Set(["MAINTENANCE", "SUSPENDED"]);

/**
 * Site24x7's webhook with its incident parameters: a status change of one monitor.
 * https://www.site24x7.com/help/admin/third-party-integration/webhooks.html
 */
export const site24x7: Provider = {
  id: "site24x7",
  name: "Site24x7",
  docs: "https://www.site24x7.com/help/admin/third-party-integration/webhooks.html",
  verification: { scheme: "token" },
  setup: `1. In Site24x7, open **Admin → Third-Party Integration → Add Third-Party Integration → Webhooks**.
2. Hook URL \`<INGEST_URL>?token=<SECRET>\`, HTTP method **POST**.
3. Tick **Post as JSON** and **Send Incident Parameters**.
4. Enable it for Down, Critical, Trouble and Up, and save.`,
  sample: {
    body: {
      MONITOR_ID: "412000000000031007",
      MONITORNAME: "Checkout",
      MONITORTYPE: "URL",
      MONITORURL: "https://shop.example.com/checkout",
      MONITOR_GROUPNAME: "Shop",
      MONITOR_DASHBOARD_LINK: "https://www.site24x7.com/app/client#/home/monitors/412000000000031007/Summary",
      STATUS: "DOWN",
      INCIDENT_REASON: "Service Unavailable",
      INCIDENT_TIME: "September 21, 2026 7:13 AM PDT",
      INCIDENT_TIME_ISO: "2026-09-21T07:13:20-0700",
      OUTAGE_TIME_UNIX_FORMAT: "1790000000000",
      FAILED_LOCATIONS: "Stockholm-SE,Tokyo-JP",
      POLLFREQUENCY: 1,
      TIMEZONE: "America/Los_Angeles",
    },
  },
  senderProfile: UNPUBLISHED,
  formats: ["form"],
  volatile: [],
  recognizes: ({ body }) =>
    has(body, "STATUS") && hasAny(body, "MONITORNAME", "MONITOR_ID", "MONITOR_DASHBOARD_LINK", "INCIDENT_REASON"),
  read({ body }) {
    const incident = objectBody(body, "Site24x7 incident parameters");
    const status = (asText(incident.STATUS) ?? "").toUpperCase();
    if (UNWATCHED.has(status)) return noEvents("the monitor is suspended or under maintenance");
    const action = parseActionIn(status) ?? "trigger";
    return singleEvent(
      newEvent({
        action,
        alertKey: keyOf(incident.MONITOR_ID) ?? keyOf(incident.MONITORNAME),
        title: firstText(incident.MONITORNAME, incident.MONITORURL) ?? "Site24x7 monitor",
        description: firstText(incident.INCIDENT_REASON, incident.INCIDENT_DETAILS),
        severity: SEVERITIES.get(status) ?? "HIGH",
        source: asText(incident.MONITORNAME),
        url: firstText(incident.MONITOR_DASHBOARD_LINK, incident.RCA_LINK, incident.MONITORURL),
        occurredAt:
          asInstant(incident.INCIDENT_TIME_ISO) ??
          (status === "UP" ? null : asInstant(incident.OUTAGE_TIME_UNIX_FORMAT)),
        startedAt: action === "resolve" ? asInstant(incident.OUTAGE_TIME_UNIX_FORMAT) : null,
        metadata: {
          status: incident.STATUS,
          monitorType: incident.MONITORTYPE,
          monitorUrl: incident.MONITORURL,
          groups: incident.MONITOR_GROUPNAME,
          tags: incident.TAGS,
          failedLocations: incident.FAILED_LOCATIONS,
          pollFrequency: incident.POLLFREQUENCY,
          incidentTime: incident.INCIDENT_TIME,
          rootCause: incident.RCA_LINK,
        },
      }),
    );
  },
};
