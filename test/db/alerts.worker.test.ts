import { env } from "cloudflare:workers";
import { fc, test as property } from "@fast-check/vitest";
import { beforeAll, describe, expect, it } from "vitest";
import type { AlertFilter } from "../../src/alerts/alert-filter.ts";
import { SEVERITIES, STATUSES } from "../../src/alerts/model.ts";
import { type AlertRow, countAlerts, listAlerts } from "../../src/db/alerts.ts";
import { connect } from "../../src/db/client.ts";
import type { VisibleTeams } from "../../src/lib/principal.ts";
import {
  alertRows,
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

const filters: fc.Arbitrary<AlertFilter> = fc.record({
  status: maybe(some(STATUSES)),
  severity: maybe(some(SEVERITIES)),
  integrationId: maybe(fc.constantFrom(...INTEGRATION_IDS)),
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

/** Checks a label in plain JavaScript. */
function hasLabel(metadata: Record<string, unknown>, name: string, value: string): boolean {
  const { labels, tags } = metadata as { labels?: Record<string, unknown>; tags?: unknown };
  if (Array.isArray(tags) && tags.includes(`${name}:${value}`)) return true;
  const objects = [metadata, labels, Array.isArray(tags) ? undefined : (tags as Record<string, unknown> | undefined)];
  return objects.some((object) => [value, JSON.stringify(value)].includes(JSON.stringify(object?.[name])));
}

/** The filter in plain JavaScript. */
const matches = (visibleTeams: VisibleTeams, filter: AlertFilter) => (row: AlertRow) =>
  isVisible(visibleTeams, row) &&
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

describe("countAlerts", () => {
  property.prop([fc.constantFrom<VisibleTeams>([TEAM_IDS[0]!], TEAM_IDS, []), filters], { numRuns: 60 })(
    "counts the rows of the filter by status and severity",
    async (visibleTeams, filter) => {
      const expected = Map.groupBy(
        alertRows.filter(matches(visibleTeams, filter)),
        (row) => `${row.status} ${row.severity}`,
      );
      const counted = await countAlerts(db(), visibleTeams, filter);
      expect(counted.every(({ isAtLeast }) => !isAtLeast)).toBe(true);
      const found = Object.fromEntries(counted.map((one) => [`${one.status} ${one.severity}`, one.count]));
      expect(found).toEqual(Object.fromEntries([...expected].map(([kind, list]) => [kind, list.length])));
    },
  );
});
