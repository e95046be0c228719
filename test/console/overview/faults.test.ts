import { expect, it } from "vitest";
import { findFaults } from "../../../src/console/overview/faults.ts";

const NOW = Date.parse("2026-10-01T12:00:00.000Z");
const NONE = {
  stats: { behind: [], missedHeartbeats: [] },
  reasons: [],
  subscriptions: [],
  names: new Map([["i1", "Nightly jobs"]]),
  now: NOW,
};
const outbox = {
  integrationId: "i1",
  rows: 0,
  bytes: 0,
  oldestAt: null,
  quarantined: 0,
  flushedLastMinute: 0,
  lastError: null,
};
const state = {
  isCircuitOpen: false,
  pendingMessages: 0,
  oldestPendingAt: null,
  deadLetters: 0,
};
type Subscriptions = Parameters<typeof findFaults>[0]["subscriptions"];

it("finds nothing while all is well: rows on their way are no fault", () => {
  const oldestAt = "2026-10-01T11:59:58.000Z";
  expect(findFaults({ ...NONE, stats: { behind: [{ ...outbox, rows: 3, oldestAt }], missedHeartbeats: [] } })).toEqual(
    [],
  );
  const subscriptions = [{ id: "s1", name: "Pager", endedAt: null, state }] as unknown as Subscriptions;
  expect(findFaults({ ...NONE, subscriptions })).toEqual([]);
});

it("links a reason of rejections to exactly its deliveries, with the remedy", () => {
  const [fault] = findFaults({
    ...NONE,
    reasons: [
      {
        status: "REJECTED",
        statusCode: 401,
        reason: "no signature matches: … and more",
        hasUnreadableEvents: false,
        count: 41,
        firstReceivedAt: "2026-10-01T01:22:00.000Z",
        lastReceivedAt: "2026-10-01T02:00:00.000Z",
        exampleId: "d1",
        integrationIds: ["i1", "gone"],
        remedy: { action: "check-secret", text: "Copy the secret again." },
      },
    ],
  });
  expect(fault).toMatchObject({
    title: "41 deliveries rejected: No signature matches: … and more",
    concerns: [
      { name: "Nightly jobs", url: "/integrations/i1" },
      { name: "Deleted integration", url: null },
    ],
    advice: "Copy the secret again.",
    since: "2026-10-01T01:22:00.000Z",
  });
  const url = new URL(fault?.url ?? "", "http://tocsin");
  expect(url.pathname).toBe("/deliveries");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    query: 'reason:"no signature matches:" reason:"and more"',
    period: "24h",
    status: "REJECTED",
    statusCode: "401",
  });
});

it("links accepted deliveries with unreadable events to exactly these, by the index that has only these", () => {
  const [fault] = findFaults({
    ...NONE,
    reasons: [
      {
        status: "ACCEPTED",
        statusCode: 202,
        reason: "unreadable events: expected an object",
        hasUnreadableEvents: true,
        count: 3,
        firstReceivedAt: "2026-10-01T01:22:00.000Z",
        lastReceivedAt: "2026-10-01T02:00:00.000Z",
        exampleId: "d1",
        integrationIds: ["i1"],
        remedy: { action: "correct-events", text: "Correct the events." },
      },
    ],
  });
  expect(fault).toMatchObject({
    title: "3 deliveries with unreadable events: expected an object",
    advice: "Correct the events.",
  });
  const url = new URL(fault?.url ?? "", "http://tocsin");
  expect(url.searchParams.get("query")).toBe('unreadable:true reason:"unreadable events: expected an object ("');
  expect(url.searchParams.get("status")).toBe("ACCEPTED");
});

it("finds missed heartbeats, waiting outboxes, quarantined rows, and subscriptions that fail", () => {
  const faults = findFaults({
    ...NONE,
    stats: {
      behind: [
        { ...outbox, rows: 1, oldestAt: "2026-10-01T11:50:00.000Z", lastError: "connection refused" },
        { ...outbox, integrationId: "gone", quarantined: 2 },
      ],
      missedHeartbeats: ["i1"],
    },
    subscriptions: [
      { id: "s1", name: "Pager", endedAt: null, state: { ...state, isCircuitOpen: true, deadLetters: 5 } },
      { id: "s2", name: "Chat", endedAt: "2026-10-01T10:00:00.000Z", state },
      { id: "s3", name: "Inventory", endedAt: null, state: null },
    ] as unknown as Subscriptions,
  });
  expect(faults.map(({ title, concerns, url }) => [title, concerns[0]?.name, url])).toEqual([
    ["Missed heartbeat", "Nightly jobs", "/integrations/i1"],
    ["5 dead letters", "Pager", "/subscriptions/s1/dead-letters"],
    ["Endpoint fails", "Pager", "/subscriptions/s1/attempts"],
    ["Ended by its endpoint", "Chat", "/subscriptions/s2"],
    ["State unavailable", "Inventory", "/subscriptions/s3"],
    ["1 row waits for Postgres", "Nightly jobs", "/integrations/i1"],
    ["2 quarantined rows", "Deleted integration", "/integrations/gone/quarantine"],
  ]);
  expect(faults.map(({ concerns }) => concerns[0]?.url)).toEqual([
    "/integrations/i1",
    "/subscriptions/s1",
    "/subscriptions/s1",
    "/subscriptions/s2",
    "/subscriptions/s3",
    "/integrations/i1",
    null,
  ]);
});
