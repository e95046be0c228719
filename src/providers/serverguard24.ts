import { asSeverity, asText, firstText, has, keyOf, objectBody } from "./fields.ts";
import { parseActionIn } from "./actions.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** ServerGuard24's HTTP push: the result of one check of a service. */
export const serverguard24: Provider = {
  id: "serverguard24",
  name: "ServerGuard24",
  docs: "https://www.serverguard24.de/",
  verification: { scheme: "token" },
  setup: `1. In ServerGuard24, open **Contacts → Create New Contact** and set the HTTP push URL to \`<INGEST_URL>?token=<SECRET>\`.
2. In each check, add the contact, and under **Notification & Intervals** select **HTTP Push** for Warning, Critical and OK.`,
  sample: {
    body: {
      server_name: "shop-web",
      server_address: "shop.example.com",
      service_name: "Checkout",
      service_shortname: "shop-web-01",
      service_message: "",
      check_result: "CRITICAL",
      check_output: "HTTP 503 Service Unavailable",
      notification_time: "21.09.2026 16:13:20",
      service_arg_path: "/checkout",
      service_arg_port: "443",
      service_arg_login: "",
    },
  },
  senderProfile: UNPUBLISHED,
  formats: ["form"],
  volatile: [],
  recognizes: ({ body }) => has(body, "check_result", "server_name", "service_name"),
  read({ body }) {
    const check = objectBody(body, "a ServerGuard24 notification");
    const server = firstText(check.server_name, check.server_address);
    return singleEvent(
      newEvent({
        action: parseActionIn(asText(check.check_result) ?? "") ?? "trigger",
        // There is no id. Server and service name identify the service.
        alertKey: keyOf(server, check.service_name),
        title: firstText(check.service_name, server) ?? "ServerGuard24 check",
        description: firstText(check.check_output, check.service_message),
        severity: asSeverity(check.check_result, "HIGH"),
        source: firstText(check.server_address, server),
        // The time is local and has no zone. The arguments of the check may contain a password, so they are left out.
        metadata: {
          result: check.check_result,
          server: check.server_name,
          shortName: check.service_shortname,
          message: check.service_message,
          notificationTime: check.notification_time,
        },
      }),
    );
  },
};
