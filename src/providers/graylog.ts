import { defineProvider } from "./form/define.ts";

const DEFINITION = { at: ["event_definition_id", "event.event_definition_id"] };

/**
 * Graylog's HTTP notification: one event of an event definition; and the alarm callback of versions before 3.1. Graylog
 * sends nothing when an event ends.
 */
export const graylog = defineProvider({
  id: "graylog",
  name: "Graylog",
  docs: "https://go2docs.graylog.org/current/interacting_with_your_log_data/alert_types.htm",
  category: "logs",
  keywords: "logs syslog siem",
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
  body: "a Graylog notification",
  recognizedBy: [{ all: ["event_definition_id", { any: ["event", "backlog"] }] }, "check_result.triggered_condition"],
  requires: [{ when: { any: ["event", "event_definition_id", "check_result"] }, what: "an event or a check_result" }],
  noAlert: [{ when: "event.event_definition_type=notification-test-v1", why: "Graylog's test notification" }],
  kinds: [
    {
      when: "check_result",
      action: { at: "check_result.triggered", words: { resolve: "false" }, strict: true },
      alertKey: "check_result.triggered_condition.id",
      externalId: "check_result.triggered_condition.id",
      title: ["check_result.triggered_condition.title", "stream.title", "check_result.result_description"],
      description: "check_result.result_description",
      source: "stream.title",
      occurredAt: "check_result.triggered_at",
      metadata: `check_result.triggered_condition.type condition=check_result.triggered_condition.description
        streamId=stream.id`,
    },
  ],
  // The key separates the findings of one definition, by user or host.
  alertKey: [{ parts: [DEFINITION, "event.key"] }, DEFINITION],
  externalId: ["event.id", DEFINITION],
  title: ["event_definition_title", "event.message"],
  description: ["event.message", "event_definition_description"],
  severity: { at: "event.priority", words: { LOW: "1", MEDIUM: "2", HIGH: "3", CRITICAL: "4" } },
  source: ["event.fields.source", "event.source"],
  url: "event.replay_url",
  occurredAt: "event.timestamp",
  metadata: `definitionId=event_definition_id definitionType=event_definition_type event.key event.priority event.fields
    groupByFields=event.group_by_fields timerangeStart=event.timerange_start timerangeEnd=event.timerange_end`,
});
