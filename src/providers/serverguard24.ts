import { defineProvider } from "./form/define.ts";

const SERVER = { at: ["server_name", "server_address"] };

/** ServerGuard24's HTTP push: the result of one check of a service. */
export const serverguard24 = defineProvider({
  id: "serverguard24",
  name: "ServerGuard24",
  docs: "https://www.serverguard24.de/",
  category: "uptime",
  keywords: "uptime website servers",
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
  formats: ["form"],
  body: "a ServerGuard24 notification",
  recognizedBy: ["check_result server_name service_name"],
  action: { at: "check_result" },
  // There is no id. Server and service name identify the service.
  alertKey: { parts: [SERVER, "service_name?"] },
  title: ["service_name", SERVER],
  description: ["check_output", "service_message"],
  severity: [{ at: "check_result" }, "HIGH"],
  source: ["server_address", SERVER],
  // The time is local and has no zone. The arguments of the check may contain a password, so they are left out.
  metadata: `result=check_result server=server_name shortName=service_shortname message=service_message
    notificationTime=notification_time`,
});
