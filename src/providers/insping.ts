import { parseActionIn } from "./actions.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** Insping's webhook: a state change of one check. https://app.insping.com/#integrations */
export const insping: Provider = {
  id: "insping",
  name: "Insping",
  docs: "https://app.insping.com/#integrations",
  verification: { scheme: "token" },
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
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) =>
    has(body, "webhook_event_id", "webhook_event_data") && has(pick(body, "webhook_event_data"), "check_state_name"),
  read({ body }) {
    const message = objectBody(body, "an Insping webhook");
    const check = asObject(message.webhook_event_data);
    return singleEvent(
      newEvent({
        action: parseActionIn(asText(check.check_state_name) ?? "") === "resolve" ? "resolve" : "trigger",
        alertKey: keyOf(check.check_id),
        title: firstText(check.request_url, check.application_name) ?? "Insping check",
        description: asText(check.check_state_name),
        severity: "HIGH",
        source: asText(check.application_name),
        url: asText(check.request_url),
        occurredAt: asInstant(check.request_start_time),
        metadata: {
          state: check.check_state_name,
          organization: message.organization_name,
          httpStatus: check.http_status_code,
          responseTime: check.response_time,
        },
      }),
    );
  },
};
