import { defineProvider } from "./form/define.ts";

/** Site24x7's webhook with its incident parameters: a status change of one monitor. */
export const site24x7 = defineProvider({
  id: "site24x7",
  name: "Site24x7",
  docs: "https://www.site24x7.com/help/admin/third-party-integration/webhooks.html",
  category: "uptime",
  keywords: "manageengine zoho uptime website servers",
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
  formats: ["form"],
  body: "Site24x7 incident parameters",
  recognizedBy: ["STATUS MONITORNAME", "STATUS MONITOR_ID", "STATUS MONITOR_DASHBOARD_LINK", "STATUS INCIDENT_REASON"],
  noAlert: [
    { when: { at: "STATUS", is: "MAINTENANCE SUSPENDED" }, why: "the monitor is suspended or under maintenance" },
  ],
  action: { at: "STATUS" },
  alertKey: ["MONITOR_ID", "MONITORNAME"],
  title: ["MONITORNAME", "MONITORURL"],
  description: ["INCIDENT_REASON", "INCIDENT_DETAILS"],
  // `STATUS` is both state and severity.
  severity: [
    { at: "STATUS", words: { CRITICAL: "DOWN CRITICAL", MEDIUM: "TROUBLE", INFO: "UP" }, strict: true },
    "HIGH",
  ],
  source: "MONITORNAME",
  url: ["MONITOR_DASHBOARD_LINK", "RCA_LINK", "MONITORURL"],
  occurredAt: ["INCIDENT_TIME_ISO", { at: "OUTAGE_TIME_UNIX_FORMAT", when: { not: "STATUS=UP" } }],
  startedAt: "OUTAGE_TIME_UNIX_FORMAT",
  metadata: `status=STATUS monitorType=MONITORTYPE monitorUrl=MONITORURL groups=MONITOR_GROUPNAME tags=TAGS
    failedLocations=FAILED_LOCATIONS pollFrequency=POLLFREQUENCY incidentTime=INCIDENT_TIME rootCause=RCA_LINK`,
});
