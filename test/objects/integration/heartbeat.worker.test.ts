import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DAY, HOUR, MINUTE, toIso } from "../../../src/lib/time.ts";
import {
  alertsOf,
  api,
  call,
  createIntegration,
  deliver,
  deliveriesOf,
  deliverWithToken,
  flushed,
  ingestPath,
  objectOf,
  type TestIntegration,
} from "../../support/worker.ts";
import { minutesAgo, minutesUntilAlarm, timelineOf } from "./system.ts";

const setWaitingSince = (integration: TestIntegration, time: number) =>
  runInDurableObject(objectOf(integration), (_, { storage }) => {
    storage.sql.exec("UPDATE meta SET value = ? WHERE name = 'waiting_since'", time);
  });

/** Sets the clock, and runs the alarm. */
async function at(time: number, integration: TestIntegration): Promise<void> {
  vi.useFakeTimers({ toFake: ["Date"], now: time });
  await runDurableObjectAlarm(objectOf(integration));
}

/** 02:30 in Berlin on the next day. Far from a change of the clocks. */
function nextRun(): number {
  const day = new Date(Date.now() + 2 * DAY);
  return Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), day.getUTCDate(), 2, 30);
}

const openAlerts = async (integration: TestIntegration) =>
  (await alertsOf(integration)).filter(({ status }) => status === "OPEN");

const healthOf = async ({ id }: TestIntegration) =>
  (await api<{ health: { heartbeats: Record<string, unknown>[] } }>("GET", `/v1/integrations/${id}`)).body.health;

afterEach(() => void vi.useRealTimers());

describe("Heartbeat", () => {
  it("opens one alert without a delivery for heartbeatMinutes, and resolves it at the next delivery", async () => {
    const integration = await createIntegration({ name: "Backups", heartbeatMinutes: 5 });
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toEqual([]);
    await setWaitingSince(integration, minutesAgo(6));
    for (let round = 0; round < 2; round++) await runDurableObjectAlarm(objectOf(integration));
    const [missedHeartbeat, ...others] = await alertsOf(integration);
    expect([missedHeartbeat, others]).toMatchObject([
      { title: "Backups: no delivery for 5 minutes", severity: "HIGH", status: "OPEN" },
      [],
    ]);

    const { body } = await deliver(integration, { title: "still there" });
    const alerts = await alertsOf(integration);
    expect(alerts.find(({ id }) => id === missedHeartbeat?.id)).toMatchObject({ status: "RESOLVED" });
    expect((await timelineOf(missedHeartbeat!.id)).at(-1)).toMatchObject({
      type: "RESOLVED",
      actor: { type: "system", id: null, name: null },
      deliveryId: body.deliveryId,
    });
    expect(alerts).toHaveLength(2);
  });

  it("wakes the object when the heartbeat is due", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 30 });
    expect(await minutesUntilAlarm(integration)).toBe(30);
  });

  it("is not missed again when a person undoes a resolve, and a delivery has come since", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 5 });
    await setWaitingSince(integration, minutesAgo(6));
    await runDurableObjectAlarm(objectOf(integration));
    const [missed] = await alertsOf(integration);
    const ids = [missed?.id];
    await api("POST", "/v1/alerts/bulk", { ids, status: "RESOLVED" });
    await deliver(integration, { title: "x" });
    const undo = { ids, status: "OPEN", onlyIf: { status: "RESOLVED", statusSetBy: "caller" } };
    const { body } = await api<{ results: object[] }>("POST", "/v1/alerts/bulk", undo);
    expect(body.results).toMatchObject([
      {
        outcome: "conflict",
        detail: "The status was last set or confirmed by Tocsin, not by the caller.",
      },
    ]);
  });

  it("restarts the wait with a new config, and resolves the alert if the config expects no heartbeat", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 5 });
    await setWaitingSince(integration, minutesAgo(6));
    await runDurableObjectAlarm(objectOf(integration));
    const config = (await objectOf(integration).config())!;
    await objectOf(integration).configure({ ...config, version: 2, heartbeatMinutes: 10 });
    const { waitingSince, missedHeartbeatAlertId } = await objectOf(integration).getHeartbeat();
    expect(waitingSince).toBeGreaterThan(Date.now() - MINUTE);
    expect(missedHeartbeatAlertId).not.toBeNull();
    await objectOf(integration).configure({ ...config, version: 3, heartbeatMinutes: null });
    expect((await objectOf(integration).getHeartbeat()).missedHeartbeatAlertId).toBeNull();
    expect(await alertsOf(integration)).toMatchObject([{ id: missedHeartbeatAlertId, status: "RESOLVED" }]);
  });

  it("watches nothing while the integration is disabled", async () => {
    const integration = await createIntegration({ heartbeatMinutes: 5 });
    const config = (await objectOf(integration).config())!;
    await objectOf(integration).configure({ ...config, version: 2, isEnabled: false });
    await setWaitingSince(integration, minutesAgo(60));
    await runDurableObjectAlarm(objectOf(integration));
    expect(await alertsOf(integration)).toEqual([]);
  });
});

describe("A heartbeat with a schedule", () => {
  const heartbeatSchedule = { cron: "30 2 * * *", timeZone: "UTC", graceMinutes: 10 };

  it("opens an alert when the job does not run, and resolves it at the next heartbeat", async () => {
    const job = await createIntegration({ provider: "heartbeat", name: "Backups", heartbeatSchedule });
    const run = nextRun();
    vi.useFakeTimers({ toFake: ["Date"], now: run - DAY + MINUTE });
    expect((await deliverWithToken(job, "")).body.alerts).toMatchObject([{ outcome: "alive" }]);
    await at(run + 9 * MINUTE, job);
    expect(await alertsOf(job)).toEqual([]);
    expect(await minutesUntilAlarm(job)).toBe(1);
    await at(run + 10 * MINUTE, job);
    const [missed] = await openAlerts(job);
    expect(missed).toMatchObject({
      title: expect.stringMatching(/^Backups: The job: no heartbeat at \d{4}-\d\d-\d\d 02:30 UTC$/),
      description: expect.stringContaining(`Expected at ${toIso(run)}`),
      alertKey: "tocsin:heartbeat:heartbeat",
    });
    expect((await healthOf(job)).heartbeats).toMatchObject([
      { key: "heartbeat", lastReceivedAt: toIso(run - DAY + MINUTE), expectedAt: toIso(run), alertId: missed?.id },
    ]);

    vi.useFakeTimers({ toFake: ["Date"], now: run + HOUR });
    const { body } = await deliverWithToken(job, "");
    expect(await openAlerts(job)).toEqual([]);
    expect((await timelineOf(missed!.id)).at(-1)).toMatchObject({ type: "RESOLVED", deliveryId: body.deliveryId });
  });

  it("opens an alert when the job never ran", async () => {
    const job = await createIntegration({ provider: "heartbeat", heartbeatSchedule });
    await at(nextRun() + 11 * MINUTE, job);
    expect(await openAlerts(job)).toMatchObject([{ alertKey: "tocsin:heartbeat" }]);
    await deliverWithToken(job, "");
    expect(await openAlerts(job)).toEqual([]);
  });

  it("counts a failure as a run, and resolves its alert at the next good run", async () => {
    const job = await createIntegration({ provider: "heartbeat", heartbeatSchedule });
    const run = nextRun();
    const send = (exit: number) => deliverWithToken(job, JSON.stringify({ job: "backup", exit }));
    vi.useFakeTimers({ toFake: ["Date"], now: run - DAY + MINUTE });
    await send(0);
    vi.useFakeTimers({ toFake: ["Date"], now: run + MINUTE });
    await send(1);
    await at(run + 11 * MINUTE, job);
    expect(await openAlerts(job)).toMatchObject([{ title: "backup failed: exit code 1", alertKey: "backup" }]);
    await send(0);
    expect(await openAlerts(job)).toEqual([]);
  });

  it("keeps the query of a heartbeat for its replay, without the token", async () => {
    const job = await createIntegration({ provider: "heartbeat" });
    const sent = await call("POST", `${ingestPath(job)}?token=${job.secret}&job=db&exit=2`, { body: "disk full" });
    expect(sent.status).toBe(202);
    const [stored] = await deliveriesOf(job);
    expect(stored?.decision).toMatchObject({ verification: { path: "?job=db&exit=2" } });
    const { body } = await api<{ alerts: object[] }>("POST", `/v1/deliveries/${stored!.id}/replay`, {});
    expect(body.alerts).toMatchObject([{ outcome: "repeated" }]);
  });
});

describe("Heartbeats by labels", () => {
  const settings = {
    provider: "alertmanager",
    verification: { scheme: "token" },
    heartbeatMinutes: 10,
    heartbeatMatchers: [{ name: "alertname", value: "Watchdog" }],
  };

  const send = (integration: TestIntegration, alertname: string, cluster: string, status = "firing") =>
    deliverWithToken(integration, {
      version: "4",
      groupKey: `{}:{cluster="${cluster}"}`,
      status,
      receiver: "tocsin",
      groupLabels: { cluster },
      commonLabels: { cluster },
      commonAnnotations: {},
      externalURL: "http://alertmanager.example.com",
      alerts: [
        {
          status,
          labels: { alertname, cluster, severity: "none" },
          annotations: {},
          startsAt: "2026-09-21T14:13:20Z",
          endsAt: "0001-01-01T00:00:00Z",
          fingerprint: `${alertname}-${cluster}`,
        },
      ],
    });

  it("opens no alert for a Watchdog, and one for each cluster whose Watchdog stops", async () => {
    const integration = await createIntegration(settings);
    const start = Date.now();
    for (const cluster of ["eu", "us"]) {
      expect((await send(integration, "Watchdog", cluster)).body.alerts).toMatchObject([{ outcome: "alive" }]);
    }
    vi.useFakeTimers({ toFake: ["Date"], now: start + 5 * MINUTE });
    await send(integration, "Watchdog", "us");
    // Neither another alert nor the end of a heartbeat is one.
    await send(integration, "DiskFull", "eu");
    await send(integration, "Watchdog", "eu", "resolved");
    await at(start + 11 * MINUTE, integration);
    const [missed, ...others] = (await openAlerts(integration)).filter(({ title }) => title.includes("heartbeat"));
    expect([missed, others]).toMatchObject([
      { alertKey: "tocsin:heartbeat:Watchdog-eu", metadata: { labels: { cluster: "eu" } } },
      [],
    ]);
    await send(integration, "Watchdog", "eu");
    expect((await openAlerts(integration)).map(({ title }) => title)).not.toContain(missed?.title);
  });

  it("resolves the alert that was open before the Watchdog became a heartbeat", async () => {
    const integration = await createIntegration({ ...settings, heartbeatMatchers: [] });
    await send(integration, "Watchdog", "eu");
    expect(await openAlerts(integration)).toHaveLength(1);
    const { heartbeatMatchers } = settings;
    expect((await api("PATCH", `/v1/integrations/${integration.id}`, { heartbeatMatchers })).status).toBe(200);
    await send(integration, "Watchdog", "eu");
    expect(await openAlerts(integration)).toEqual([]);
  });

  it("counts only heartbeats: other deliveries do not resolve a Watchdog that never came", async () => {
    const integration = await createIntegration(settings);
    await send(integration, "DiskFull", "eu");
    await at(Date.now() + 11 * MINUTE, integration);
    expect((await openAlerts(integration)).map(({ alertKey }) => alertKey)).toContain("tocsin:heartbeat");
    await send(integration, "Watchdog", "eu");
    expect((await openAlerts(integration)).map(({ alertKey }) => alertKey)).toEqual(["DiskFull-eu"]);
  });

  it("ends the watch of a key when its alert is closed", async () => {
    const integration = await createIntegration(settings);
    const start = Date.now();
    for (const cluster of ["eu", "us"]) await send(integration, "Watchdog", cluster);
    await at(start + 11 * MINUTE, integration);
    const missed = await openAlerts(integration);
    expect(missed).toHaveLength(2);
    const closed = missed.find(({ alertKey }) => alertKey === "tocsin:heartbeat:Watchdog-eu");
    await api("PATCH", `/v1/alerts/${closed!.id}`, { status: "CLOSED" });
    expect((await healthOf(integration)).heartbeats.map(({ key }) => key)).toEqual(["Watchdog-us"]);
    await at(start + 60 * MINUTE, integration);
    expect(await openAlerts(integration)).toHaveLength(1);
  });

  it("moves with the partition of its key to another shard", async () => {
    const integration = await createIntegration(settings);
    for (const cluster of ["a", "b", "c", "d"]) await send(integration, "Watchdog", cluster);
    await flushed(integration);
    await api("PATCH", `/v1/integrations/${integration.id}`, { shards: 4 });
    const { heartbeats } = await healthOf(integration);
    expect(heartbeats.map(({ key }) => key).toSorted()).toEqual(["a", "b", "c", "d"].map((one) => `Watchdog-${one}`));
  });
});
