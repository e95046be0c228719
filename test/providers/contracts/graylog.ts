import { graylog } from "../../../src/providers/graylog.ts";
import type { Contract } from "../contract.ts";

const KEY = '["5f0c1d2e3a4b5c6d7e8f9a0b","root"]';
const CALLBACK = {
  check_result: {
    result_description: "Stream had 12 messages in the last 5 minutes",
    triggered_condition: { id: "7b1e", type: "MESSAGE_COUNT", title: "Many errors", description: "time: 5" },
    triggered_at: "2026-09-21T14:13:20.000Z",
    triggered: true,
    matching_messages: [],
  },
  stream: { id: "55f1", title: "Shop errors" },
};

export const contract: Contract = {
  provider: graylog,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: KEY,
          externalId: "01J8ABCDEFGHJKMNPQRSTVWXYZ",
          title: "Failed logins",
          description: "Failed logins: root - count()=23.0",
          severity: "HIGH",
          source: "graylog-1",
          occurredAt: "2026-09-21T14:13:20.123Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { event: { id: "01J8ABCDEFGHJKMNPQRSTVWXZZ", timestamp: "2026-09-21T14:18:20.123Z" } },
      reads: [{ action: "trigger", alertKey: KEY }],
    },
    {
      kind: "test",
      patch: { event_definition_type: "test-dummy-v1", event: { event_definition_type: "notification-test-v1" } },
      reads: [],
    },
    {
      kind: "odd",
      name: "no key, and the lowest priority",
      patch: { event: { key: "", key_tuple: [], priority: 1 } },
      reads: [{ alertKey: "5f0c1d2e3a4b5c6d7e8f9a0b", severity: "LOW" }],
    },
    {
      kind: "trigger",
      name: "an alarm callback",
      body: CALLBACK,
      reads: [
        {
          action: "trigger",
          alertKey: "7b1e",
          title: "Many errors",
          description: "Stream had 12 messages in the last 5 minutes",
          severity: "MEDIUM",
          source: "Shop errors",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "odd",
      name: "an alarm callback of a condition that is no longer met",
      body: { ...CALLBACK, check_result: { ...CALLBACK.check_result, triggered: false } },
      reads: [{ action: "resolve", alertKey: "7b1e" }],
    },
    { kind: "odd", name: "neither format", body: { hello: 1 }, rejects: /expected an event or a check_result/ },
  ],
};
