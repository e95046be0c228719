import { asText, firstText, pick, urlPart } from "./fields.ts";
import { defineProvider } from "./form/define.ts";
import type { Code } from "./form/form.ts";

/** `Alert "Daily revenue" changed status to TRIGGERED`: the default title of the new format. */
const titleState: Code = ({ alert }) =>
  /\bchanged status to ([A-Z]+)\b/.exec(firstText(pick(alert, "title"), pick(alert, "custom_summary")) ?? "")?.[1];

/** The page of the alert. `url_base` may have a query: `https://example.com/sql?o=1`. */
const alertPage: Code = ({ url_base: base, alert }) => {
  const id = asText(pick(alert, "alert", "id")) ?? asText(pick(alert, "id"));
  const text = asText(base);
  if (id === null || text === null || !URL.canParse(text)) return undefined;
  const { origin, pathname, search } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, "")}/alerts/${urlPart(id)}${search}`;
};

/** Alerts of Databricks SQL, in the format of today and the one of legacy alerts, which Redash has too. */
export const databricks = defineProvider({
  id: "databricks",
  name: "Databricks SQL",
  docs: "https://docs.databricks.com/en/sql/user/alerts/webhook-payload",
  category: "cloud",
  keywords: "sql alerts data warehouse redash",
  setup: `1. As a workspace admin, open **Settings → Notifications → Manage notification destinations → Add destination**, and choose **Webhook**.
2. URL: \`<INGEST_URL>\`. Username: \`tocsin\`. Password: \`<SECRET>\`.
3. In your alerts, add the destination to the notifications, and tick **Notify on OK**: without it, Databricks sends no recovery.

**Redash**: **Settings → Alert Destinations → New Alert Destination → Webhook**, with the same values.`,
  sample: {
    body: {
      event: "alert_state_change",
      url_base: "https://dbc-1.example.com/sql?o=1234567890123456",
      alert: {
        title: 'Alert "Daily revenue" changed status to TRIGGERED',
        description: "The revenue of today is below the threshold.",
        alert: {
          id: "9876543210987601",
          name: "Daily revenue",
          owner: { id: 7, name: "Alice Example", email: "alice@example.com" },
          parent: "folders/1357924680135701",
          query_text: "SELECT SUM(revenue) AS total FROM main.sales.daily",
          warehouse_id: "4b9b953939869701",
          evaluations: [
            {
              source: { name: "total", display: "total" },
              comparison_operator: "LESS_THAN",
              threshold: { value: 1000 },
            },
          ],
        },
      },
    },
  },
  successStatus: 200,
  // getredash/redash destinations/webhook.py: it waits five seconds, and logs every status but 200. Databricks publishes nothing.
  sender: { note: "Redash waits five seconds and never retries" },
  body: "an alert of Databricks SQL",
  requires: [{ when: "alert", what: "an alert" }],
  recognizedBy: ["event=alert_state_change alert url_base"],
  action: [
    {
      at: [
        "alert.alert.state",
        "alert.alert.evaluation.state",
        "alert.alert.evaluations[0].state",
        "alert.state",
        titleState,
      ],
      words: { trigger: "TRIGGERED ERROR UNKNOWN", resolve: "OK" },
    },
  ],
  alertKey: ["alert.alert.id", "alert.id"],
  title: ["alert.alert.name", "alert.name", "alert.title"],
  description: [{ join: ["alert.title", "alert.description"] }, "alert.options.custom_body"],
  severity: { at: ["alert.alert.severity", "alert.severity"] },
  source: ["alert.alert.name", "alert.name"],
  url: alertPage,
  occurredAt: [
    "alert.alert.evaluations[0].last_evaluated_at",
    { at: { at: "alert.last_triggered_at", on: "trigger" }, format: "utc" },
    { at: "alert.updated_at", format: "utc" },
  ],
  metadata: {
    query: ["alert.alert.query_text", "alert.query_id"],
    options: "alert.options",
    evaluations: "alert.alert.evaluations",
    warehouse: "alert.alert.warehouse_id",
    owner: ["alert.alert.owner.name", "alert.user_id"],
  },
});
