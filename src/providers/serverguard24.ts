import type { Severity } from "../alerts/model.ts";
import { parseAction } from "./actions.ts";
import { asSeverity, asText, firstText, has, keyOf, objectBody } from "./fields.ts";
import { newEvent, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** `check_result` is state and severity in one. */
const SEVERITIES: ReadonlyMap<string, Severity> = new Map([["FAILURE", "CRITICAL"]]);

/** ServerGuard24's webhook: a service or server whose check changed. https://serverguard24.com */
export const serverguard24: Provider = {
  id: "serverguard24",
  name: "ServerGuard24",
  docs: "https://www.serverguard24.com/",
  verification: { scheme: "token" },
  setup: `1. In ServerGuard24, add a **Webhook** as a notification contact: URL \`<INGEST_URL>?token=<SECRET>\`, all fields as JSON.
2. Choose the contact in your servers and services.`,
  sample: {
    body: {
      server_name: "Shop",
      server_address: "shop.example.com",
      service_name: "Web",
      service_shortname: "web",
      check_result: "CRITICAL",
      check_output: "FAILURE: memory 95 %",
      notification_time: "21.09.2026 14:13:20",
    },
  },
  sender: UNPUBLISHED,
  formats: ["form"],
  volatile: [],
  recognises: ({ body }) => has(body, "check_result", "server_name"),
  read({ body }) {
    const message = objectBody(body, "ServerGuard24's webhook object");
    const result = (asText(message.check_result) ?? "").toUpperCase();
    const service = firstText(message.service_name, message.service_shortname);
    return one(
      newEvent({
        action: parseAction(result) ?? "trigger",
        alertKey: service === null ? keyOf(message.server_name) : keyOf(message.server_name, service),
        externalId: firstText(message.service_shortname, message.server_name),
        title: [service, firstText(message.server_name)].filter(Boolean).join(" on ") || "ServerGuard24 check",
        description: firstText(message.check_output, message.service_message),
        severity: SEVERITIES.get(result) ?? asSeverity(result),
        source: asText(message.server_name),
        // Its time has no zone.
        occurredAt: null,
        metadata: {
          result,
          address: message.server_address,
          service: message.service_shortname,
          time: message.notification_time,
        },
      }),
    );
  },
};
