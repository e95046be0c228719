import { env } from "cloudflare:workers";
import { fc, test as property } from "@fast-check/vitest";
import { beforeAll, describe, expect, it } from "vitest";
import { SEVERITIES, STATUSES } from "../../src/alerts/model.ts";
import { type AlertFilter, type AlertRow, countAlerts, listAlerts } from "../../src/db/alerts.ts";
import { connect } from "../../src/db/client.ts";
import { type DeliveryFilter, listDeliveries, type ListedDelivery } from "../../src/db/deliveries.ts";
import { alertTimeline, alerts, deliveryStatus, integrations, teams, webhookDeliveries } from "../../src/db/schema.ts";
import { newId } from "../../src/lib/ids.ts";
import type { VisibleTeams } from "../../src/lib/principal.ts";
import { api, createIntegration, deliver, flushed, type Alert } from "../support/worker.ts";

const db = () => connect(env);
const HOUR = 3_600_000;
/** Later than anything else: other tests leave their rows in the same database, and these come first in every list. */
const START = Date.UTC(2150, 9, 1);

const teamIds = [newId(), newId(), newId()];
const integrationIds = Array.from({ length: 5 }, () => crypto.randomUUID());
const teamOf = (at: number): string | null => [teamIds[0]!, teamIds[0]!, teamIds[1]!, teamIds[2]!, null][at]!;

const WORDS = ["Disk full", "disk 100% used", "Latency", "CPU_hot", String.raw`back\slash`];
const METADATA = [
  {},
  { service: "checkout" },
  { labels: { service: "checkout", zone: "a" } },
  { tags: { service: "cart" } },
  { tags: ["service:checkout", "env:prod"] },
  { labels: { service: "checkout", replicas: 3, isCritical: true } },
];

const pick = <T>(values: readonly T[], at: number): T => values[at % values.length]!;

/** Rows that hold every value in many combinations, several at the same time. */
const rows: AlertRow[] = Array.from({ length: 400 }, (_, at) => {
  const integration = at % 5;
  const time = new Date(START + Math.floor(at / 3) * HOUR);
  return {
    id: newId(),
    integrationId: integrationIds[integration]!,
    teamId: teamOf(integration),
    alertKey: null,
    externalId: null,
    title: pick(WORDS, at * 7),
    description: at % 4 === 0 ? pick(WORDS, at * 3) : null,
    severity: pick(SEVERITIES, at * 11 + (at >> 3)),
    status: pick(STATUSES, at * 13 + (at >> 2)),
    source: null,
    url: null,
    metadata: pick(METADATA, at * 5 + (at >> 4)),
    occurrences: 1,
    triggeredAt: time,
    lastSeenAt: time,
    acknowledgedAt: null,
    resolvedAt: null,
    closedAt: null,
    version: 1,
    createdAt: time,
    updatedAt: time,
  };
});

const deliveries = Array.from({ length: 300 }, (_, at): typeof webhookDeliveries.$inferInsert => {
  const integration = at % 5;
  return {
    id: newId(),
    integrationId: integrationIds[integration]!,
    teamId: teamOf(integration),
    sequence: at,
    status: pick(deliveryStatus.enumValues, at * 7 + (at >> 2)),
    statusCode: 202,
    alertId: at % 3 === 0 ? pick(rows, at).id : null,
    events: [],
    decision: {},
    headers: {},
    receivedAt: new Date(START + Math.floor(at / 4) * HOUR),
  };
});

beforeAll(async () => {
  await db()
    .insert(teams)
    .values(teamIds.map((id) => ({ id, name: id })));
  const { id: _, ...template } = (await createTemplate())!;
  await db()
    .insert(integrations)
    .values(integrationIds.map((id, at) => ({ ...template, id, teamId: teamOf(at) })));
  await db().insert(alerts).values(rows);
  for (const delivery of deliveries.slice(100, 150)) delivery.duplicateOf = deliveries[50]!.id!;
  for (const delivery of deliveries.slice(150, 160)) delivery.replayOf = deliveries[51]!.id!;
  await db().insert(webhookDeliveries).values(deliveries);
  await db()
    .insert(alertTimeline)
    .values(
      deliveries.slice(40, 60).map((delivery) => ({
        id: newId(),
        alertId: rows[0]!.id,
        deliveryId: delivery.id,
        type: "CREATED" as const,
        actor: "source",
        version: 1,
        status: "OPEN" as const,
        severity: "HIGH" as const,
        recordedAt: new Date(),
      })),
    );
});

async function createTemplate() {
  await createIntegration();
  return (await db().select().from(integrations).limit(1))[0];
}

const includesTeam = fc.constantFrom<VisibleTeams>("all", [], [teamIds[0]!], [teamIds[0]!, teamIds[2]!], teamIds);
const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const instants = fc.integer({ min: -2, max: 140 }).map((hour) => new Date(START + hour * HOUR));
const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });

const within = (visibleTeams: VisibleTeams, teamId: string | null) =>
  visibleTeams === "all" || (teamId !== null && visibleTeams.includes(teamId));

const newestFirst = <Row extends { id: string }>(list: Row[], time: (row: Row) => Date) =>
  list.toSorted((a, b) => time(b).getTime() - time(a).getTime() || (a.id < b.id ? 1 : -1));

const alertFilters: fc.Arbitrary<AlertFilter> = fc.record({
  status: maybe(some(STATUSES)),
  severity: maybe(some(SEVERITIES)),
  integrationId: maybe(fc.constantFrom(...integrationIds)),
  q: maybe(fc.constantFrom("disk", "DISK FULL", "100%", "_", "%", "\\", "nowhere", "y")),
  labels: maybe(
    fc.constantFrom<Record<string, string>>(
      { service: "checkout" },
      { service: "cart" },
      { service: "checkout", zone: "a" },
      { replicas: "3" },
      { isCritical: "true" },
      { env: "prod" },
      { service: "nobody" },
    ),
  ),
  since: maybe(instants),
  until: maybe(instants),
});

/** Whether metadata have a label, in plain words. */
function hasLabel(metadata: Record<string, unknown>, name: string, value: string): boolean {
  const { labels, tags } = metadata as { labels?: Record<string, unknown>; tags?: unknown };
  if (Array.isArray(tags) && tags.includes(`${name}:${value}`)) return true;
  const places = [metadata, labels, Array.isArray(tags) ? undefined : (tags as Record<string, unknown> | undefined)];
  return places.some((place) => [value, JSON.stringify(value)].includes(JSON.stringify(place?.[name])));
}

const matches = (visibleTeams: VisibleTeams, filter: AlertFilter) => (row: AlertRow) =>
  within(visibleTeams, row.teamId) &&
  (filter.status?.includes(row.status) ?? true) &&
  (filter.severity?.includes(row.severity) ?? true) &&
  (filter.integrationId === undefined || filter.integrationId === row.integrationId) &&
  (filter.q === undefined ||
    [row.title, row.description].some((text) => text?.toLowerCase().includes(filter.q!.toLowerCase()))) &&
  Object.entries(filter.labels ?? {}).every(([name, value]) =>
    hasLabel(row.metadata as Record<string, unknown>, name, value),
  ) &&
  (!filter.since || row.triggeredAt >= filter.since) &&
  (!filter.until || row.triggeredAt < filter.until);

/** Only the rows of this file: other tests leave theirs in the same database. */
const own = <Row extends { integrationId: string }>(list: readonly Row[]) =>
  list.filter(({ integrationId }) => integrationIds.includes(integrationId));

describe("lists", () => {
  property.prop([includesTeam, alertFilters, fc.integer({ min: 1, max: 60 })], { numRuns: 150 })(
    "of alerts give what a plain filter gives, page by page",
    async (visibleTeams, filter, limit) => {
      const expected = newestFirst(rows.filter(matches(visibleTeams, filter)), (row) => row.triggeredAt).map(
        ({ id }) => id,
      );
      const seen: string[] = [];
      for (let after = null; ;) {
        const page: AlertRow[] = await listAlerts(db(), visibleTeams, filter, after, limit);
        seen.push(...own(page).map(({ id }) => id));
        const last: AlertRow | undefined = page.at(-1);
        // What is not ours is older than all of ours.
        if (page.length < limit || !last || seen.length > 3 * limit || own(page).length < page.length) break;
        after = { sortedBy: last.triggeredAt.getTime(), id: last.id } as never;
      }
      expect(seen).toEqual(expected.slice(0, seen.length));
      if (seen.length <= 3 * limit) expect(seen).toHaveLength(expected.length);
    },
    60_000,
  );

  it("of everything are those of no filter", async () => {
    const all = await listAlerts(db(), "all", {}, null, rows.length);
    expect(all.map(({ id }) => id)).toEqual(newestFirst(rows, (row) => row.triggeredAt).map(({ id }) => id));
    const received = await listDeliveries(db(), "all", {}, null, deliveries.length);
    expect(own(received)).toHaveLength(deliveries.length);
  });

  property.prop([fc.constantFrom<VisibleTeams>([teamIds[0]!], teamIds, []), alertFilters], { numRuns: 60 })(
    "are counted as a plain filter counts",
    async (visibleTeams, filter) => {
      const expected = Map.groupBy(
        rows.filter(matches(visibleTeams, filter)),
        (row) => `${row.status} ${row.severity}`,
      );
      const counted = await countAlerts(db(), visibleTeams, filter);
      expect(counted.every(({ isAtLeast }) => !isAtLeast)).toBe(true);
      const found = Object.fromEntries(counted.map((one) => [`${one.status} ${one.severity}`, one.count]));
      expect(found).toEqual(Object.fromEntries([...expected].map(([kind, list]) => [kind, list.length])));
    },
  );

  const deliveryFilters: fc.Arbitrary<DeliveryFilter> = fc.record({
    integrationId: maybe(fc.constantFrom(...integrationIds)),
    status: maybe(some(deliveryStatus.enumValues)),
    alertId: maybe(fc.constantFrom(rows[0]!.id, rows[3]!.id)),
    replayOf: maybe(fc.constantFrom(deliveries[51]!.id, deliveries[52]!.id)),
    since: maybe(instants),
    until: maybe(instants),
  });

  property.prop([includesTeam, deliveryFilters], { numRuns: 100 })(
    "of deliveries give what a plain filter gives",
    async (visibleTeams, filter) => {
      const touching = new Set(deliveries.slice(40, 60).map(({ id }) => id));
      const concerns = (row: (typeof deliveries)[number]) =>
        row.alertId === filter.alertId ||
        (filter.alertId === rows[0]!.id && (touching.has(row.id) || touching.has(row.duplicateOf ?? "")));
      const expected = newestFirst(
        deliveries.filter(
          (row) =>
            within(visibleTeams, row.teamId ?? null) &&
            (filter.integrationId === undefined || filter.integrationId === row.integrationId) &&
            (filter.status?.includes(row.status) ?? true) &&
            (filter.alertId === undefined || concerns(row)) &&
            (filter.replayOf === undefined || filter.replayOf === row.replayOf) &&
            (!filter.since || row.receivedAt >= filter.since) &&
            (!filter.until || row.receivedAt < filter.until),
        ) as { id: string; receivedAt: Date }[],
        (row) => row.receivedAt,
      );
      const found: ListedDelivery[] = own(await listDeliveries(db(), visibleTeams, filter, null, 1000));
      expect(found.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
      expect(found.every((row) => !("rawPayload" in row))).toBe(true);
    },
  );

  it("are walked, while a thousand alerts of equal times arrive, so that each that was there is seen once", async () => {
    const integration = await createIntegration();
    const timestamp = "2026-10-01T12:00:00Z";
    const batch = (from: number) =>
      Array.from({ length: 100 }, (_, at) => ({ id: `k${from + at}`, title: "x", timestamp }));
    await deliver(integration, batch(0));
    await deliver(integration, batch(100));
    await flushed(integration);
    const path = `/v1/alerts?integrationId=${integration.id}&limit=9`;
    const there = new Set<string>();
    for (let cursor: string | null = ""; cursor !== null;) {
      const { body }: { body: { data: Alert[]; nextCursor: string | null } } = await api(
        "GET",
        `${path}&cursor=${cursor}`.replace(/&cursor=$/, ""),
      );
      for (const { id } of body.data) there.add(id);
      cursor = body.nextCursor;
    }
    expect(there.size).toBe(200);

    const seen: string[] = [];
    let arrived = 200;
    for (let cursor: string | null = ""; cursor !== null;) {
      const { body }: { body: { data: Alert[]; nextCursor: string | null } } = await api(
        "GET",
        `${path}&cursor=${cursor}`.replace(/&cursor=$/, ""),
      );
      seen.push(...body.data.map(({ id }) => id));
      cursor = body.nextCursor;
      if (arrived < 1200) {
        await deliver(integration, batch(arrived));
        await flushed(integration);
        arrived += 100;
      }
    }
    expect(arrived).toBe(1200);
    expect(seen.filter((id) => there.has(id)).toSorted()).toEqual([...there].toSorted());
    expect(new Set(seen).size).toBe(seen.length);
  });
});
