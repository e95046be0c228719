import type { Severity } from "../alerts/model.ts";
import type { JsonObject } from "../lib/json.ts";
import { asInstant, asObject, asSeverity, asText, firstText, has, hasAny, keyOf, objectBody, pick } from "./fields.ts";
import { BodyError, newEvent, noEvents, singleEvent, type Provider, type Reading, UNPUBLISHED } from "./provider.ts";

const PRIORITIES: ReadonlyMap<string, Severity> = new Map(
  Object.entries<Severity>({ "1": "LOW", "2": "MEDIUM", "3": "HIGH", "4": "CRITICAL" }),
);

/**
 * Graylog's HTTP notification: one event of an event definition; and the alarm callback of versions before 3.1. Graylog
 * sends nothing when an event ends. https://go2docs.graylog.org/current/interacting_with_your_log_data/alert_types.htm
 */
export const graylog: Provider = {
  id: "graylog",
  name: "Graylog",
  docs: "https://go2docs.graylog.org/current/interacting_with_your_log_data/alert_types.htm",
  verification: { scheme: "token" },
  setup: `1. In Graylog, open **Alerts → Notifications → Create notification**, type **HTTP Notification**.
2. URL: \`<INGEST_URL>?token=<SECRET>\`. Allow it in the URL allowlist when Graylog asks.
3. Add the notification to your event definitions. With a **key** in the definition, each key value has its own alert.`,
  sample: {
    body: {
      event_definition_id: "5f0c1d2e3a4b5c6d7e8f9a0b",
      event_definition_type: "aggregation-v1",
      event_definition_title: "Failed logins",
      event_definition_description: "More than ten failed logins in five minutes",
      job_definition_id: "5f0c1d2e3a4b5c6d7e8f9a0c",
      job_trigger_id: "5f0c1d2e3a4b5c6d7e8f9a0d",
      event: {
        id: "01J8ABCDEFGHJKMNPQRSTVWXYZ",
        event_definition_type: "aggregation-v1",
        event_definition_id: "5f0c1d2e3a4b5c6d7e8f9a0b",
        origin_context: "urn:graylog:message:es:graylog_0:b5e53442-12bb-4374-90ed-0dea00000001",
        timestamp: "2026-09-21T14:13:20.123Z",
        timestamp_processing: "2026-09-21T14:13:25.000Z",
        timerange_start: "2026-09-21T14:08:20.123Z",
        timerange_end: "2026-09-21T14:13:20.123Z",
        streams: ["000000000000000000000002"],
        source_streams: ["000000000000000000000001"],
        message: "Failed logins: root - count()=23.0",
        source: "graylog-1",
        key_tuple: ["root"],
        key: "root",
        priority: 3,
        alert: true,
        fields: { user: "root" },
      },
      backlog: [],
    },
  },
  senderProfile: UNPUBLISHED,
  volatile: [],
  recognizes: ({ body }) =>
    (has(body, "event_definition_id") && hasAny(body, "event", "backlog")) ||
    (has(body, "check_result") && has(pick(body, "check_result"), "triggered_condition")),
  read({ body }) {
    const message = objectBody(body, "a Graylog notification");
    if (has(message, "check_result")) return readCallback(message);
    if (!hasAny(message, "event", "event_definition_id")) throw new BodyError("expected an event or a check_result");
    return readEvent(message, asObject(message.event));
  },
};

function readEvent(message: JsonObject, event: JsonObject): Reading {
  if (event.event_definition_type === "notification-test-v1") return noEvents("Graylog's test notification");
  const definition = firstText(message.event_definition_id, event.event_definition_id);
  return singleEvent(
    newEvent({
      action: "trigger",
      // The key separates the findings of one definition, by user or host.
      alertKey: asText(event.key) === null ? keyOf(definition) : keyOf(definition, event.key),
      externalId: firstText(event.id, definition),
      title: firstText(message.event_definition_title, event.message) ?? "Graylog event",
      description: firstText(event.message, message.event_definition_description),
      severity: PRIORITIES.get(asText(event.priority) ?? "") ?? asSeverity(event.priority),
      source: firstText(pick(event, "fields", "source"), event.source),
      url: asText(event.replay_url),
      occurredAt: asInstant(event.timestamp),
      metadata: {
        definitionId: definition,
        definitionType: message.event_definition_type,
        key: event.key,
        priority: event.priority,
        fields: event.fields,
        groupByFields: event.group_by_fields,
        timerangeStart: event.timerange_start,
        timerangeEnd: event.timerange_end,
      },
    }),
  );
}

function readCallback({ check_result: checked, stream }: JsonObject): Reading {
  const result = asObject(checked);
  const condition = asObject(result.triggered_condition);
  return singleEvent(
    newEvent({
      action: result.triggered === false ? "resolve" : "trigger",
      alertKey: keyOf(condition.id),
      title: firstText(condition.title, pick(stream, "title"), result.result_description) ?? "Graylog alert",
      description: asText(result.result_description),
      source: asText(pick(stream, "title")),
      occurredAt: asInstant(result.triggered_at),
      metadata: { type: condition.type, condition: condition.description, streamId: pick(stream, "id") },
    }),
  );
}
