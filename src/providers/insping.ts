import { defineProvider } from "./form/define.ts";

/** Insping's webhook: a state change of one check. */
export const insping = defineProvider({
  id: "insping",
  name: "Insping",
  docs: "https://app.insping.com/#integrations",
  category: "uptime",
  keywords: "uptime website",
  setup: `1. In Insping, open **Integrations → Webhooks → Create Webhook**.
2. Webhook URL: \`<INGEST_URL>?token=<SECRET>\`
3. Choose the organization, and click **Create**.`,
  sample: {
    body: {
      organization_id: 310,
      organization_name: "Acme",
      webhook_id: 12,
      webhook_type: "AL",
      webhook_event_id: 88120,
      webhook_event_created_on: "2026-09-21T14:13:21.500000+00:00",
      webhook_event_data: {
        check_id: 4410,
        check_state_name: "Not Responding",
        application_id: 902,
        application_name: "Shop",
        request_url: "https://shop.example.com/checkout",
        request_start_time: "2026-09-21T14:13:20.000000+00:00",
        response_time: 942,
        http_status_code: null,
      },
    },
  },
  body: "an Insping webhook",
  events: "webhook_event_data",
  event: "the data of an event",
  recognizedBy: ["webhook_event_id webhook_event_data.check_state_name"],
  action: { at: "check_state_name" },
  alertKey: "check_id",
  title: ["request_url", "application_name"],
  description: "check_state_name",
  severity: "HIGH",
  source: "application_name",
  url: "request_url",
  occurredAt: "request_start_time",
  metadata:
    "state=check_state_name organization=$body.organization_name httpStatus=http_status_code responseTime=response_time",
});
