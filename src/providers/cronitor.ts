import type { Action } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { isRecoveryText, parseActionIn } from "./actions.ts";
import { asText, firstText, has, hasAny, keyOf, objectBody } from "./fields.ts";
import { newEvent, noEvents, singleEvent, type Provider } from "./provider.ts";

/** Cronitor's webhook: one monitor that failed or recovered. https://cronitor.io/docs/using-webhooks */
export const cronitor: Provider = {
  id: "cronitor",
  name: "Cronitor",
  docs: "https://cronitor.io/docs/using-webhooks",
  verification: { scheme: "token" },
  setup: `1. In Cronitor, open **Settings → Integrations → Create Integration → Webhooks**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`
3. Add the integration to the notification lists of your monitors.`,
  sample: {
    body: {
      id: "x7Qk2p",
      monitor: "Nightly backup",
      description: "Did not complete at the expected time.",
      type: "ALERT",
      rule: "not_on_schedule",
      environment: "production",
      group: "Databases",
      issue_url: "https://cronitor.io/app/issues/9c1e0001",
      monitor_url: "https://cronitor.io/app/monitors/x7Qk2p",
    },
  },
  senderProfile: {
    timeoutSeconds: 15,
    clientErrors: "not published",
    tooManyRequests: "not published",
    serverErrors: "not published",
  },
  volatile: [],
  recognizes: ({ body }) =>
    (has(body, "id", "monitor") && hasAny(body, "rule", "issue_url", "monitor_url")) || has(body, "monitor", "rule"),
  read({ body }) {
    const alert = objectBody(body, "a Cronitor alert");
    if (/^test$/i.test(asText(alert.type) ?? "")) return noEvents("Cronitor's test");
    const name = firstText(alert.monitor, alert.name);
    const id = firstText(alert.id, alert.code, alert.key, name);
    return singleEvent(
      newEvent({
        action: actionOf(alert),
        // One monitor runs in several environments, each with its own state.
        alertKey: asText(alert.environment) === null ? keyOf(id) : keyOf(id, alert.environment),
        externalId: id,
        title: name ?? "Cronitor monitor",
        description: asText(alert.description),
        severity: "HIGH",
        source: name,
        url: firstText(alert.issue_url, alert.monitor_url),
        metadata: {
          type: alert.type,
          rule: alert.rule,
          environment: alert.environment,
          group: alert.group,
          monitorUrl: alert.monitor_url,
        },
      }),
    );
  },
};

/** Old versions and templates have no type: then only the text says that the monitor recovered. */
const actionOf = (alert: JsonObject): Action => {
  const word = firstText(alert.type, alert.event, alert.state, alert.status);
  const action = parseActionIn(word ?? "");
  if (action !== null) return action;
  return isRecoveryText([alert.description, alert.rule].map(asText).join(" ")) ? "resolve" : "trigger";
};
