import { defineProvider } from "./form/define.ts";
import { asText } from "./fields.ts";

/** GoAlert's webhook contact method: an alert, or an entry of an alert's log. */
export const goalert = defineProvider({
  id: "goalert",
  name: "GoAlert",
  docs: "https://github.com/target/goalert/blob/master/web/src/app/documentation/sections/Webhooks.md",
  category: "incidents",
  keywords: "on call on-call paging",
  setup: `1. In GoAlert, open a user's profile (or a step of an escalation policy) and add a contact method of type **Webhook**.
2. Webhook URL: \`<INGEST_URL>?token=<SECRET>\`.
3. Verify the contact method: the code arrives as a delivery. Read it from the payload with \`GET /v1/deliveries\`.`,
  sample: {
    body: {
      AppName: "GoAlert",
      Type: "Alert",
      AlertID: 79685,
      Summary: "Checkout answers slowly",
      Details: "Nine of ten requests take longer than five seconds.",
      ServiceID: "5b0a7c50-0001-4c1e-8d5b-000000000001",
      ServiceName: "Shop",
      Meta: {},
      GoAlertURL: "https://goalert.example.com/alerts/79685",
    },
  },
  // notification/webhook/sender.go: timeout 3 s, and the response is ignored.
  sender: { timeoutSeconds: 3, retries: [] },
  body: "a GoAlert message",
  // Old versions have no AppName.
  recognizedBy: ["AppName Type", "Type AlertID"],
  requires: [{ when: { at: "Type" }, what: "the type of a message" }],
  noAlert: [
    { when: "Type=Verification", why: "verification of a contact method: the payload contains the code" },
    { when: { not: { at: "Type", is: "Alert AlertStatus AlertStatusBundle" } }, why: "not an alert message" },
  ],
  // A status update is a sentence of the log: "Acknowledged by …", "Closed via …", "Escalated to step 2".
  action: [
    { when: { any: ["Type=Alert", { at: "LogEntry", startsWith: "created" }] }, is: "trigger" },
    { when: { at: "LogEntry", startsWith: "closed" }, is: "resolve" },
    { when: { at: "LogEntry", startsWith: "acknowledged" }, is: "acknowledge" },
    { when: { at: "LogEntry" }, is: "note" },
  ],
  alertKey: "AlertID",
  title: ["Summary", "LogEntry"],
  description: "Details",
  source: "ServiceName",
  note: "LogEntry",
  author: ({ LogEntry }) => / by (.+)$/.exec(asText(LogEntry) ?? "")?.[1],
  url: "GoAlertURL",
  leftOut: ["Summary", "Details", "AppName", "GoAlertURL"],
  hints: [
    // Old versions.
    { when: "Type=AlertStatusBundle", text: "the bundle names only one of the alerts that changed" },
  ],
});
