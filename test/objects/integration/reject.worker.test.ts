import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { newId } from "../../../src/lib/ids.ts";
import { DAY, HOUR, MINUTE, SECOND } from "../../../src/lib/time.ts";
import { entriesOf } from "../../../src/objects/integration/chunk-entries.ts";
import { Rejector } from "../../../src/objects/integration/reject.ts";
import type { Rejection } from "../../../src/objects/integration/rpc.ts";
import { Store } from "../../../src/objects/integration/store/index.ts";
import { createIntegration, objectOf } from "../../support/worker.ts";
import { requestRecord } from "./delivery.ts";

const NOON = Date.UTC(2026, 10, 26, 12);

const rejection = (changed: Partial<Rejection> = {}): Rejection => ({
  id: newId(),
  configVersion: 1,
  request: requestRecord("none"),
  body: new Uint8Array(),
  statusCode: 401,
  reason: "the signature is wrong",
  isVerified: false,
  verification: {},
  omittedBefore: 0,
  dependsOnConfig: true,
  isBodyUnreadable: false,
  ...changed,
});

const newRejector = (store: Store, isConfigExpected = false) =>
  new Rejector(store, { flushSoon: () => {}, isConfigExpected: () => isConfigExpected });

/** Runs work on the store of a new integration, and empties the outbox afterwards. */
async function withRejector(work: (rejector: Rejector, store: Store) => void): Promise<void> {
  const integration = await createIntegration();
  await runInDurableObject(objectOf(integration), (_, { storage }) => {
    const store = new Store(storage);
    try {
      work(newRejector(store), store);
    } finally {
      store.atomically(() => store.outbox.remove(store.outbox.nextChunks(Infinity)));
    }
  });
}

const omittedIn = (store: Store): number[] =>
  store.outbox
    .nextChunks(Infinity)
    .flatMap(entriesOf)
    .map(({ entry }) => (entry.delivery!.decision as { omittedBefore: number }).omittedBefore);

afterEach(() => vi.restoreAllMocks());

describe("Rejector", () => {
  it("records sixty unverified deliveries a minute, and counts the others in the next record", async () => {
    await withRejector((rejector, store) => {
      for (let count = 0; count < 65; count++) rejector.reject(rejection(), NOON);
      // The totals include omitted rejections within a second.
      expect([store.outbox.rows, store.outbox.totals.verification]).toEqual([60, 61]);
      rejector.reject(rejection(), NOON + SECOND);
      expect([store.outbox.rows, store.outbox.totals.verification]).toEqual([60, 66]);
      rejector.reject(rejection(), NOON + MINUTE);
      expect(omittedIn(store).slice(-2)).toEqual([0, 6]);
      expect(store.outbox.totals.verification).toBe(67);
    });
  });

  it("records five hundred unverified deliveries a day, also when the object is loaded again, and counts the others", async () => {
    const integration = await createIntegration();
    await runInDurableObject(objectOf(integration), (_, { storage }) => {
      const store = new Store(storage);
      for (let minute = 0; minute < 12; minute++) {
        const rejector = newRejector(store);
        for (let count = 0; count < 50; count++) rejector.reject(rejection(), NOON + minute * MINUTE + count * SECOND);
      }
      expect([store.outbox.rows, store.outbox.totals.verification]).toEqual([500, 600]);
      newRejector(store).reject(rejection({ isVerified: true, statusCode: 400 }), NOON + HOUR);
      newRejector(store).reject(rejection(), NOON + DAY);
      expect(store.outbox.rows).toBe(502);
      while (store.outbox.rows > 0) store.atomically(() => store.outbox.remove(store.outbox.nextChunks(Infinity)));
    });
  });

  it("counts rejections by class while the outbox is full, and saves the counts", async () => {
    await withRejector((rejector, store) => {
      vi.spyOn(store.outbox, "isFull", "get").mockReturnValue(true);
      rejector.reject(rejection({ isVerified: true, statusCode: 400 }), NOON);
      rejector.reject(rejection({ statusCode: 404, omittedBefore: 2 }), NOON + SECOND);
      expect(store.outbox.totals).toMatchObject({ body: 1, other: 3, verification: 0 });
      const counters = { ...store.outbox.counters };
      store.outbox.load();
      expect(store.outbox.counters).toEqual(counters);
      vi.restoreAllMocks();
      rejector.reject(rejection(), NOON + SECOND);
      expect(omittedIn(store)).toEqual([4]);
      expect(store.outbox.totals).toMatchObject({ body: 1, other: 3, verification: 1 });
    });
  });

  it("records verified deliveries without a bound", async () => {
    await withRejector((rejector, store) => {
      for (let count = 0; count < 65; count++) rejector.reject(rejection({ isVerified: true, statusCode: 400 }), NOON);
      expect([store.outbox.rows, store.outbox.totals.body]).toEqual([65, 65]);
    });
  });

  it("adds the deliveries that the edge omitted", async () => {
    await withRejector((rejector, store) => {
      rejector.reject(rejection({ omittedBefore: 7 }), NOON);
      expect([omittedIn(store), store.outbox.totals.verification]).toEqual([[7], 8]);
    });
  });

  it("records nothing while a config is expected that might accept the delivery", async () => {
    await withRejector((_, store) => {
      const rejector = newRejector(store, true);
      expect(rejector.reject(rejection(), NOON)).toEqual({ kind: "config-expected" });
      expect(store.outbox.rows).toBe(0);
      expect(rejector.reject(rejection({ dependsOnConfig: false }), NOON)).toEqual({ kind: "recorded" });
      expect(store.outbox.rows).toBe(1);
    });
  });

  it("records nothing if the delivery has an older config, and replies with the newer one", async () => {
    await withRejector((rejector, store) => {
      expect(rejector.reject(rejection({ configVersion: 0 }), NOON)).toMatchObject({ kind: "newer-config" });
      expect(store.outbox.rows).toBe(0);
    });
  });
});
