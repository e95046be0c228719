import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { newEvent, singleEvent, type Provider, type Reading, UNPUBLISHED } from "./provider.ts";

const EVENTS: ReadonlyMap<string, Action> = new Map([
  ["alert_raised", "trigger"],
  ["alert_cleared", "resolve"],
]);

/**
 * Uptime.com's custom postback URL: one raised or cleared alert of a check; also the flat legacy payload.
 * https://support.uptime.com/hc/en-us/articles/115002560845-Configuring-Custom-Postback-URL-Webhooks
 */
export const uptimeCom: Provider = {
  id: "uptime-com",
  name: "Uptime.com",
  docs: "https://support.uptime.com/hc/en-us/articles/115002560845-Configuring-Custom-Postback-URL-Webhooks",
  verification: { scheme: "token" },
  setup: `1. In Uptime.com, open **Notifications → Integrations → New Profile**, provider type **Custom Postback URL (Webhook)**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Leave the legacy payload off, and assign the profile to the contacts of your checks.`,
  sample: {
    body: {
      event: "alert_raised",
      data: {
        service: {
          id: 510221,
          name: "Checkout",
          display_name: "Checkout",
          monitoring_service_type: "HTTP",
          msp_address: "https://shop.example.com/checkout",
          tags: ["shop"],
        },
        account: { id: 77, name: "Acme", site_url: "https://uptime.com" },
        date: "2026-09-21T14:13:20.000Z",
        alert: {
          id: 990012,
          created_at: "2026-09-21T14:13:20.000Z",
          state: "CRITICAL",
          output: "HTTP CRITICAL: 503 Service Unavailable",
          short_output: "HTTP CRITICAL: 503",
          is_up: false,
        },
        global_alert_state: { id: 31, num_locations_down: 3, state_is_up: false },
        device: { id: 12, name: "", address: "shop.example.com", display_name: "shop.example.com" },
        locations: ["Stockholm", "US East", "Tokyo"],
        links: { alert_details: "https://uptime.com/alerting/alert-history/990012" },
      },
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) =>
    has(pick(body, "data"), "service", "alert") || has(body, "check_name", "check_uptime_api_url", "state"),
  read({ body }) {
    const message = objectBody(body, "an Uptime.com alert");
    return has(message, "data") ? readAlert(message, asObject(message.data)) : readLegacy(message);
  },
};

function readAlert(message: JsonObject, data: JsonObject): Reading {
  const service = asObject(data.service);
  const alert = asObject(data.alert);
  // A cleared alert may still contain the state in which it was raised.
  const action = EVENTS.get(asText(message.event) ?? "") ?? (alert.is_up === true ? "resolve" : "trigger");
  return singleEvent(
    newEvent({
      action,
      alertKey: keyOf(service.id),
      title: firstText(service.display_name, service.name) ?? "Uptime.com check",
      description: firstText(alert.output, alert.short_output),
      severity: asSeverity(alert.state, "HIGH"),
      source: firstText(pick(data, "device", "address"), service.msp_address),
      url: firstText(pick(data, "links", "alert_details"), pick(data, "links", "real_time_analysis")),
      occurredAt: asInstant(
        action === "resolve" ? firstText(data.date, alert.created_at) : firstText(alert.created_at, data.date),
      ),
      metadata: {
        event: message.event,
        state: alert.state,
        alertId: alert.id,
        checkType: service.monitoring_service_type,
        address: service.msp_address,
        tags: service.tags,
        locations: data.locations,
        locationsDown: pick(data, "global_alert_state", "num_locations_down"),
        account: pick(data, "account", "name"),
      },
    }),
  );
}

function readLegacy(check: JsonObject): Reading {
  return singleEvent(
    newEvent({
      action: parseActionIn(asText(check.state) ?? "") ?? "trigger",
      alertKey: keyOf(check.check_id),
      title: firstText(check.check_name, check.check_url) ?? "Uptime.com check",
      description: asText(check.output),
      severity: "HIGH",
      source: asText(check.server_name),
      url: asText(check.check_url),
      metadata: { state: check.state, checkType: check.check_type, locations: check.locations, date: check.date },
    }),
  );
}
