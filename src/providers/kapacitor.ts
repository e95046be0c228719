import { defineProvider } from "./form/define.ts";
import { asList, pick } from "./fields.ts";

/** Kapacitor's post event handler: one alert at a level; OK resolves. */
export const kapacitor = defineProvider({
  id: "kapacitor",
  name: "Kapacitor",
  docs: "https://docs.influxdata.com/kapacitor/v1/reference/event_handlers/post/",
  category: "metrics",
  keywords: "influxdb influxdata tick telegraf time series metrics",
  setup: `1. Add an endpoint to \`kapacitor.conf\`, and restart Kapacitor:

   \`\`\`toml
   [[httppost]]
     endpoint = "tocsin"
     url = "<INGEST_URL>"
     headers = { "X-Tocsin-Token" = "<SECRET>" }
   \`\`\`

   Only the user that runs Kapacitor may read the file: \`chmod 600\`.

2. In your tasks, post to it the alerts that changed their level. \`.id()\` ties an alert to its recovery; \`.details('')\` leaves out Kapacitor's
   own details, which are made for emails:

   \`\`\`
   |alert()
     .id('{{ .Name }}/{{ .Group }}')
     .crit(lambda: "usage_idle" < 10)
     .details('')
     .stateChangesOnly()
     .post()
       .endpoint('tocsin')
   \`\`\``,
  sample: {
    body: {
      id: "cpu/host=web-1",
      message: "cpu/host=web-1 is CRITICAL",
      details: "",
      time: "2026-09-21T14:13:20Z",
      duration: 60_000_000_000,
      level: "CRITICAL",
      data: {
        series: [
          {
            name: "cpu",
            tags: { host: "web-1" },
            columns: ["time", "usage_idle"],
            values: [["2026-09-21T14:13:20Z", 3.2]],
          },
        ],
      },
      previousLevel: "OK",
      recoverable: true,
    },
  },
  body: "Kapacitor alert data",
  recognizedBy: [
    { all: ["id level message", { any: ["previousLevel", "recoverable", "details"] }, { not: "incident_id" }] },
  ],
  // The level is both state and severity. INFO is a trigger too.
  action: { at: "level" },
  alertKey: "id",
  title: ["message", "id"],
  // Without `.details()`, Kapacitor sends its own data as JSON with HTML escapes, for emails.
  description: { at: "details", when: { not: { at: "details", startsWith: "{&#34;" } } },
  severity: { at: "level" },
  source: ["data.series[0].tags.host", "data.series[0].name"],
  occurredAt: "time",
  metadata: {
    level: "level",
    previousLevel: "previousLevel",
    recoverable: "recoverable",
    durationNanoseconds: "duration",
    tags: "data.series[0].tags",
    series: ({ data }) => asList(pick(data, "series")).slice(0, 10),
  },
});
