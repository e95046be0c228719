import { cloudevents } from "../../../src/providers/cloudevents.ts";
import { dynatrace } from "../../../src/providers/dynatrace.ts";
import type { Contract } from "../contract.ts";

const event = cloudevents.sample.body as Record<string, unknown>;
const binary = {
  "content-type": "application/json",
  "ce-specversion": "1.0",
  "ce-id": "b1",
  "ce-source": "/monitoring/eu-1",
  "ce-type": "com.example.disk.full",
  "ce-subject": "db%201",
  "ce-time": "2026-09-21T14:13:20Z",
};
const key = '["/monitoring/eu-1","db-1"]';

export const contract: Contract = {
  provider: cloudevents,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: key,
          externalId: "b25e2717-a470-45a0-8231-985a99aa9416",
          title: "Disk almost full on db-1",
          severity: "HIGH",
          source: "db-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
        },
      ],
    },
    { kind: "repeat", patch: { id: "other" }, reads: [{ action: "trigger", alertKey: key }] },
    {
      kind: "acknowledge",
      patch: { data: { status: "acknowledged" } },
      reads: [{ action: "acknowledge", alertKey: key }],
    },
    {
      kind: "resolve",
      name: "the state at the end of the type",
      patch: { type: "com.example.disk.resolved" },
      reads: [{ action: "resolve", alertKey: key }],
    },
    {
      kind: "batch",
      name: "one invalid event, one that is not an alert",
      headers: { "content-type": "application/cloudevents-batch+json" },
      body: [event, 7, { ...event, data: { temperature: 21 } }],
      reads: [{ alertKey: key }, { unreadable: "/1: expected a CloudEvent" }],
    },
    {
      kind: "trigger",
      name: "in binary mode, the subject percent-encoded",
      headers: binary,
      body: { title: "Disk almost full on db 1", severity: "high" },
      reads: [{ action: "trigger", alertKey: '["/monitoring/eu-1","db 1"]', title: "Disk almost full on db 1" }],
    },
    {
      kind: "odd",
      name: "in binary mode, with data that is a text",
      headers: { ...binary, "content-type": "text/plain", "ce-type": "com.example.disk.failed" },
      body: "the disk failed",
      reads: [{ action: "trigger", title: "db 1", description: "the disk failed" }],
    },
    {
      kind: "odd",
      name: "data in base64",
      patch: { data: null, data_base64: btoa('{"title":"Full","severity":"low"}') },
      reads: [{ title: "Full", severity: "LOW" }],
    },
    {
      kind: "odd",
      name: "data in base64 and another charset",
      patch: {
        data: null,
        datacontenttype: "application/json; charset=iso-8859-15",
        data_base64: btoa('{"title":"B\xfcro: 5 \xa4"}'),
      },
      reads: [{ title: "Büro: 5 €" }],
    },
    {
      kind: "odd",
      name: "a problem of Dynatrace inside",
      patch: { data: { title: null, severity: null, ...(dynatrace.sample.body as object) } },
      reads: [{ action: "trigger", title: (dynatrace.sample.body as Record<string, string>).ProblemTitle! }],
    },
    {
      kind: "odd",
      name: "an event that is not an alert",
      patch: { data: { title: null, severity: null } },
      reads: [],
    },
    { kind: "odd", name: "without a type", patch: { type: null }, rejects: /a CloudEvent must have a type/ },
    {
      kind: "odd",
      name: "neither subject nor id in the data: the event is its own key, also in a batch",
      body: [{ ...event, id: "n1", subject: undefined, data: { title: "Full" } }],
      reads: [{ alertKey: '["/monitoring/eu-1","n1"]', title: "Full" }],
    },
    {
      kind: "odd",
      name: "the alert is one level down in the data",
      patch: {
        subject: null,
        data: {
          title: null,
          severity: null,
          alert: { id: "a1", name: "Full", severity: "low", url: "https://example.com/a1" },
        },
      },
      reads: [{ alertKey: '["/monitoring/eu-1","a1"]', title: "Full", severity: "LOW", url: "https://example.com/a1" }],
    },
    {
      kind: "odd",
      name: "work in progress",
      patch: { data: { status: "running" } },
      reads: [],
    },
  ],
};
