import { env } from "cloudflare:workers";
import { fc, test as property } from "@fast-check/vitest";
import { beforeAll, describe, expect, it } from "vitest";
import { type AlertFilter, conditionsOf } from "../../src/alerts/alert-filter.ts";
import { meetsCondition } from "../../src/alerts/conditions.ts";
import { SEVERITIES, STATUSES } from "../../src/alerts/model.ts";
import { ALERT_SORTS, type AlertSort } from "../../src/db/alert-page.ts";
import { type AlertRow, countAlerts, listAlerts } from "../../src/db/alerts.ts";
import { connect } from "../../src/db/client.ts";
import type { Position } from "../../src/db/keyset.ts";
import type { VisibleTeams } from "../../src/lib/principal.ts";
import {
  alertRows,
  asRead,
  conditions,
  contains,
  FIRST_HOURS,
  insertFixtures,
  instants,
  INTEGRATION_IDS,
  isVisible,
  maybe,
  newestFirst,
  own,
  some,
  TEAM_IDS,
  visibleTeamsArbitrary,
} from "./list-fixtures.ts";

const db = () => connect(env);

beforeAll(insertFixtures);

const filters: fc.Arbitrary<AlertFilter> = fc
  .record({
    status: maybe(fc.subarray([...STATUSES])),
    severity: maybe(some(SEVERITIES)),
    integrationId: maybe(fc.constantFrom(...INTEGRATION_IDS)),
    integrationIds: maybe(fc.subarray(INTEGRATION_IDS)),
    text: maybe(fc.constantFrom("disk", "DISK FULL", "100%", "_", "%", "\\", "nowhere", "y")),
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
    conditions: maybe(fc.array(conditions, { maxLength: 3 })),
    since: maybe(instants),
    until: maybe(instants),
  })
  .map(({ text, conditions: others = [], ...filter }) => ({
    ...filter,
    conditions: [...others, ...(text === undefined ? [] : [contains(text)])],
  }));

/** The filter in plain JavaScript. */
const matches = (visibleTeams: VisibleTeams, filter: AlertFilter) => (row: AlertRow) =>
  isVisible(visibleTeams, row) &&
  (filter.status?.includes(row.status) ?? true) &&
  (filter.severity?.includes(row.severity) ?? true) &&
  (filter.integrationId === undefined || filter.integrationId === row.integrationId) &&
  (filter.integrationIds?.includes(row.integrationId) ?? true) &&
  conditionsOf(filter).every((condition) => meetsCondition(asRead(row), condition)) &&
  (!filter.since || row.triggeredAt >= filter.since) &&
  (!filter.until || row.triggeredAt < filter.until);

const position: Record<AlertSort, (row: AlertRow) => Position> = {
  triggeredAt: ({ triggeredAt, id }) => ({ sortedBy: triggeredAt.getTime(), id }),
  lastSeenAt: ({ lastSeenAt, id }) => ({ sortedBy: lastSeenAt.getTime(), id }),
  severity: ({ severity, triggeredAt, id }) => ({ rank: severity, sortedBy: triggeredAt.getTime(), id }),
};

const sorted: Record<AlertSort, (rows: readonly AlertRow[]) => AlertRow[]> = {
  triggeredAt: (rows) => newestFirst(rows, (row) => row.triggeredAt),
  lastSeenAt: (rows) => newestFirst(rows, (row) => row.lastSeenAt),
  severity: (rows) =>
    sorted.triggeredAt(rows).toSorted((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity)),
};

const positionOf = ({ triggeredAt, id }: AlertRow) => ({ sortedBy: triggeredAt.getTime(), id });
const idsOf = (rows: readonly AlertRow[]) => rows.map(({ id }) => id);

describe("listAlerts", () => {
  property.prop([visibleTeamsArbitrary, filters, fc.integer({ min: 1, max: 60 })], { numRuns: 150 })(
    "returns the rows of the filter, page by page",
    async (visibleTeams, filter, limit) => {
      const matching = alertRows.filter(matches(visibleTeams, filter));
      const expected = idsOf(newestFirst(matching, (row) => row.triggeredAt));
      const seen: string[] = [];
      for (let after: ReturnType<typeof positionOf> | null = null; ;) {
        const page: AlertRow[] = await listAlerts(db(), visibleTeams, filter, after, limit);
        seen.push(...idsOf(own(page)));
        const last = page.at(-1);
        // Rows of other tests are older than all of these.
        if (page.length < limit || !last || seen.length > 3 * limit || own(page).length < page.length) break;
        after = positionOf(last);
      }
      expect(seen).toEqual(expected.slice(0, seen.length));
      if (seen.length <= 3 * limit) expect(seen).toHaveLength(expected.length);
    },
    60_000,
  );

  it("returns all rows without a filter", async () => {
    const all = await listAlerts(db(), "all", {}, null, alertRows.length);
    expect(idsOf(all)).toEqual(idsOf(newestFirst(alertRows, (row) => row.triggeredAt)));
  });

  property.prop(
    [
      fc.integer({ min: 1, max: 70 }),
      fc.constantFrom<AlertFilter["status"][]>(undefined, ["OPEN"], ["OPEN", "CLOSED"]),
    ],
    { numRuns: 20 },
  )("returns the oldest first in the reverse order, in pages of any length", async (limit, status) => {
    const filter = { ...FIRST_HOURS, status };
    const seen: string[] = [];
    for (let after: ReturnType<typeof positionOf> | null = null; ;) {
      const page: AlertRow[] = await listAlerts(db(), "all", filter, after, limit, "oldest first");
      seen.push(...idsOf(page));
      const last = page.at(-1);
      if (!last) break;
      after = positionOf(last);
    }
    expect(seen.length).toBeGreaterThan(0);
    expect(seen).toEqual(idsOf(await listAlerts(db(), "all", filter, null, 1000)).toReversed());
  });
});

describe("the sorts of listAlerts", () => {
  property.prop(
    [
      visibleTeamsArbitrary,
      filters,
      fc.constantFrom(...ALERT_SORTS),
      fc.integer({ min: 1, max: 40 }),
      fc.nat({ max: 400 }),
    ],
    { numRuns: 200 },
  )("return the rows after and before any row of the list", async (visibleTeams, filter, sort, limit, at) => {
    const scoped = { ...filter, integrationIds: filter.integrationIds ?? INTEGRATION_IDS };
    const list = sorted[sort](alertRows.filter(matches(visibleTeams, scoped)));
    const first = await listAlerts(db(), visibleTeams, scoped, null, limit, "newest first", sort);
    expect(idsOf(first)).toEqual(idsOf(list.slice(0, limit)));
    const row = list[at % Math.max(list.length, 1)];
    if (!row) return;
    const index = list.indexOf(row);
    const start = position[sort](row);
    const after = await listAlerts(db(), visibleTeams, scoped, start, limit, "newest first", sort);
    expect(idsOf(after)).toEqual(idsOf(list.slice(index + 1, index + 1 + limit)));
    const before = await listAlerts(db(), visibleTeams, scoped, start, limit, "oldest first", sort);
    expect(idsOf(before)).toEqual(idsOf(list.slice(0, index).toReversed().slice(0, limit)));
  });
});

describe("countAlerts", () => {
  property.prop([fc.constantFrom<VisibleTeams>([TEAM_IDS[0]!], TEAM_IDS, []), filters], { numRuns: 60 })(
    "counts the rows of the filter by status and severity",
    async (visibleTeams, filter) => {
      const expected = Map.groupBy(
        alertRows.filter(matches(visibleTeams, filter)),
        (row) => `${row.status} ${row.severity}`,
      );
      const { counts: counted } = await countAlerts(db(), visibleTeams, filter);
      expect(counted.every(({ isAtLeast }) => !isAtLeast)).toBe(true);
      const found = Object.fromEntries(counted.map((one) => [`${one.status} ${one.severity}`, one.count]));
      expect(found).toEqual(Object.fromEntries([...expected].map(([kind, list]) => [kind, list.length])));
    },
  );
});
