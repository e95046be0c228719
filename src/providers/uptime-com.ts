import type { Action } from "../alerts/model.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, none, one, type Provider, UNPUBLISHED } from "./provider.ts";

/** `event`; it counts where the alert's own state says otherwise. */
const EVENTS: ReadonlyMap<string, Action> = new Map([
  ["alert_raised", "trigger"],
  ["alert_escalated", "trigger"],
  ["alert_acknowledged", "acknowledge"],
  ["alert_cleared", "resolve"],
]);

/** Uptime.com's custom postback: an alert that was raised or cleared. https://support.uptime.com/hc/en-us/articles/360013093460 */
export const uptimeCom: Provider = {
  id: "uptime-com",
  name: "Uptime.com",
  docs: "https://support.uptime.com/hc/en-us/articles/360013093460-Custom-Postback-URL-Webhook-Integration",
  verification: { scheme: "token" },
  setup: `1. In Uptime.com, open **Notifications → Integrations → New Profile → Custom Postback URL (Webhook)**.
2. URL to Postback: \`<INGEST_URL>\`. HTTP headers: \`X-Tocsin-Token: <SECRET>\`. Leave the legacy payload off.
3. Add the profile to the contacts of your checks.`,
  sample: {
    body: {
      event: "alert_raised",
      data: {
        service: {
          id: 764001,
          name: "Checkout",
          display_name: "Checkout",
          monitoring_service_type: "HTTP",
          msp_address: "https://shop.example.com/checkout",
          tags: ["shop"],
        },
        account: { id: 123, name: "Acme" },
        alert: {
          id: 789001,
          created_at: "2026-09-21T14:13:20.420Z",
          state: "CRITICAL",
          output: "HTTP 503",
          short_output: "503",
          is_up: false,
        },
        links: { alert_details: "https://uptime.com/alerts/789001" },
        date: "2026-09-21T14:13:20.420Z",
      },
    },
  },
  sender: UNPUBLISHED,
  volatile: [],
  recognises: ({ body }) =>
    has(pick(body, "data"), "service", "alert") || (asText(pick(body, "event")) ?? "").startsWith("alert_"),
  read({ body }) {
    const message = objectBody(body, "Uptime.com's postback");
    const data = asObject(message.data);
    const [service, alert] = [asObject(data.service), asObject(data.alert)];
    const event = asText(message.event) ?? "";
    if (event === "test" || !has(data, "service")) return none("a message of no check: a test");
    const action = EVENTS.get(event) ?? (alert.is_up === true ? "resolve" : "trigger");
    return one(
      newEvent({
        action,
        alertKey: keyOf(firstText(service.id, service.device_id)),
        title: firstText(service.display_name, service.name) ?? "Uptime.com check",
        description: firstText(alert.output, alert.short_output),
        severity: asSeverity(alert.state, "HIGH"),
        source: firstText(service.name),
        url: firstText(
          pick(data, "links", "alert_details"),
          pick(data, "links", "real_time_analysis"),
          service.msp_address,
        ),
        occurredAt: asInstant(firstText(data.date, alert.created_at)),
        metadata: {
          event,
          state: alert.state,
          type: service.monitoring_service_type,
          address: service.msp_address,
          tags: service.tags,
          alertId: alert.id,
          account: pick(data, "account", "name"),
        },
      }),
    );
  },
};
