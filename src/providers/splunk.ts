import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/**
 * Splunk's webhook alert action: one run of a saved search with results, with its first row. Splunk sends nothing when the
 * condition ends. https://docs.splunk.com/Documentation/Splunk/latest/Alert/Webhooks
 */
export const splunk: Provider = {
  id: "splunk",
  name: "Splunk",
  docs: "https://docs.splunk.com/Documentation/Splunk/latest/Alert/Webhooks",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) => has(body, "sid", "results_link") || has(body, "search_name", "result"),
  read({ body }) {
    const message = objectBody(body, "a Splunk webhook object");
    const result = asObject(message.result);
    const name = asText(message.search_name);
    return singleEvent(
      newEvent({
        action: "trigger",
        // The sid identifies the run. An unsaved search has no name, so each run is a new alert.
        alertKey: name === null ? null : keyOf(name, message.app, message.owner),
        externalId: asText(message.sid),
        title: name ?? "Splunk search",
        description: firstText(result._raw, result.message),
        severity: asSeverity(firstText(result.severity, result.urgency, result.priority)),
        source: firstText(result.host, result.source),
        url: asText(message.results_link),
        occurredAt: asInstant(result._time),
        metadata: { app: message.app, owner: message.owner, sid: message.sid, result },
      }),
    );
  },
};
