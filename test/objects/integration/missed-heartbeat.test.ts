import { describe, expect, it } from "vitest";
import { openMissedHeartbeat } from "../../../src/objects/integration/missed-heartbeat.ts";
import { HEARTBEAT_KEY } from "../../../src/objects/integration/system-changes.ts";
import { MINUTE } from "../../../src/lib/time.ts";

const NOON = Date.UTC(2026, 10, 26, 12);

const SETTINGS = { name: "Backups", heartbeatMinutes: 5 };

const opened = (
  settings: Parameters<typeof openMissedHeartbeat>[0] = SETTINGS,
  missed: Partial<Parameters<typeof openMissedHeartbeat>[1]> = {},
) => {
  let ids = 0;
  const expectation = { expectedAt: NOON + 5 * MINUTE, missedAt: NOON + 5 * MINUTE };
  const wait = { since: NOON, isAfterHeartbeat: true };
  const all = { heartbeat: null, wait, expectation, ...missed };
  const { alerts, timeline } = openMissedHeartbeat(settings, all, NOON + 6 * MINUTE, () => `id-${++ids}`);
  const [[key, alert] = []] = [...alerts];
  return { key, alert, timeline, content: JSON.parse(alert?.content ?? "{}") as unknown };
};

describe("openMissedHeartbeat", () => {
  it("opens one alert under a reserved key", () => {
    const { key, alert } = opened();
    expect(key).toBe(HEARTBEAT_KEY);
    expect(alert).toMatchObject({
      alertKey: HEARTBEAT_KEY,
      status: "OPEN",
      severity: "HIGH",
      version: 1,
      triggeredAt: NOON + 6 * MINUTE,
    });
  });

  it("names the integration, the interval and the last delivery", () => {
    expect(opened().content).toMatchObject({
      title: "Backups: no delivery for 5 minutes",
      description: "The last verified delivery was at 2026-11-26T12:00:00.000Z.",
      source: "Backups",
      metadata: { heartbeatMinutes: 5, waitingSince: "2026-11-26T12:00:00.000Z" },
    });
  });

  it("says when a heartbeat was expected by the schedule", () => {
    const heartbeatSchedule = { cron: "0 14 * * *", timeZone: "Europe/Berlin", graceMinutes: 10 };
    const expectation = { expectedAt: NOON + 60 * MINUTE, missedAt: NOON + 70 * MINUTE };
    const settings = { name: "Backups", heartbeatMinutes: null, heartbeatSchedule };
    expect(opened(settings, { expectation, wait: { since: NOON, isAfterHeartbeat: false } }).content).toMatchObject({
      title: "Backups: no delivery at 2026-11-26 14:00 Europe/Berlin",
      description:
        "Expected at 2026-11-26T13:00:00.000Z (0 14 * * *, Europe/Berlin), by 2026-11-26T13:10:00.000Z at the latest (10 minutes later).\n" +
        "The settings changed at 2026-11-26T12:00:00.000Z, and no delivery has arrived since.",
      metadata: { heartbeatSchedule, expectedAt: "2026-11-26T13:00:00.000Z" },
    });
  });

  it("names the heartbeat with a key, and keeps its labels", () => {
    const heartbeat = { key: "w", title: "Watchdog", labels: { cluster: "eu" } };
    const { key, content } = opened(SETTINGS, { heartbeat });
    expect(key).toBe("tocsin:heartbeat:w");
    expect(content).toMatchObject({
      title: "Backups: Watchdog: no heartbeat for 5 minutes",
      metadata: { heartbeat: "w", labels: { cluster: "eu" } },
    });
  });

  it("records the alert in its timeline as a change by Tocsin", () => {
    const { alert, timeline } = opened();
    expect(timeline).toMatchObject([
      { alertId: alert?.id, type: "CREATED", actor: "tocsin", version: 1, recordedAt: NOON + 6 * MINUTE },
    ]);
  });
});
