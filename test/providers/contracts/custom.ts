import { custom, mappedProvider } from "../../../src/providers/custom.ts";
import type { Mapping } from "../../../src/providers/mapping.ts";
import type { Contract } from "../contract.ts";

export const MAPPING: Mapping = {
  language: "jsonata",
  events: "incidents",
  action: "state = 'ok' ? 'resolve' : state = 'seen' ? 'acknowledge' : 'trigger'",
  alertKey: "[id, host]",
  externalId: "$string(id)",
  title: "name & ' on ' & host",
  severity: "level",
  source: "host",
  occurredAt: "since",
  metadata: "{ 'host': host }",
};
const provider = mappedProvider(custom, MAPPING);

const incident = (fields: Record<string, unknown> = {}) => ({
  incidents: [
    {
      id: 17,
      state: "bad",
      name: "Queue is full",
      host: "mq-1",
      level: "P2",
      since: "2026-09-21T14:13:20Z",
      ...fields,
    },
  ],
});

export const contract: Contract = {
  provider,
  cases: [
    {
      kind: "trigger",
      reads: [
        {
          action: "trigger",
          alertKey: '[17,"mq-1"]',
          externalId: "17",
          title: "Queue is full on mq-1",
          severity: "HIGH",
          source: "mq-1",
          occurredAt: "2026-09-21T14:13:20.000Z",
          metadata: { host: "mq-1" },
        },
      ],
    },
    { kind: "repeat", body: incident({ level: "P1" }), reads: [{ alertKey: '[17,"mq-1"]', severity: "CRITICAL" }] },
    {
      kind: "acknowledge",
      body: incident({ state: "seen" }),
      reads: [{ action: "acknowledge", alertKey: '[17,"mq-1"]' }],
    },
    { kind: "resolve", body: incident({ state: "ok" }), reads: [{ action: "resolve", alertKey: '[17,"mq-1"]' }] },
    {
      kind: "batch",
      body: {
        incidents: [
          ...incident().incidents,
          { id: 18, host: null, name: null, level: {} },
          ...incident({ id: 19 }).incidents,
        ],
      },
      reads: [{ alertKey: '[17,"mq-1"]' }, { alertKey: "[18,null]" }, { alertKey: '[19,"mq-1"]' }],
    },
    { kind: "odd", name: "no events", body: { incidents: [] }, reads: [] },
    {
      kind: "odd",
      name: "an expression that fails on the input",
      body: incident({ name: 1, host: { a: 1 }, id: undefined }),
      reads: [{}],
    },
  ],
};
