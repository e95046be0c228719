import type { Action } from "../alerts/model.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, none, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** Insping's webhook: a check that changed its state. https://insping.com */
export const insping: Provider = {
  id: "insping",
  name: "Insping",
  docs: "https://insping.com/",
  verification: { scheme: "token" },
  setup: `1. In Insping, open **Integrations → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`.`,
  sample: {
    body: {
      webhook_type: "AL",
      webhook_id: 290,
      webhook_event_id: 73001,
      webhook_event_created_on: "2026-09-21T14:13:21.000000+00:00",
      organization_name: "Acme",
      webhook_event_data: {
        check_state_name: "Not Responding",
        check_id: 5601,
        application_id: 2901,
        application_name: "Shop",
        request_url: "https://shop.example.com",
        request_start_time: "2026-09-21T14:13:20.000000+00:00",
        http_status_code: null,
        response_time: 942,
      },
    },
  },
  sender: UNPUBLISHED,
  volatile: [],
  idempotencyKey: ({ body }) => asText(pick(body, "webhook_event_id")),
  recognises: ({ body }) => has(body, "webhook_type", "webhook_event_data"),
  read({ body }) {
    const message = objectBody(body, "Insping's webhook object");
    if (!has(message, "webhook_event_data")) return none("an event of no check");
    const data = asObject(message.webhook_event_data);
    const state = asText(data.check_state_name) ?? "";
    const action: Action = /^(available|up|ok|responding)$/i.test(state) ? "resolve" : "trigger";
    return one(
      newEvent({
        action,
        alertKey: keyOf(data.check_id),
        title: `${firstText(data.application_name) ?? "Insping check"}: ${state}`,
        description: firstText(data.request_url),
        severity: "HIGH",
        source: asText(data.application_name),
        url: asText(data.request_url),
        occurredAt: asInstant(data.request_start_time),
        metadata: {
          state,
          statusCode: data.http_status_code,
          responseTime: data.response_time,
          organization: message.organization_name,
        },
      }),
    );
  },
};
