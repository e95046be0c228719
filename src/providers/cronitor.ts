import { defineProvider } from "./form/define.ts";

const ID = { at: ["id", "code", "key", "monitor", "name"] };

/** Cronitor's webhook: one monitor that failed or recovered. */
export const cronitor = defineProvider({
  id: "cronitor",
  name: "Cronitor",
  docs: "https://cronitor.io/docs/using-webhooks",
  category: "heartbeats",
  keywords: "cron jobs heartbeat scheduled tasks",
  setup: `1. In Cronitor, open **Settings → Integrations → Create Integration → Webhooks**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Add the integration to the notification lists of your monitors.`,
  sample: {
    body: {
      id: "x7Qk2p",
      monitor: "Nightly backup",
      description: "Did not complete at the expected time.",
      type: "ALERT",
      rule: "not_on_schedule",
      environment: "production",
      group: "Databases",
      issue_url: "https://cronitor.io/app/issues/9c1e0001",
      monitor_url: "https://cronitor.io/app/monitors/x7Qk2p",
    },
  },
  sender: { timeoutSeconds: 15 },
  body: "a Cronitor alert",
  recognizedBy: ["id monitor issue_url", "id monitor monitor_url", "monitor rule"],
  noAlert: [{ when: "type=test", why: "Cronitor's test" }],
  // Old versions and templates have no type: then only the text says that the monitor recovered.
  action: [{ at: ["type", "event", "state", "status"] }, { recoveryIn: ["description", "rule"] }],
  // One monitor runs in several environments, each with its own state.
  alertKey: [{ parts: [ID, "environment"] }, ID],
  title: ["monitor", "name"],
  description: "description",
  severity: "HIGH",
  source: ["monitor", "name"],
  url: ["issue_url", "monitor_url"],
  metadata: "type rule environment group monitor_url",
});
