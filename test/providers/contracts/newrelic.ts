import { newrelic } from "../../../src/providers/newrelic.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: newrelic,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "4e6f9a52-6a3d-4b8e-9a54-3e0f7a9a1c10",
          title: "Error rate > 5 % on 'checkout'",
          severity: "CRITICAL",
          source: "checkout",
          url: "https://one.newrelic.com/alerts/issue?issueId=4e6f9a52",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "repeat",
      patch: { trigger: "INCIDENT_ADDED", totalIncidents: 2, updatedAt: 1790000300000 },
      reads: [{ action: "trigger", alertKey: "4e6f9a52-6a3d-4b8e-9a54-3e0f7a9a1c10" }],
    },
    {
      kind: "acknowledge",
      patch: { state: "ACKNOWLEDGED", updatedAt: 1790000300000 },
      reads: [
        {
          action: "acknowledge",
          alertKey: "4e6f9a52-6a3d-4b8e-9a54-3e0f7a9a1c10",
          occurredAt: "2026-09-21T14:18:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { state: "CLOSED", closedAt: 1790000600000 },
      reads: [
        { action: "resolve", alertKey: "4e6f9a52-6a3d-4b8e-9a54-3e0f7a9a1c10", occurredAt: "2026-09-21T14:23:20.000Z" },
      ],
    },
    {
      kind: "trigger",
      name: "the classic channel",
      body: {
        incident_id: 42,
        condition_name: "CPU",
        current_state: "open",
        severity: "WARNING",
        details: "CPU > 90 %",
        incident_url: "https://alerts.newrelic.com/incidents/42",
        timestamp: 1790000000000,
      },
      reads: [
        {
          action: "trigger",
          alertKey: "42",
          title: "CPU",
          description: "CPU > 90 %",
          severity: "MEDIUM",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      name: "the classic channel",
      body: { incident_id: 42, condition_name: "CPU", current_state: "closed" },
      reads: [{ action: "resolve", alertKey: "42" }],
    },
    {
      kind: "test",
      name: "the classic channel's, with incident 0",
      body: { incident_id: 0, condition_name: "Test Condition", current_state: "open", severity: "INFO" },
      reads: [{ action: "trigger", alertKey: "0", severity: "INFO" }],
    },
    {
      kind: "odd",
      name: "the form of the legacy channel",
      body: {
        alert:
          '{"severity":"critical","message":"Apdex fell","short_description":"[shop] alert opened","alert_url":"https://rpm.newrelic.com/a/1"}',
      },
      reads: [{ action: "trigger", alertKey: null, title: "[shop] alert opened", severity: "CRITICAL" }],
    },
    {
      kind: "odd",
      name: "a time as text, an unknown state",
      patch: { state: "hello", createdAt: "yesterday", updatedAt: "today" },
      reads: [{ action: "trigger", occurredAt: null }],
    },
    {
      kind: "placeholders",
      body: {
        incident_id: "$INCIDENT_ID",
        condition_name: "$CONDITION_NAME",
        current_state: "$EVENT_STATE",
        event_type: "INCIDENT_RESOLVED",
      },
      reads: [{ action: "resolve", alertKey: null, title: "$CONDITION_NAME" }],
    },
    {
      kind: "odd",
      name: "a form without JSON",
      body: { alert: "hello" },
      rejects: /expected JSON in the form field alert/,
    },
  ],
};
