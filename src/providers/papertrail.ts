import { asList, firstText, pick } from "./fields.ts";
import { defineProvider } from "./form/define.ts";
import type { Code } from "./form/form.ts";

const MAX_LINES = 20;

/** The first lines that the search found. */
const lines: Code = ({ events }) =>
  asList(events)
    .slice(0, MAX_LINES)
    .map((event) =>
      ["display_received_at", "hostname", "program", "message"]
        .flatMap((name) => firstText(pick(event, name)) ?? [])
        .join(" "),
    )
    .join("\n");

/** How many lines, or counts of lines, there are. */
const size: Code = ({ events, counts }) => String(asList(events).length || asList(counts).length || "no");

/** Papertrail's webhook: the lines that a saved search found, or none for an inactivity alert. There is no recovery. */
export const papertrail = defineProvider({
  id: "papertrail",
  name: "Papertrail",
  docs: "https://www.papertrail.com/help/webhooks/",
  category: "logs",
  keywords: "solarwinds syslog logs saved searches",
  // Papertrail cannot set headers, so the secret is in the URL.
  setup: `1. In Papertrail, open the saved search, and click **Alerts → Create an alert → Webhook**.
2. Webhook URL: \`<INGEST_URL>?token=<SECRET>\`. Choose how often it runs, and save.

A saved search is one alert, its repeats are occurrences. Papertrail never reports an end: resolve the alerts by hand, or set
\`autoResolveMinutes\` of the integration.`,
  sample: {
    body: {
      payload: JSON.stringify({
        events: [
          {
            id: 7711561783320001,
            received_at: "2026-09-21T14:13:20Z",
            display_received_at: "Sep 21 14:13:20",
            source_name: "web-1",
            source_id: 2,
            hostname: "web-1",
            program: "shop",
            severity: "Error",
            facility: "Local0",
            message: "status=503 path=/checkout",
          },
        ],
        saved_search: {
          id: 42,
          name: "Checkout fails",
          query: "program:shop status=503",
          html_search_url: "https://papertrailapp.example.com/searches/42",
          html_edit_url: "https://papertrailapp.example.com/searches/42/edit",
        },
        max_id: "7711561783320001",
        min_id: "7711561783320001",
        frequency: "1 minute",
      }),
    },
  },
  formats: ["form"],
  body: "a search of Papertrail",
  unwrap: "payload",
  requires: [{ when: "saved_search", what: "a saved search" }],
  recognizedBy: ["saved_search.id saved_search.query"],
  alertKey: ["saved_search.id", "saved_search.name"],
  eventId: "max_id",
  title: [{ text: "{saved_search.name}" }, "saved_search.query"],
  description: [{ at: lines }, { join: [{ at: size }, { text: "lines match {saved_search.query}" }], with: " " }],
  severity: { at: "events[0].severity", words: { MEDIUM: "Info Debug Notice" } },
  source: ["events[0].hostname", "events[0].source_name", "counts[0].source_name", "saved_search.name"],
  url: "saved_search.html_search_url",
  occurredAt: "events[0].received_at",
  metadata: {
    query: "saved_search.query",
    lines: size,
    counts: "counts",
    program: "events[0].program",
    frequency: "frequency",
  },
});
