import { asInstant, asList, asSeverity, asText, firstText, has, hasAny, keyOf, objectBody, pick } from "./fields.ts";
import { parseAction } from "./actions.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** Kapacitor's post event handler: one alert at a level; OK resolves. https://docs.influxdata.com/kapacitor/v1/reference/event_handlers/post/ */
export const kapacitor: Provider = {
  id: "kapacitor",
  name: "Kapacitor",
  docs: "https://docs.influxdata.com/kapacitor/v1/reference/event_handlers/post/",
  verification: { scheme: "token" },
  setup: `1. Add an endpoint to \`kapacitor.conf\`, and restart Kapacitor:

   \`\`\`toml
   [[httppost]]
     endpoint = "tocsin"
     url = "<INGEST_URL>"
     headers = { "X-Tocsin-Token" = "<SECRET>" }
   \`\`\`

   Only the user that runs Kapacitor may read the file: \`chmod 600\`.

2. In your tasks, post to it the alerts that changed their level. \`.id()\` ties an alert to its recovery; \`.details('')\` leaves out Kapacitor's
   own details, which are made for e-mails:

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
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) =>
    has(body, "id", "level", "message") &&
    hasAny(body, "previousLevel", "recoverable", "details") &&
    !has(body, "incident_id"),
  read({ body }) {
    const alert = objectBody(body, "Kapacitor alert data");
    const level = asText(alert.level) ?? "";
    const series = asList(pick(alert, "data", "series"));
    return singleEvent(
      newEvent({
        // The level is both state and severity. INFO is a trigger too.
        action: parseAction(level) === "resolve" ? "resolve" : "trigger",
        alertKey: keyOf(alert.id),
        title: firstText(alert.message, alert.id) ?? "Kapacitor alert",
        description: detailsText(alert.details),
        severity: asSeverity(level),
        source: firstText(pick(series, 0, "tags", "host"), pick(series, 0, "name")),
        occurredAt: asInstant(alert.time),
        metadata: {
          level,
          previousLevel: alert.previousLevel,
          recoverable: alert.recoverable,
          durationNanoseconds: alert.duration,
          tags: pick(series, 0, "tags"),
          series: series.slice(0, 10),
        },
      }),
    );
  },
};

/** Without `.details()`, Kapacitor sends its own data as JSON with HTML escapes, for e-mails. */
const detailsText = (details: unknown): string | null => {
  const text = asText(details);
  return text === null || /^\s*\{&#34;/.test(text) ? null : text;
};
