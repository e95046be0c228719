import { env } from "cloudflare:workers";
import { fc } from "@fast-check/vitest";
import { eq, inArray } from "drizzle-orm";
import { describe, expect, it } from "vitest";
import type { EntryJson } from "../../src/db/chunk.ts";
import { connect } from "../../src/db/client.ts";
import { isDataError, safeMessage } from "../../src/db/errors.ts";
import { alerts, alertTimeline, integrations, webhookDeliveries } from "../../src/db/schema.ts";
import { type OwnedChunk, writeChunks } from "../../src/db/write-batch.ts";
import { newId } from "../../src/lib/ids.ts";
import { api, createIntegration } from "../support/worker.ts";
import { alertRow, chunkOf, deliveryRow, openingEntry, timelineRow } from "./chunks.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 10, 26, 10, 0, second)).toISOString();

const owned = (integrationId: string, ...entries: EntryJson[]): OwnedChunk => ({
  integrationId,
  chunk: chunkOf(entries),
});

/** Everything that Postgres has of these integrations. */
async function stored(...ids: string[]) {
  const db = connect(env);
  const alertList = await db.select().from(alerts).where(inArray(alerts.integrationId, ids)).orderBy(alerts.id);
  const deliveries = await db
    .select()
    .from(webhookDeliveries)
    .where(inArray(webhookDeliveries.integrationId, ids))
    .orderBy(webhookDeliveries.id);
  const timeline = await db
    .select()
    .from(alertTimeline)
    .where(
      inArray(
        alertTimeline.alertId,
        alertList.map(({ id }) => id),
      ),
    )
    .orderBy(alertTimeline.id);
  return { alerts: alertList, deliveries, timeline };
}

/** The state without the times and transactions of the writing. */
const contentOf = ({ alerts: alertList, deliveries, timeline }: Awaited<ReturnType<typeof stored>>) => ({
  alerts: alertList.map(({ createdAt: _, updatedAt: _u, ...alert }) => alert),
  deliveries: deliveries.map(({ createdAt: _, ...delivery }) => delivery),
  timeline: timeline.map(({ recordedXid: _, ...entry }) => entry),
});

describe("writeChunks", () => {
  it("writes the chunks of two integrations, each with its team, and keeps bodies byte for byte", async () => {
    const { body: team } = await api<{ id: string }>("POST", "/v1/teams", { name: `writers ${crypto.randomUUID()}` });
    const [one, two] = [await createIntegration(), await createIntegration({ teamId: team.id })];
    const json = '{"b": 1.0, "a":"\\u00e4ä😀",  "a": 1e400}';
    const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const none = deliveryRow(one.id);
    const written = await writeChunks(env, [
      { integrationId: one.id, chunk: chunkOf([openingEntry(one.id), { delivery: none }], ["[1]", null]) },
      { integrationId: two.id, chunk: chunkOf([openingEntry(two.id), openingEntry(two.id)], [json, bytes]) },
      { integrationId: one.id, chunk: chunkOf([openingEntry(one.id)], [new Uint8Array([0xff])]) },
    ]);
    expect([...written.known].toSorted()).toEqual([one.id, two.id].toSorted());
    expect(written.changed).toEqual(new Map([[one.id, null], [two.id, team.id]])); // prettier-ignore
    expect(BigInt(written.xid)).toBeGreaterThan(0n);
    const first = await stored(one.id);
    expect(first.alerts.map(({ teamId }) => teamId)).toEqual([null, null]);
    expect(first.deliveries.find(({ id }) => id === none.id)).toMatchObject({ rawPayload: null, rawBody: null });
    const second = await stored(two.id);
    expect([...second.alerts, ...second.deliveries].map(({ teamId }) => teamId)).toEqual(Array(4).fill(team.id));
    expect(second.timeline.map(({ recordedXid }) => recordedXid)).toEqual([written.xid, written.xid]);
    const texts = await connect(env).$client.query(
      "select raw_payload::text as text, raw_body from webhook_deliveries where integration_id = $1 order by id",
      [two.id],
    );
    expect(texts.map(({ text }) => text)).toEqual([json, null]);
    expect(second.deliveries[1]?.rawBody).toEqual(bytes);
  });

  it("ends in the same state however often and in which order the chunks of an integration are written", async () => {
    const integration = await createIntegration();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.nat(5), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
        async (calls) => {
          const opened = openingEntry(integration.id);
          const [alert] = opened.alerts;
          const versions = [2, 3, 4].map((version) => {
            const row = alertRow(integration.id, { id: alert.id, version, last_seen_at: at(version) }, `v${version}`);
            return { delivery: deliveryRow(integration.id), alerts: [row], timeline: [timelineRow(row)] };
          });
          const duplicate = { delivery: deliveryRow(integration.id), seen: [{ id: alert.id, last_seen_at: at(30) }] };
          const chunks = [opened, ...versions, duplicate, { alerts: [alert] }].map((entry) =>
            owned(integration.id, entry),
          );
          // Finally, the object sends its outbox until all chunks are written.
          for (const call of calls)
            await writeChunks(
              env,
              call.map((index) => chunks[index]!),
            );
          await writeChunks(env, chunks);
          const state = await stored(integration.id);
          expect(state.alerts.find(({ id }) => id === alert.id)).toMatchObject({
            version: 4,
            title: "v4",
            lastSeenAt: new Date(at(30)),
          });
          expect(state.timeline.filter(({ alertId }) => alertId === alert.id)).toHaveLength(4);
          const ids = new Set([opened, ...versions, duplicate].map(({ delivery }) => delivery.id));
          expect(state.deliveries.filter(({ id }) => ids.has(id))).toHaveLength(5);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("changes nothing when a batch is repeated", async () => {
    const integration = await createIntegration();
    const batch = Array.from({ length: 5 }, () => owned(integration.id, openingEntry(integration.id)));
    await writeChunks(env, batch);
    const before = await stored(integration.id);
    await writeChunks(env, batch.toReversed());
    expect(await stored(integration.id)).toEqual(before);
  });

  it("moves the last-seen time forward only, without a new version, also beside the alert itself", async () => {
    const integration = await createIntegration();
    const alert = alertRow(integration.id, { version: 2, last_seen_at: at(10) });
    const old = alertRow(integration.id, { id: alert.id, version: 1, last_seen_at: at(5) });
    const seen = (second: number): EntryJson => ({ seen: [{ id: alert.id, last_seen_at: at(second) }] });
    const lastSeen = async () => {
      const [row] = (await stored(integration.id)).alerts;
      return [row?.version, row?.lastSeenAt.toISOString()];
    };
    // the same batch inserts the alert
    await writeChunks(env, [owned(integration.id, { alerts: [alert] }, seen(20))]);
    expect(await lastSeen()).toEqual([2, at(20)]);
    // only duplicates; the newest wins
    await writeChunks(env, [owned(integration.id, seen(15), seen(25), seen(22))]);
    expect(await lastSeen()).toEqual([2, at(25)]);
    // the batch sends an old version again
    await writeChunks(env, [owned(integration.id, { alerts: [old] }, seen(30))]);
    expect(await lastSeen()).toEqual([2, at(30)]);
    await writeChunks(env, [owned(integration.id, { alerts: [old, alert] }, seen(12))]);
    expect(await lastSeen()).toEqual([2, at(30)]);
    // a new version does not move it back
    await writeChunks(env, [owned(integration.id, { alerts: [{ ...alert, version: 3 }] })]);
    expect(await lastSeen()).toEqual([3, at(30)]);
  });

  it("skips the chunks of an integration that Postgres does not have, and writes the others", async () => {
    const [integration, unknown] = [await createIntegration(), crypto.randomUUID()];
    const missing = openingEntry(unknown);
    const batch = [owned(unknown, missing), owned(integration.id, openingEntry(integration.id))];
    const written = await writeChunks(env, batch);
    expect([[...written.known], [...written.changed.keys()]]).toEqual([[integration.id], [integration.id]]);
    expect((await stored(integration.id)).alerts).toHaveLength(1);
    expect(await stored(unknown)).toEqual({ alerts: [], deliveries: [], timeline: [] });
    const alone = await writeChunks(env, [owned(unknown, missing, { seen: [{ id: newId(), last_seen_at: at(1) }] })]);
    expect([alone.known.size, alone.changed.size, alone.subscriptions]).toEqual([0, 0, []]);
  });

  it.each<[string, (integrationId: string) => EntryJson, string]>([
    ["a NUL in a text", (id) => ({ alerts: [alertRow(id, {}, "a\u0000b")] }), "22P05"],
    ["a date out of range", (id) => ({ alerts: [alertRow(id, { last_seen_at: "299999-01-01T00:00:00Z" })] }), "22008"],
    ["an unknown enum value", (id) => ({ alerts: [alertRow(id, { severity: "WORST" as "LOW" })] }), "22P02"],
    ["a missing value", (id) => ({ delivery: { ...deliveryRow(id), events: null } }), "23502"],
  ])("rejects the whole batch for %s, as a data error", async (_, bad, code) => {
    const integration = await createIntegration();
    const batch = [owned(integration.id, openingEntry(integration.id)), owned(integration.id, bad(integration.id))];
    const error: unknown = await writeChunks(env, batch).catch((caught: unknown) => caught);
    expect([isDataError(error), safeMessage(error).slice(0, 5)]).toEqual([true, code]);
    expect((await stored(integration.id)).alerts).toEqual([]);
  });

  it("returns the enabled subscriptions that may match, and none for a batch without timeline entries", async () => {
    const { body: team } = await api<{ id: string }>("POST", "/v1/teams", {
      name: `subscribed ${crypto.randomUUID()}`,
    });
    const { body: other } = await api<{ id: string }>("POST", "/v1/teams", { name: `other ${crypto.randomUUID()}` });
    const subscribe = async (settings: object) =>
      (await api<{ id: string }>("POST", "/v1/subscriptions", { name: "s", url: "http://127.0.0.1:9/", ...settings }))
        .body.id;
    const ids = {
      own: await subscribe({ teamId: team.id }),
      disabled: await subscribe({ teamId: team.id, isEnabled: false }),
      foreign: await subscribe({ teamId: other.id }),
      platform: await subscribe({}),
    };
    const integration = await createIntegration({ teamId: team.id });
    const entry = openingEntry(integration.id);
    const { subscriptions } = await writeChunks(env, [owned(integration.id, entry)]);
    expect(subscriptions).toContainEqual({ id: ids.own, teamId: team.id });
    expect(subscriptions).toContainEqual({ id: ids.platform, teamId: null });
    expect(subscriptions.filter(({ id }) => id === ids.disabled || id === ids.foreign)).toEqual([]);
    const silent = await writeChunks(env, [
      owned(integration.id, {
        delivery: deliveryRow(integration.id),
        seen: [{ id: entry.alerts[0].id, last_seen_at: at(9) }],
      }),
    ]);
    expect([silent.subscriptions, silent.changed.size]).toEqual([[], 0]);
    for (const id of Object.values(ids)) await api("DELETE", `/v1/subscriptions/${id}`);
  });

  it("gives rows the team to which their integration moved meanwhile", async () => {
    const { body: team } = await api<{ id: string }>("POST", "/v1/teams", { name: `moved ${crypto.randomUUID()}` });
    const integration = await createIntegration();
    await connect(env).update(integrations).set({ teamId: team.id }).where(eq(integrations.id, integration.id));
    await writeChunks(env, [owned(integration.id, openingEntry(integration.id))]);
    const { alerts: alertList, deliveries } = contentOf(await stored(integration.id));
    expect([...alertList, ...deliveries].map(({ teamId }) => teamId)).toEqual([team.id, team.id]);
  });
});
