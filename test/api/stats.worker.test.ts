import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { api, call, createIntegration, deliver, flushed, objectOf, until, withDatabase } from "../support/worker.ts";

interface Stats {
  deliveries: { at: string; accepted: number; duplicate: number; rejected: number }[];
  totals: object;
  outbox: object;
  behind: { integrationId: string }[];
  missedHeartbeats: string[];
  topAlertKeys: { alertKey: string | null; title: string; alerts: number; occurrences: number }[];
}

const statsOf = async (query: string) => (await api<Stats>("GET", `/v1/stats?${query}`)).body;

describe("GET /v1/stats", () => {
  it("counts deliveries by outcome, for every interval of the time range", async () => {
    const integration = await createIntegration();
    for (const title of ["a", "a", "b"]) await deliver(integration, { title });
    await deliver({ ...integration, secret: "another one, wrong" }, { title: "c" });
    await flushed(integration);
    const stats = await statsOf(`integrationId=${integration.id}&interval=minute`);
    expect(stats.totals).toEqual({ accepted: 2, duplicate: 1, rejected: 1 });
    expect(stats.deliveries.length).toBeGreaterThanOrEqual(1440);
    expect(
      stats.deliveries.filter(({ accepted, duplicate, rejected }) => accepted + duplicate + rejected > 0).length,
    ).toBeGreaterThan(0);
    expect(stats.outbox).toMatchObject({ rows: 0, isPartial: false, flushedLastMinute: 4 });
    expect(stats.behind).toEqual([]);
  });

  it("lists the alert keys with the most occurrences, over all alerts of a key", async () => {
    const integration = await createIntegration();
    for (const title of ["1", "2", "3"]) await deliver(integration, { id: "noisy", title });
    await deliver(integration, { id: "noisy", title: "3", status: "resolved" });
    await deliver(integration, { id: "noisy", title: "again" });
    await deliver(integration, { id: "calm", title: "calm" });
    for (const title of ["x", "y"]) await deliver(integration, { title });
    await flushed(integration);
    const { topAlertKeys } = await statsOf(`integrationId=${integration.id}`);
    expect(topAlertKeys[0]).toMatchObject({ alertKey: "noisy", title: "again", alerts: 2, occurrences: 4 });
    // Alerts without a key are not grouped.
    expect(topAlertKeys.slice(1).map(({ alertKey, alerts }) => [alertKey, alerts])).toEqual(
      expect.arrayContaining([
        ["calm", 1],
        [null, 1],
        [null, 1],
      ]),
    );
    expect(topAlertKeys).toHaveLength(4);
  });

  it("returns the rows that wait while Postgres does not respond, of visible integrations only", async () => {
    const [behind, other] = [await createIntegration(), await createIntegration()];
    const { body: team } = await api<{ id: string }>("POST", "/v1/teams", { name: "Elsewhere" });
    const { body: theirs } = await api<{ key: string }>("POST", "/v1/api-keys", {
      name: "theirs",
      scopes: ["deliveries:read"],
      teamId: team.id,
    });
    const asThem = () => call<Stats>("GET", "/v1/stats", { headers: { authorization: `Bearer ${theirs.key}` } });
    expect((await asThem()).status).toBe(200);
    await withDatabase("down", async () => {
      for (const one of [behind, other]) await deliver(one, { title: "waits" });
      const stats = await until(async () => {
        const found = await statsOf(`integrationId=${behind.id}`);
        return found.behind.length > 0 && found;
      });
      expect(stats).toMatchObject({
        deliveries: null,
        totals: null,
        topAlertKeys: null,
        outbox: { rows: 1, isPartial: true },
        behind: [{ integrationId: behind.id, rows: 1 }],
      });
      expect((await asThem()).body).toMatchObject({ outbox: { rows: 0 }, behind: [] });
    });
    await Promise.all([flushed(behind), flushed(other)]);
  });

  it("names integrations from which a heartbeat is missing", async () => {
    const silent = await createIntegration({ heartbeatMinutes: 60 });
    const missed = async () => (await statsOf(`integrationId=${silent.id}`)).missedHeartbeats;
    expect(await missed()).toEqual([]);
    await runInDurableObject(objectOf(silent), async (instance, { storage }) => {
      storage.sql.exec("UPDATE meta SET value = 1 WHERE name = 'waiting_since'");
      await instance.alarm();
    });
    // The object reports with its next flush.
    await until(async () => (await missed())[0] === silent.id);
    await deliver(silent, { title: "here again" });
    await until(async () => (await missed()).length === 0);
  });

  it.each([
    ["interval=minute&since=2026-01-01T00:00:00Z&until=2026-02-01T00:00:00Z", "/interval"],
    ["since=2026-02-01T00:00:00Z&until=2026-01-01T00:00:00Z", "/since"],
  ])("rejects %s", async (query, pointer) => {
    const { status, body } = await api("GET", `/v1/stats?${query}`);
    expect(status).toBe(400);
    expect(body).toMatchObject({ errors: [{ pointer }] });
  });
});
