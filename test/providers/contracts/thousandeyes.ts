import { thousandeyes } from "../../../src/providers/thousandeyes.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: thousandeyes,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "5f2c9f10-7c1a-4b7e-a3b1-000000000001",
          title: "Login page",
          severity: "HIGH",
          source: "Login",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { alert: { violationCount: 3 } },
      reads: [{ alertKey: "5f2c9f10-7c1a-4b7e-a3b1-000000000001" }],
    },
    {
      kind: "resolve",
      patch: { eventType: "ALERT_NOTIFICATION_CLEAR", alert: { active: 0, dateEnd: "2026-09-21 14:23:20" } },
      reads: [
        { action: "resolve", alertKey: "5f2c9f10-7c1a-4b7e-a3b1-000000000001", occurredAt: "2026-09-21T14:23:20.000Z" },
      ],
    },
    {
      kind: "odd",
      name: "an alert of an endpoint agent",
      body: {
        eventType: "AGENT_ALERT_NOTIFICATION_CLEAR",
        agentAlert: { agentNotificationId: "a1", notificationRuleName: "Laptops", agentName: "mac-1" },
      },
      reads: [{ action: "resolve", alertKey: "a1", title: "Laptops", source: "mac-1" }],
    },
    { kind: "test", body: { eventType: "WEBHOOK_TEST", eventId: "1" }, reads: [] },
    {
      kind: "odd",
      name: "an unknown type: the state of the alert",
      patch: { eventType: "NEW", alert: { active: 0 } },
      reads: [{ action: "resolve" }],
    },
    { kind: "odd", name: "an array", body: [], rejects: /expected a ThousandEyes webhook object/ },
    {
      kind: "odd",
      name: "a state without an event type",
      patch: { eventType: null, alert: { active: false } },
      reads: [{ action: "resolve" }],
    },
  ],
};
