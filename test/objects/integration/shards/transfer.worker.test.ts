import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import type { AlertState } from "../../../../src/alerts/alert.ts";
import type { RememberedDelivery } from "../../../../src/alerts/decision.ts";
import type { StatePage } from "../../../../src/objects/integration/rpc.ts";
import { exportState } from "../../../../src/objects/integration/shards/transfer.ts";
import { ALL_PARTITIONS } from "../../../../src/objects/integration/shards/partitions.ts";
import { Store } from "../../../../src/objects/integration/store/index.ts";
import { createIntegration, objectOf } from "../../../support/worker.ts";

const NOW = Date.now();

const remembered = (id: string, outcomes: number): RememberedDelivery => ({
  deliveryId: id,
  firstSeenAt: NOW,
  expiresAt: NOW + 60_000,
  eventsFingerprint: "f",
  remark: null,
  hasReplaced: false,
  outcomes: Array.from({ length: outcomes }, (_, i) => ({
    alertId: crypto.randomUUID(),
    action: "trigger",
    outcome: "created",
    ref: `key:${id}-${i}`,
    eventCount: 1,
  })),
});

const alert = (id: string): AlertState => ({
  id,
  alertKey: id,
  version: 1,
  status: "OPEN",
  statusSetBy: "source",
  severity: "LOW",
  occurrences: 1,
  eventCount: 1,
  lastEventAt: null,
  latestArrivalAt: NOW,
  changedAt: NOW,
  triggeredAt: NOW,
  lastSeenAt: NOW,
  expiresAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  acknowledgedByName: null,
  resolvedAt: null,
  closedAt: null,
  snoozedUntil: null,
  content: JSON.stringify({ description: "x".repeat(300_000) }),
});

it("The state of an object is exported in pages that a reply can hold", async () => {
  const integration = await createIntegration();
  const [keys, refs] = await runInDurableObject(objectOf(integration), (_, { storage }) => {
    const store = new Store(storage);
    store.atomically(() => {
      const deliveries = Array.from({ length: 6 }, (_empty, i) => [`key:${i}`, remembered(`${i}`, 10_000)] as const);
      store.dedupKeys.import(new Map(deliveries), NOW);
      store.alerts.save(new Map(Array.from({ length: 20 }, (_empty, i) => [`key:${i}`, alert(`${i}`)])));
    });
    const found = { keys: new Set<string>(), refs: new Set<string>() };
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page: StatePage = exportState(store, ALL_PARTITIONS, cursor ?? null, NOW);
      expect(JSON.stringify(page).length).toBeLessThan(12_000_000);
      for (const [key] of page.dedupKeys) found.keys.add(key);
      for (const { ref } of page.alerts) found.refs.add(ref);
      cursor = page.nextCursor;
    }
    return [found.keys.size, found.refs.size];
  });
  expect([keys, refs]).toEqual([6 * 16, 20]);
});
