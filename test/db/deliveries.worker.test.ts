import { env } from "cloudflare:workers";
import { fc, test as property } from "@fast-check/vitest";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import { connect } from "../../src/db/client.ts";
import { type DeliveryFilter, exportDeliveries, listDeliveries, type ListedDelivery } from "../../src/db/deliveries.ts";
import { deliveryStatus } from "../../src/db/schema.ts";
import { createIntegration } from "../support/worker.ts";
import {
  alertRows,
  DELIVERIES_OF_FIRST_ALERT,
  deliveryRows,
  FIRST_HOURS,
  insertFixtures,
  instants,
  INTEGRATION_IDS,
  isVisible,
  maybe,
  newestFirst,
  own,
  some,
  visibleTeamsArbitrary,
} from "./list-fixtures.ts";

const db = () => connect(env);

beforeAll(insertFixtures);

const filters: fc.Arbitrary<DeliveryFilter> = fc.record({
  integrationId: maybe(fc.constantFrom(...INTEGRATION_IDS)),
  status: maybe(some(deliveryStatus.enumValues)),
  alertId: maybe(fc.constantFrom(alertRows[0]!.id, alertRows[3]!.id)),
  replayOf: maybe(fc.constantFrom(deliveryRows[51]!.id, deliveryRows[52]!.id)),
  since: maybe(instants),
  until: maybe(instants),
});

const ofFirstAlert = new Set(DELIVERIES_OF_FIRST_ALERT);

/** Whether a delivery, or the one that it duplicates, has an event for an alert. */
const concerns = (row: (typeof deliveryRows)[number], alertId: string) =>
  row.alertId === alertId ||
  (alertId === alertRows[0]!.id && (ofFirstAlert.has(row.id) || ofFirstAlert.has(row.duplicateOf ?? "")));

describe("listDeliveries", () => {
  property.prop([visibleTeamsArbitrary, filters], { numRuns: 100 })(
    "returns the rows of the filter, without their bodies",
    async (visibleTeams, filter) => {
      const matching = deliveryRows.filter(
        (row) =>
          isVisible(visibleTeams, row) &&
          (filter.integrationId === undefined || filter.integrationId === row.integrationId) &&
          (filter.status?.includes(row.status) ?? true) &&
          (filter.alertId === undefined || concerns(row, filter.alertId)) &&
          (filter.replayOf === undefined || filter.replayOf === row.replayOf) &&
          (!filter.since || row.receivedAt >= filter.since) &&
          (!filter.until || row.receivedAt < filter.until),
      );
      const found: ListedDelivery[] = own(await listDeliveries(db(), visibleTeams, filter, null, 1000));
      expect(found.map(({ id }) => id)).toEqual(newestFirst(matching, (row) => row.receivedAt).map(({ id }) => id));
      expect(found.every((row) => !("rawPayload" in row))).toBe(true);
    },
  );

  it("returns all rows without a filter", async () => {
    const received = await listDeliveries(db(), "all", {}, null, deliveryRows.length);
    expect(own(received)).toHaveLength(deliveryRows.length);
  });
});

describe("exportDeliveries", () => {
  it("returns the list in the reverse order", async () => {
    const listed = await listDeliveries(db(), "all", FIRST_HOURS, null, 1000);
    const exported = await exportDeliveries(db(), "all", FIRST_HOURS, null, 1000, false);
    expect(exported).toHaveLength(80);
    expect(exported.map(({ id }) => id)).toEqual(listed.map(({ id }) => id).toReversed());
  });

  it("shortens pages with large bodies", async () => {
    const { id: integrationId } = await createIntegration();
    await db()
      .execute(sql`insert into webhook_deliveries (id, integration_id, sequence, status, status_code, events, decision,
        headers, raw_payload, body_bytes, received_at)
      select gen_random_uuid(), ${integrationId}::uuid, n, 'ACCEPTED', 202, '[]', '{}', '{}', '{}',
        (array[1500000, null, 10, 9000000, 20])[n % 5 + 1], now() + n * interval '1 second'
        from generate_series(1, 23) n`);
    const pages: number[] = [];
    for (let after = null; ;) {
      const page = await exportDeliveries(db(), "all", { integrationId }, after, 10, true);
      pages.push(page.length);
      const last = page.at(-1);
      if (!last) break;
      after = { sortedBy: last.receivedAt.getTime(), id: last.id } as never;
    }
    expect(pages.reduce((sum, length) => sum + length)).toBe(23);
    expect(pages.slice(0, -1).every((length) => length > 0 && length < 10)).toBe(true);
  });
});
