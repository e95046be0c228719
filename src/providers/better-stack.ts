import type { StateAction } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { parseActionIn } from "./actions.ts";
import { asInstant, asObject, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { nameOf } from "./generic-fields.ts";
import { BodyError, newEvent, noEvents, singleEvent, type Provider, type Reading, UNPUBLISHED } from "./provider.ts";

/** `attributes.event` of an error. `ignored` does not change the state. */
const ERROR_EVENTS: ReadonlyMap<string, StateAction> = new Map([
  ["new_error", "trigger"],
  ["threshold", "trigger"],
  ["spike", "trigger"],
  ["reoccurred", "trigger"],
  ["unresolved", "trigger"],
  ["resolved", "resolve"],
]);

/**
 * Better Stack's outgoing webhooks: an incident that was started, acknowledged, resolved or reopened; and an error that was
 * found or resolved (https://betterstack.com/docs/errors/integrations/outgoing-webhooks/). Changes of monitors and on-call
 * schedules have the same envelope. https://betterstack.com/docs/uptime/webhooks/
 */
export const betterStack: Provider = {
  id: "better-stack",
  name: "Better Stack",
  docs: "https://betterstack.com/docs/uptime/webhooks/",
  verification: { scheme: "token" },
  setup: `1. In Better Stack, open **Uptime → Integrations → Exporting data → Outgoing webhooks → Configure**.
2. Type **Incident**, webhook URL \`<INGEST_URL>?token=<SECRET>\`.
3. For errors, add an **Error webhook** with the same URL under **Errors → Outgoing webhooks**.`,
  sample: {
    body: {
      event: "started",
      data: {
        id: "84120771",
        type: "incident",
        attributes: {
          name: "Checkout",
          url: "https://shop.example.com/checkout",
          http_method: "get",
          cause: "Status 503",
          started_at: "2026-09-21T14:13:20.000Z",
          acknowledged_at: null,
          resolved_at: null,
          status: "Started",
        },
        relationships: { monitor: { data: { id: "311", type: "monitor" } } },
      },
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  hasUniqueBody: true,
  recognizes: ({ body }) =>
    has(pick(body, "data"), "type", "attributes") &&
    ["incident", "monitor", "error", "on_call_calendar"].includes(asText(pick(body, "data", "type")) ?? ""),
  read({ body }) {
    const message = objectBody(body, "a Better Stack webhook");
    if (!has(message, "data")) throw new BodyError("expected data with an id, a type and attributes", "/data");
    const data = asObject(message.data);
    const attributes = asObject(data.attributes);
    const type = asText(data.type) ?? "incident";
    if (type === "error") return readError(data, attributes);
    if (type !== "incident")
      return noEvents("not an incident: a change of a monitor, a release or an on-call schedule");
    const event = firstText(message.event, attributes.status) ?? "";
    const action = parseActionIn(event) ?? "trigger";
    return singleEvent(
      newEvent({
        action,
        alertKey: keyOf(data.id),
        title: firstText(attributes.name, attributes.cause) ?? "Better Stack incident",
        description: asText(attributes.cause),
        severity: "HIGH",
        source: asText(attributes.name),
        url: asText(attributes.url),
        // `started_at` of a reopened incident is its first start.
        occurredAt: /reopen/i.test(event) ? null : asInstant(attributes[TIMES[action]]),
        startedAt: action === "resolve" ? asInstant(attributes.started_at) : null,
        author: nameOf(action === "resolve" ? attributes.resolved_by : attributes.acknowledged_by),
        metadata: {
          monitorId: pick(data, "relationships", "monitor", "data", "id"),
          event,
          status: attributes.status,
          team: attributes.team_name,
          regions: attributes.regions,
          httpMethod: attributes.http_method,
          startedAt: attributes.started_at,
          acknowledgedBy: attributes.acknowledged_by,
          resolvedBy: attributes.resolved_by,
          screenshot: attributes.screenshot_url,
        },
      }),
    );
  },
};

const TIMES: Readonly<Record<StateAction, string>> = {
  trigger: "started_at",
  acknowledge: "acknowledged_at",
  resolve: "resolved_at",
};

function readError(data: JsonObject, attributes: JsonObject): Reading {
  const event = asText(attributes.event) ?? "";
  if (event === "ignored") return noEvents("the error was ignored: its state did not change");
  return singleEvent(
    newEvent({
      action: ERROR_EVENTS.get(event) ?? "trigger",
      alertKey: keyOf(data.id),
      title: firstText(attributes.error_type, attributes.error_message) ?? "Better Stack error",
      description: asText(attributes.error_message),
      source: asText(attributes.application_name),
      url: asText(attributes.error_url),
      metadata: { event, application: attributes.application_name, callSite: attributes.call_site_function },
    }),
  );
}
