import { describe, expect, it } from "vitest";
import { missedAt, openMissedHeartbeat } from "../../../src/objects/integration/heartbeat.ts";
import { HEARTBEAT_KEY } from "../../../src/objects/integration/system-changes.ts";
import { MINUTE } from "../../../src/lib/time.ts";

const NOON = Date.UTC(2026, 10, 26, 12);

describe("missedAt", () => {
  it("is heartbeatMinutes after the wait began", () => {
    expect(missedAt({ heartbeatMinutes: 5 }, NOON)).toBe(NOON + 5 * MINUTE);
    expect(missedAt({ heartbeatMinutes: 5, shard: 0 }, NOON)).toBe(NOON + 5 * MINUTE);
  });

  it("is null without heartbeatMinutes", () => {
    expect(missedAt({ heartbeatMinutes: null }, NOON)).toBeNull();
  });

  it("is null on every shard but the first", () => {
    expect(missedAt({ heartbeatMinutes: 5, shard: 1 }, NOON)).toBeNull();
  });
});

describe("openMissedHeartbeat", () => {
  let ids = 0;
  const { alerts, timeline } = openMissedHeartbeat(
    { name: "Backups", heartbeatMinutes: 5 },
    NOON,
    NOON + 6 * MINUTE,
    () => `id-${++ids}`,
  );
  const alert = alerts.get(HEARTBEAT_KEY);

  it("opens one alert under a reserved key", () => {
    expect([...alerts.keys()]).toEqual([HEARTBEAT_KEY]);
    expect(alert).toMatchObject({
      alertKey: HEARTBEAT_KEY,
      status: "OPEN",
      severity: "HIGH",
      version: 1,
      triggeredAt: NOON + 6 * MINUTE,
    });
  });

  it("names the integration, the interval and the last delivery", () => {
    expect(JSON.parse(alert?.content ?? "")).toMatchObject({
      title: "Backups: no delivery for 5 minutes",
      description: expect.stringContaining("2026-11-26T12:00:00.000Z"),
      source: "Backups",
      metadata: { heartbeatMinutes: 5, waitingSince: "2026-11-26T12:00:00.000Z" },
    });
  });

  it("records the alert in its timeline as a change by Tocsin", () => {
    expect(timeline).toMatchObject([
      { alertId: alert?.id, type: "CREATED", actor: "tocsin", version: 1, recordedAt: NOON + 6 * MINUTE },
    ]);
  });
});
