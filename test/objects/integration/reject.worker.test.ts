import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { newId } from "../../../src/lib/ids.ts";
import { MINUTE } from "../../../src/lib/time.ts";
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
  ...changed,
});

/** Runs work on the store of a new integration, and empties the outbox afterwards. */
async function withRejector(work: (rejector: Rejector, store: Store) => void): Promise<void> {
  const integration = await createIntegration();
  await runInDurableObject(objectOf(integration), (_, { storage }) => {
    const store = new Store(storage);
    try {
      work(new Rejector(store, () => {}), store);
    } finally {
      store.atomically(() => store.outbox.remove(store.outbox.nextBatch()));
    }
  });
}

const omittedIn = (store: Store): number[] =>
  store.outbox
    .nextBatch()
    .map(
      ({ delivery }) => (JSON.parse(delivery ?? "") as { decision: { omittedBefore: number } }).decision.omittedBefore,
    );

describe("Rejector", () => {
  it("records sixty unverified deliveries a minute, and counts the others in the next record", async () => {
    await withRejector((rejector, store) => {
      for (let count = 0; count < 65; count++) rejector.reject(rejection(), NOON);
      expect([store.outbox.rows, store.outbox.totals.verification]).toEqual([60, 60]);
      rejector.reject(rejection(), NOON + MINUTE);
      expect(omittedIn(store).slice(-2)).toEqual([0, 5]);
      expect(store.outbox.totals.verification).toBe(66);
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

  it("records nothing if the delivery has an older config, and replies with the newer one", async () => {
    await withRejector((rejector, store) => {
      expect(rejector.reject(rejection({ configVersion: 0 }), NOON)).toMatchObject({ kind: "newer-config" });
      expect(store.outbox.rows).toBe(0);
    });
  });
});
