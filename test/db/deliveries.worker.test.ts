import { env } from "cloudflare:workers";
import { fc, test as property } from "@fast-check/vitest";
import { sql } from "drizzle-orm";
import { beforeAll, describe, expect, it } from "vitest";
import type { DeliveryCondition } from "../../src/alerts/query/delivery-query.ts";
import { connect } from "../../src/db/client.ts";
import type { DeliveryFilter } from "../../src/db/delivery-page.ts";
import { exportDeliveries, listDeliveries, type ListedDelivery } from "../../src/db/deliveries.ts";
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

const patterns = (...texts: string[]) =>
  fc.array(fc.record({ text: fc.constantFrom(...texts), isPrefix: fc.boolean() }), { minLength: 1, maxLength: 2 });

const FINGERPRINT = `0b${"f".repeat(62)}`;

const deliveryConditions: fc.Arbitrary<DeliveryCondition> = fc
  .oneof(
    fc.record({
      field: fc.constantFrom("text" as const, "title" as const),
      patterns: patterns("DISK", "latency", "signature", "100%"),
    }),
    fc.record({ field: fc.constant("reason" as const), patterns: patterns("disk", "SIGN", "earlier", "duplicate") }),
    fc.record({ field: fc.constant("idempotencyKey" as const), patterns: patterns("key-4", "key-1", "KEY-4", "key_") }),
    fc.record({
      field: fc.constant("contentFingerprint" as const),
      patterns: patterns(FINGERPRINT, FINGERPRINT.toUpperCase(), FINGERPRINT.slice(0, 20), "0b", "1", ""),
    }),
    fc.record({
      field: fc.constant("integrationId" as const),
      patterns: some(INTEGRATION_IDS).map((ids) => ids.map((text) => ({ text, isPrefix: false }))),
    }),
  )
  .chain((condition) => fc.boolean().map((isNegated) => ({ ...condition, isNegated })));

const includes = (text: string | null | undefined, part: string): boolean =>
  text?.toLowerCase().includes(part.toLowerCase()) ?? false;

const startsOrIs = (text: string | null, pattern: { text: string; isPrefix: boolean }): boolean =>
  text !== null && (pattern.isPrefix ? text.startsWith(pattern.text) : text === pattern.text);

/** A condition in plain JavaScript. */
function meets(row: (typeof deliveryRows)[number], { field, patterns: some, isNegated }: DeliveryCondition): boolean {
  const title = alertRows.find(({ id }) => id === row.alertId)?.title;
  const isMet = some.some((pattern) => {
    switch (field) {
      case "text":
        return includes(title, pattern.text) || includes(row.error, pattern.text);
      case "title":
        return includes(title, pattern.text);
      case "reason":
        return includes(row.error ?? row.reason, pattern.text);
      case "contentFingerprint":
        return startsOrIs(row.contentFingerprint, { ...pattern, text: pattern.text.toLowerCase() });
      default:
        return startsOrIs(row[field], pattern);
    }
  });
  return isMet !== isNegated;
}

const filters: fc.Arbitrary<DeliveryFilter> = fc.record({
  integrationId: maybe(fc.constantFrom(...INTEGRATION_IDS)),
  integrationIds: maybe(fc.subarray(INTEGRATION_IDS)),
  status: maybe(some(deliveryStatus.enumValues)),
  statusCode: maybe(some([200, 202, 400, 401, 500])),
  hasUnreadableEvents: maybe(fc.boolean()),
  conditions: maybe(fc.array(deliveryConditions, { maxLength: 3 })),
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
  property.prop([visibleTeamsArbitrary, filters], { numRuns: 200 })(
    "returns the rows of the filter, without their bodies",
    async (visibleTeams, filter) => {
      const matching = deliveryRows.filter(
        (row) =>
          isVisible(visibleTeams, row) &&
          (filter.integrationId === undefined || filter.integrationId === row.integrationId) &&
          (filter.integrationIds?.includes(row.integrationId) ?? true) &&
          (filter.status?.includes(row.status) ?? true) &&
          (filter.statusCode?.includes(row.statusCode) ?? true) &&
          (filter.hasUnreadableEvents === undefined ||
            filter.hasUnreadableEvents === "unreadableEvents" in row.decision) &&
          (filter.conditions ?? []).every((condition) => meets(row, condition)) &&
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

  property.prop([filters, fc.integer({ min: 1, max: 40 }), fc.nat({ max: 300 })], { numRuns: 60 })(
    "returns the rows after and before any row of the list",
    async (filter, limit, at) => {
      const scoped = { ...filter, integrationIds: filter.integrationIds ?? INTEGRATION_IDS };
      const list = await listDeliveries(db(), "all", scoped, null, 1000);
      const row = list[at % Math.max(list.length, 1)];
      if (!row) return;
      const index = list.indexOf(row);
      const start = { sortedBy: row.receivedAt.getTime(), id: row.id };
      expect(await listDeliveries(db(), "all", scoped, start, limit)).toEqual(list.slice(index + 1, index + 1 + limit));
      expect(await listDeliveries(db(), "all", scoped, start, limit, "oldest first")).toEqual(
        list.slice(0, index).toReversed().slice(0, limit),
      );
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
