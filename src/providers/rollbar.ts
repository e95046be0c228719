import type { Action, Severity } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, keyOf, objectBody, pick } from "./fields.ts";
import { BodyError, newEvent, noEvents, singleEvent, type Provider } from "./provider.ts";

/** `event_name` of item events. Deploys and tests are not alerts. */
const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ["new_item", "trigger"],
  ["reactivated_item", "trigger"],
  ["reopened_item", "trigger"],
  ["exp_repeat_item", "trigger"],
  ["item_velocity", "trigger"],
  ["occurrence", "trigger"],
  ["resolved_item", "resolve"],
]);

/** `item.level`, in steps of ten. */
const LEVELS: ReadonlyMap<string, Severity> = new Map([
  ["50", "CRITICAL"],
  ["40", "HIGH"],
  ["30", "MEDIUM"],
  ["20", "INFO"],
  ["10", "INFO"],
]);

/** Rollbar's webhook: one event of an item. https://docs.rollbar.com/docs/webhooks */
export const rollbar: Provider = {
  id: "rollbar",
  name: "Rollbar",
  docs: "https://docs.rollbar.com/docs/webhooks",
  verification: { scheme: "token" },
  setup: `1. In the Rollbar project, open **Settings → Notifications → Webhook**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`. Format: JSON. Enable it.
3. Keep the rules for new, reactivated, resolved and reopened items; remove **every occurrence** unless each one must count.`,
  sample: {
    body: {
      event_name: "new_item",
      data: {
        url: "https://rollbar.example.com/acme/shop/items/128/",
        item: {
          id: 812640017,
          counter: 128,
          title: "TypeError: price is undefined",
          environment: "production",
          level: 40,
          status: 1,
          project_id: 1001,
          total_occurrences: 1,
          last_occurrence_timestamp: 1790000000,
          last_occurrence: {
            level: "error",
            timestamp: 1790000000,
            body: { trace: { exception: { class: "TypeError", message: "price is undefined" } } },
            server: { host: "shop-1.example.com" },
          },
        },
      },
    },
  },
  // https://docs.rollbar.com/docs/webhooks: statuses other than 200, 201, 202 and 204 are retried, 4**n seconds apart.
  senderProfile: {
    timeoutSeconds: 3,
    clientErrors: "retried",
    tooManyRequests: "retried",
    serverErrors: "retried",
    note: "ten times, at intervals from one second to several days",
  },
  volatile: [],
  recognizes: ({ body }) => has(body, "event_name", "data"),
  read({ body }) {
    const message = objectBody(body, "a Rollbar webhook");
    const name = asText(message.event_name);
    if (name === null) throw new BodyError("expected the name of an event", "/event_name");
    const data = asObject(message.data);
    if (!has(data, "item") && !ACTIONS.has(name))
      return noEvents(name === "test" ? "Rollbar's test" : "not an item event");
    const item = objectBody(data.item, "an item", "/data/item");
    const action = ACTIONS.get(name) ?? "trigger";
    const occurrence = asObject(data.occurrence ?? item.last_occurrence);
    // People may change the level of an item. Its occurrences keep the old level.
    const level = firstText(item.level, occurrence.level) ?? "";
    return singleEvent(
      newEvent({
        action,
        alertKey: keyOf(item.id),
        title: asText(item.title) ?? "Rollbar item",
        description: messageOf(occurrence),
        severity: LEVELS.get(level) ?? asSeverity(level),
        source: firstText(pick(occurrence, "server", "host"), item.environment),
        url: firstText(data.url, item.url),
        occurredAt: timeOf(name, item, occurrence),
        metadata: {
          event: name,
          level,
          environment: item.environment,
          counter: item.counter,
          framework: occurrence.framework,
          occurrences: item.total_occurrences,
          projectId: item.project_id,
          trigger: data.trigger,
        },
      }),
    );
  },
};

const messageOf = (occurrence: JsonObject): string | null =>
  firstText(
    pick(occurrence, "body", "trace", "exception", "message"),
    pick(occurrence, "body", "trace_chain", 0, "exception", "message"),
    pick(occurrence, "body", "message", "body"),
  );

/** Resolves and reopens have no date: the body has only the time of the last occurrence. */
function timeOf(name: string, item: JsonObject, occurrence: JsonObject): number | null {
  if (name === "resolved_item") return asInstant(item.last_resolved_timestamp);
  return name === "reopened_item" ? null : asInstant(firstText(occurrence.timestamp, item.last_occurrence_timestamp));
}
