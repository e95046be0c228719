import { parseActionIn } from "./actions.ts";
import { asObject, asSeverity, asText, asUtcInstant, asInstant, firstText, has, keyOf, objectBody } from "./fields.ts";
import { newEvent, singleEvent, type Provider, UNPUBLISHED } from "./provider.ts";

/** Pingdom's state change webhook: a state change of one check. https://www.pingdom.com/resources/webhooks/ */
export const pingdom: Provider = {
  id: "pingdom",
  name: "Pingdom",
  docs: "https://www.pingdom.com/resources/webhooks/",
  // Pingdom cannot set headers or sign, so the secret is in the URL.
  verification: { scheme: "token" },
  setup: `1. In Pingdom, open **Settings → Integrations → Add integration** and choose **Webhook**.
2. Paste this URL: \`<INGEST_URL>?token=<SECRET>\`
3. In each check, tick the integration under **Connect integrations**.`,
  sample: {
    body: {
      check_id: 480112,
      check_name: "Checkout page",
      check_type: "HTTP",
      check_params: { full_url: "https://shop.example.com/checkout", hostname: "shop.example.com", port: 443 },
      tags: ["shop"],
      previous_state: "UP",
      current_state: "DOWN",
      importance_level: "HIGH",
      state_changed_timestamp: 1790000000,
      state_changed_utc_time: "2026-09-21T14:13:20",
      long_description: "HTTP Server Error 503 Service Unavailable",
      description: "HTTP 503",
      first_probe: { location: "Stockholm, Sweden" },
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) => has(body, "check_id", "current_state"),
  read({ body }) {
    const check = objectBody(body, "a Pingdom state change");
    const parameters = asObject(check.check_params);
    return singleEvent(
      newEvent({
        // Uptime checks send UP and DOWN, transaction checks SUCCESS and FAILING.
        action: parseActionIn(asText(check.current_state) ?? "") === "resolve" ? "resolve" : "trigger",
        alertKey: keyOf(check.check_id),
        title: firstText(check.check_name) ?? "Pingdom check",
        description: firstText(check.long_description, check.description),
        // Old checks have no importance level. Default: HIGH.
        severity: asSeverity(check.importance_level, "HIGH"),
        source: asText(parameters.hostname),
        url: asText(parameters.full_url),
        occurredAt: asInstant(check.state_changed_timestamp) ?? asUtcInstant(check.state_changed_utc_time),
        metadata: {
          checkType: check.check_type,
          state: check.current_state,
          previousState: check.previous_state,
          importance: check.importance_level,
          tags: check.tags,
          message: check.custom_message,
          firstProbe: check.first_probe,
          secondProbe: check.second_probe,
        },
      }),
    );
  },
};
