import { asList, pick } from "./fields.ts";
import { alertmanager } from "./alertmanager.ts";
import type { Provider } from "./provider.ts";

/** A label that SigNoz adds to every alert: the page of its rule. */
const isOfSigNoz = (alert: unknown): boolean => typeof pick(alert, "labels", "ruleSource") === "string";

/** SigNoz' webhook channel: SigNoz contains Alertmanager, and its alerts have the labels `ruleId` and `ruleSource`. */
export const signoz: Provider = {
  ...alertmanager,
  id: "signoz",
  name: "SigNoz",
  docs: "https://signoz.io/docs/alerts-management/notification-channel/webhook/",
  category: "observability",
  keywords: "opentelemetry otel traces metrics logs apm",
  setup: `1. In SigNoz, open **Settings → Notification Channels → New Alert Channel**. Type: **Webhook**.
2. Webhook URL: \`<INGEST_URL>\`. User name: \`tocsin\`. Password: \`<SECRET>\`. Tick **Send resolved alerts**.
3. Click **Test**, save, and choose the channel in your alert rules.`,
  sample: {
    headers: { "user-agent": "Alertmanager/0.28.1" },
    body: {
      version: "4",
      groupKey: '{__receiver__="tocsin"}:{ruleId="019967a0-0000-7000-8000-000000000001"}',
      truncatedAlerts: 0,
      status: "firing",
      receiver: "tocsin",
      groupLabels: { ruleId: "019967a0-0000-7000-8000-000000000001" },
      commonLabels: { alertname: "Checkout is slow", severity: "critical" },
      commonAnnotations: {},
      externalURL: "https://signoz.example.com",
      alerts: [
        {
          status: "firing",
          labels: {
            alertname: "Checkout is slow",
            ruleId: "019967a0-0000-7000-8000-000000000001",
            ruleSource: "https://signoz.example.com/alerts/overview?ruleId=019967a0-0000-7000-8000-000000000001",
            severity: "critical",
            "service.name": "checkout",
          },
          annotations: { summary: "The p99 latency is 4.2 s", description: "The threshold is 2 s." },
          startsAt: "2026-09-21T14:13:20.123456789Z",
          endsAt: "0001-01-01T00:00:00Z",
          generatorURL: "https://signoz.example.com/alerts/overview?ruleId=019967a0-0000-7000-8000-000000000001",
          fingerprint: "a1bc48475b20e701",
        },
      ],
    },
  },
  relatedSources: ["alertmanager", "grafana"],
  recognizes: ({ body }) => asList(pick(body, "alerts")).some(isOfSigNoz),
};
