import { healthchecks } from "../../../src/providers/healthchecks.ts";
import type { Contract } from "../contract.ts";

export const contract: Contract = {
  provider: healthchecks,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: "2c8e1f0a-6f0f-4b3a-9c1e-000000000001",
          title: "Nightly backup",
          severity: "HIGH",
          source: "Nightly backup",
          description: "pg_dump: error: connection to server failed",
          url: "https://healthchecks.io/checks/2c8e1f0a-6f0f-4b3a-9c1e-000000000001/details/",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    {
      kind: "resolve",
      patch: { status: "up", now: "2026-09-21T14:20:00+00:00", exit_status: "0" },
      reads: [
        {
          action: "resolve",
          alertKey: "2c8e1f0a-6f0f-4b3a-9c1e-000000000001",
          occurredAt: "2026-09-21T14:20:00.000Z",
        },
      ],
    },
    {
      kind: "trigger",
      name: "the PagerTree integration",
      body: {
        incident_key: "k1",
        event_type: "trigger",
        title: "Nightly backup is DOWN",
        description: "Nightly backup is DOWN.\n\nLast ping was 2 days ago.",
        client: "healthchecks.io",
        client_url: "https://healthchecks.example.com",
        tags: "",
      },
      reads: [
        {
          action: "trigger",
          alertKey: "k1",
          title: "Nightly backup is DOWN",
          url: "https://healthchecks.example.com",
          occurredAt: null,
        },
      ],
    },
    {
      kind: "resolve",
      name: "the PagerTree integration",
      body: { incident_key: "k1", event_type: "resolve", title: "Nightly backup is UP", client: "healthchecks.io" },
      reads: [{ action: "resolve", alertKey: "k1" }],
    },
    {
      kind: "odd",
      name: "another template, with the whole check",
      body: { check: { uuid: "u1", name: "Mail", status: "down", ping_url: "https://hc.example.com/u1" } },
      reads: [{ action: "trigger", alertKey: "u1", title: "Mail", source: "Mail", url: null }],
    },
    // What the test button of Healthchecks 4.3 sends, with a new code at every press.
    {
      kind: "test",
      body: {
        code: "ffbaba72-9b48-41d8-ad72-32a053d78a17",
        name: "TEST",
        status: "down",
        now: "2026-11-26T01:27:09+00:00",
        tags: "",
        exit_status: "-1",
      },
      reads: [],
    },
    {
      kind: "trigger",
      name: "a check of the operator that is called TEST",
      patch: { name: "TEST" },
      reads: [{ action: "trigger", title: "TEST" }],
    },
    {
      kind: "placeholders",
      patch: { code: "$CODE", name: "$NAME", status: "$STATUS", now: "$NOW" },
      reads: [
        { action: "trigger", alertKey: null, externalId: "$CODE", title: "$NAME", source: null, occurredAt: null },
      ],
    },
    { kind: "odd", name: "a bare text", body: "down", rejects: /expected an object from/ },
  ],
};
