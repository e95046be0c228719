import { expect, it } from "vitest";
import { markHeartbeats } from "../../src/ingest/mark-heartbeats.ts";
import { newEvent } from "../../src/providers/provider.ts";

const WATCHDOG = [{ name: "alertname", value: "Watchdog", isRegex: false, isEqual: true }];

const watchdog = newEvent({
  action: "trigger",
  title: "Watchdog",
  alertKey: "w",
  occurredAt: 1,
  expiresAt: 2,
  metadata: { labels: { alertname: "Watchdog" } },
});

it("turns matching triggers into heartbeats without dates, and leaves other events", () => {
  const others = [
    { ...watchdog, metadata: { labels: { alertname: "DiskFull" } } },
    { ...watchdog, action: "resolve" as const },
    { unreadable: "bad" },
  ];
  expect(markHeartbeats([watchdog, ...others], WATCHDOG, "id")).toEqual([
    { ...watchdog, action: "heartbeat", occurredAt: null, expiresAt: null },
    ...others,
  ]);
});

it("marks nothing without matchers", () => {
  expect(markHeartbeats([watchdog], [], "id")).toEqual([watchdog]);
});
