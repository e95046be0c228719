import { env } from "cloudflare:workers";
import { eq, inArray, sql } from "drizzle-orm";
import { describe, expect, it, vi } from "vitest";
import { retentionDays, type RetentionSettings, retentionSteps } from "../../src/api/retention.ts";
import { connect, type DatabaseSettings } from "../../src/db/client.ts";
import { deleteDeliveries } from "../../src/db/retention.ts";
import { runSteps } from "../../src/db/steps.ts";
import { BEGINNING, listTimeline } from "../../src/db/timeline.ts";
import { alertTimeline, alerts, auditEvents, webhookDeliveries } from "../../src/db/schema.ts";
import { newId } from "../../src/lib/ids.ts";
import { DAY } from "../../src/lib/time.ts";
import {
  type Alert,
  alertsOf,
  api,
  createIntegration,
  deliver,
  deliveriesOf,
  flushed,
  type TestIntegration,
} from "../support/worker.ts";

const db = () => connect(env);
const KEEPS_ALL = { ...env, DELIVERY_RETENTION_DAYS: "0", ALERT_RETENTION_DAYS: "0", AUDIT_RETENTION_DAYS: "0" };

/** Deletes what has expired. @returns how many rows of each kind */
async function deleteExpired(
  settings: RetentionSettings & DatabaseSettings,
  now: number,
  maxMs = 60_000,
): Promise<Record<string, number>> {
  return (await runSteps(settings, retentionSteps(settings, now), maxMs)).counts;
}

/** An integration with a delivery of each status; the ids are ordered by arrival. */
async function withDeliveries(): Promise<{ integration: TestIntegration; ids: string[] }> {
  const integration = await createIntegration();
  for (const title of ["a", "a", "b"]) await deliver(integration, { id: title, title });
  await deliver({ ...integration, secret: "another one, wrong" }, { title: "c" });
  await flushed(integration);
  return { integration, ids: (await deliveriesOf(integration)).map(({ id }) => id).toReversed() };
}

const daysAgo = (days: number) => sql`now() - make_interval(days => ${days})`;

const age = (ids: readonly string[], days: number) =>
  db()
    .update(webhookDeliveries)
    .set({ receivedAt: daysAgo(days) })
    .where(inArray(webhookDeliveries.id, [...ids]));

describe("retention of deliveries", () => {
  it("deletes old deliveries of every status and keeps newer ones, alerts and timelines", async () => {
    const { integration, ids } = await withDeliveries();
    const [first = "", second = "", third = "", rejected = ""] = ids;
    await age([first, second, rejected], 91);
    await age([third], 89);
    await deleteExpired({ ...KEEPS_ALL, DELIVERY_RETENTION_DAYS: "90" }, Date.now());
    expect((await deliveriesOf(integration)).map(({ id }) => id)).toEqual([third]);
    const remaining = await alertsOf(integration);
    expect(remaining.map(({ alertKey }) => alertKey).toSorted()).toEqual(["a", "b"]);
    for (const { id } of remaining) {
      const { body } = await api<{ data: unknown[] }>("GET", `/v1/alerts/${id}/timeline`);
      expect(body.data).toHaveLength(1);
    }
  });

  it("answers 404 for a deleted delivery and keeps records that refer to it readable", async () => {
    const { integration, ids } = await withDeliveries();
    const [first = "", duplicate = "", third = ""] = ids;
    const replayed = await api<{ deliveryId: string }>("POST", `/v1/deliveries/${first}/replay`, {});
    await flushed(integration);
    await age([first, third], 91);
    await deleteExpired({ ...KEEPS_ALL, DELIVERY_RETENTION_DAYS: "90" }, Date.now());
    const status = async (method: string, path: string, body?: unknown) => (await api(method, path, body)).status;
    expect(await status("GET", `/v1/deliveries/${first}`)).toBe(404);
    expect(await status("GET", `/v1/deliveries/${first}/payload`)).toBe(404);
    expect(await status("POST", `/v1/deliveries/${first}/replay`, {})).toBe(404);
    const { body } = await api("GET", `/v1/deliveries/${duplicate}`);
    expect(body).toMatchObject({ status: "DUPLICATE", duplicateOf: first });
    const replays = await api<{ data: { id: string }[] }>("GET", `/v1/deliveries?replayOf=${first}`);
    expect(replays.body.data.map(({ id }) => id)).toEqual([replayed.body.deliveryId]);
    const alert = (await alertsOf(integration)).find(({ alertKey }) => alertKey === "a");
    const ofAlert = await api<{ data: { id: string }[] }>("GET", `/v1/deliveries?alertId=${alert?.id}`);
    expect(ofAlert.body.data.map(({ id }) => id)).toContain(duplicate);
    // The integration's object still remembers the dedup key.
    const again = await deliver(integration, { id: "b", title: "b" });
    expect(again.body).toMatchObject({ status: "duplicate", duplicateOf: third });
  });

  it("deletes in batches, the oldest deliveries first", async () => {
    const { integration, ids } = await withDeliveries();
    // Older than the rows of other tests.
    for (const [index, id] of ids.entries()) await age([id], 9000 - index);
    const range = { from: new Date(0), before: new Date(Date.now() - 8000 * DAY) };
    const first = await runSteps(env, [deleteDeliveries(range, 3)], 0);
    expect(first).toEqual({ counts: { deliveries: 3 }, errors: {}, left: ["deliveries"] });
    expect((await deliveriesOf(integration)).map(({ id }) => id)).toEqual([ids[3]]);
    const second = await runSteps(env, [deleteDeliveries(range, 3)], 0);
    expect(second).toEqual({ counts: { deliveries: 1 }, errors: {}, left: [] });
  });
});

/** Alerts by their key: one in each status, and `changed`, which is resolved and changed yesterday; the others changed `days` ago. */
async function withAlerts(days: number): Promise<{ integration: TestIntegration; of: Record<string, Alert> }> {
  const integration = await createIntegration();
  for (const id of ["open", "acknowledged", "resolved", "closed", "changed"])
    await deliver(integration, { id, title: "Disk full" });
  const found = await alertsOf(integration);
  const of = Object.fromEntries(found.map((alert) => [String(alert.alertKey), alert]));
  for (const [key, status] of [
    ["acknowledged", "ACKNOWLEDGED"],
    ["resolved", "RESOLVED"],
    ["closed", "CLOSED"],
    ["changed", "RESOLVED"],
  ] as const) {
    expect((await api("PATCH", `/v1/alerts/${of[key]?.id}`, { status })).status).toBe(200);
  }
  await flushed(integration);
  await db()
    .update(alerts)
    .set({ triggeredAt: daysAgo(days + 10), updatedAt: daysAgo(days) })
    .where(eq(alerts.integrationId, integration.id));
  await db()
    .update(alerts)
    .set({ updatedAt: daysAgo(1) })
    .where(eq(alerts.id, of.changed!.id));
  return { integration, of };
}

const entriesOf = (alertId: string) => db().select().from(alertTimeline).where(eq(alertTimeline.alertId, alertId));

describe("retention of alerts", () => {
  it("deletes resolved and closed alerts that have not changed within the retention, with their timelines", async () => {
    const { integration, of } = await withAlerts(366);
    await deleteExpired({ ...KEEPS_ALL, ALERT_RETENTION_DAYS: "365" }, Date.now());
    const left = (await alertsOf(integration)).map(({ alertKey }) => alertKey).toSorted();
    expect(left).toEqual(["acknowledged", "changed", "open"]);
    expect(await entriesOf(of.resolved!.id)).toEqual([]);
    expect(await entriesOf(of.acknowledged!.id)).toHaveLength(2);
    expect(await deliveriesOf(integration)).toHaveLength(5);
  });

  it("answers 404 for a deleted alert and leaves it out of the timeline feed", async () => {
    const { of } = await withAlerts(366);
    const before = await listTimeline(db(), "all", {}, BEGINNING, 1);
    await deleteExpired({ ...KEEPS_ALL, ALERT_RETENTION_DAYS: "365" }, Date.now());
    const { id } = of.resolved!;
    expect((await api("GET", `/v1/alerts/${id}`)).status).toBe(404);
    expect((await api("GET", `/v1/alerts/${id}/timeline`)).status).toBe(404);
    expect((await api("PATCH", `/v1/alerts/${id}`, { status: "OPEN" })).status).toBe(404);
    const { body } = await api<{ data: { alertId: string; id: string }[] }>("GET", `/v1/deliveries?alertId=${id}`);
    expect(body.data.map(({ alertId }) => alertId)).toEqual([id]);
    // A reader continues from its old cursor.
    const read: string[] = [];
    for (let { nextCursor, hasMore } = before; hasMore;) {
      const page = await listTimeline(db(), "all", {}, nextCursor, 200);
      read.push(...page.entries.map(({ entry }) => entry.alertId));
      ({ nextCursor, hasMore } = page);
    }
    expect(read).toContain(of.open!.id);
    expect(read).not.toContain(id);
  });

  it("deletes a very long timeline in several batches", async () => {
    const { integration, of } = await withAlerts(366);
    await db()
      .execute(sql`insert into alert_timeline (id, alert_id, type, actor, version, status, severity, recorded_at)
      select gen_random_uuid(), ${of.closed!.id}::uuid, 'REPEATED', 'source', n, 'OPEN', 'HIGH', now() from generate_series(1, 5001) n`);
    await deleteExpired({ ...KEEPS_ALL, ALERT_RETENTION_DAYS: "365" }, Date.now());
    expect(await entriesOf(of.closed!.id)).toEqual([]);
    expect((await alertsOf(integration)).map(({ alertKey }) => alertKey)).not.toContain("closed");
  });
});

/** Audit events of this many days ago; the returned function counts the remaining ones. */
async function withAuditEvents(count: number, days: number): Promise<() => Promise<number>> {
  const actor = `api:${newId()}`;
  await db().execute(sql`insert into audit_events (id, actor, action, target_type, target_id, created_at)
    select gen_random_uuid(), ${actor}, 'test', 'test', 'test', ${daysAgo(days)} from generate_series(1, ${count}) n`);
  return async () => (await db().select().from(auditEvents).where(eq(auditEvents.actor, actor))).length;
}

describe("retention", () => {
  it("applies each setting to its own rows only", async () => {
    const { integration, ids } = await withDeliveries();
    await age(ids, 31);
    const [young, old] = [await withAuditEvents(3, 29), await withAuditEvents(3, 31)];
    const deleted = await deleteExpired({ ...KEEPS_ALL, AUDIT_RETENTION_DAYS: "30" }, Date.now());
    expect(Object.keys(deleted)).toEqual(["auditEvents"]);
    expect([await young(), await old()]).toEqual([3, 0]);
    expect(await deliveriesOf(integration)).toHaveLength(4);
  });

  it.each([["0"], [""], [undefined], ["ninety"], ["-1"], ["1.5"], ["Infinity"], ["36501"]])(
    "keeps everything if the settings are %j",
    async (days) => {
      const { integration, ids } = await withDeliveries();
      await age(ids, 4000);
      const logged = vi.spyOn(console, "error");
      const settings = { DELIVERY_RETENTION_DAYS: days, ALERT_RETENTION_DAYS: days, AUDIT_RETENTION_DAYS: days };
      await deleteExpired({ ...env, ...settings } as typeof env, Date.now());
      expect(await deliveriesOf(integration)).toHaveLength(4);
      const isWrong = retentionDays(days) === null;
      expect(isWrong).toBe(!["0", "", undefined].includes(days));
      const named = logged.mock.calls.map(([line]) => (JSON.parse(String(line)) as { setting?: string }).setting);
      expect(named.filter((setting) => setting !== undefined)).toEqual(isWrong ? Object.keys(settings) : []);
    },
  );

  it("deletes a batch of each kind before a second batch of any", async () => {
    const { integration, ids } = await withDeliveries();
    await db()
      .execute(sql`insert into webhook_deliveries (id, integration_id, sequence, status, status_code, events, decision,
        headers, received_at)
      select gen_random_uuid(), ${integration.id}::uuid, n, 'ACCEPTED', 202, '[]', '{}', '{}', ${daysAgo(400)}
      from generate_series(1, 1500) n`);
    await age(ids, 400);
    const auditEventsLeft = await withAuditEvents(3, 400);
    const settings = { ...KEEPS_ALL, DELIVERY_RETENTION_DAYS: "365", AUDIT_RETENTION_DAYS: "365" };
    const { deliveries = 0 } = await deleteExpired(settings, Date.now(), 0);
    expect(deliveries).toBeGreaterThan(0);
    expect(deliveries).toBeLessThan(1500);
    expect(await auditEventsLeft()).toBe(0);
    await deleteExpired(settings, Date.now());
    expect(await deliveriesOf(integration)).toEqual([]);
  });
});
