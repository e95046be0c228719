import { defineProvider } from "./form/define.ts";

/** Splunk's webhook alert action: one run of a saved search with results, with its first row. Splunk sends nothing when the condition ends. */
export const splunk = defineProvider({
  id: "splunk",
  name: "Splunk",
  docs: "https://docs.splunk.com/Documentation/Splunk/latest/Alert/Webhooks",
  category: "logs",
  keywords: "logs siem saved searches",
  setup: `1. In Splunk, save your search as an alert and choose **Add Actions → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\` (the action cannot set headers). On Splunk Cloud, allow the URL under
   **Settings → Server settings → Webhook allow list**.
3. Splunk never sends a resolve. Set the integration's \`autoResolveMinutes\` to more than the interval of the alert.

A column named \`severity\` in the search result sets the severity of the alert.`,
  sample: {
    body: {
      sid: "scheduler__admin__search__RMD5a1b2c3d4e5f_at_1790000000_12",
      search_name: "Failed logins",
      app: "search",
      owner: "admin",
      results_link:
        "https://splunk.example.com:8000/app/search/@go?sid=scheduler__admin__search__RMD5a1b2c3d4e5f_at_1790000000_12",
      result: { _time: "1790000000", host: "web-1", sourcetype: "linux_secure", count: "42", severity: "high" },
    },
  },
  body: "a Splunk webhook object",
  recognizedBy: ["sid results_link", "search_name result"],
  // The sid identifies the run. An unsaved search has no name, so each run is a new alert.
  alertKey: { parts: ["search_name", "app?", "owner?"] },
  externalId: "sid",
  title: ["search_name", { text: "Splunk search" }],
  description: ["result._raw", "result.message"],
  severity: { at: ["result.severity", "result.urgency", "result.priority"] },
  source: ["result.host", "result.source"],
  url: "results_link",
  occurredAt: "result._time",
  metadata: "app owner sid result",
});
