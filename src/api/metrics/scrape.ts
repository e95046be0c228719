/** Collects the data of `/metrics`: one query to Postgres, and one call to each object of each integration and subscription. */
import pLimit from "p-limit";
import { connect } from "../../db/client.ts";
import {
  type AlertCount,
  type MeasuredIntegration,
  type MeasuredSubscription,
  readMeasured,
} from "../../db/metrics.ts";
import { callObject } from "../../objects/integration/client.ts";
import type { ObjectStats } from "../../objects/integration/rpc.ts";
import { objectName } from "../../objects/integration/shards/index.ts";
import { addTotals, NO_TOTALS } from "../../objects/integration/totals.ts";
import { DAY, SECOND } from "../../lib/time.ts";
import { callSubscription } from "../../objects/subscription/client.ts";
import type { SubscriptionState } from "../../objects/subscription/rpc.ts";
import { sumOutboxes } from "../integrations/call-objects.ts";

/** Maximum number of integration objects that a scrape calls. */
const MAX_OBJECTS = 1000;
const MAX_CONCURRENT_CALLS = 50;
const CALL_TIMEOUT_MS = 3 * SECOND;

/** Time for all calls together. The scrape timeout of Prometheus is 10 s by default. */
const DEADLINE_MS = 8 * SECOND;
const DATABASE_TIMEOUT_MS = 5 * SECOND;

export interface Scrape {
  /** Unix ms. */
  now: number;
  /** Unresolved alerts; null: Postgres did not respond. */
  alerts: readonly AlertCount[] | null;
  /** Number of integrations, including those that were not called. */
  known: number;
  integrations: readonly ScrapedIntegration[];
  /** Enabled subscriptions; a state is null if the object did not respond. */
  subscriptions: readonly (MeasuredSubscription & { state: SubscriptionState | null })[];
}

export interface ScrapedIntegration extends MeasuredIntegration {
  /** Sum over all shards; null if one of them did not respond, because a partial sum would mislead. */
  stats: ObjectStats | null;
}

/**
 * Collects the data of a scrape. Never throws: missing responses are part of the result.
 * @param callTimeoutMs the time limit of a call to an object
 */
export async function scrape(env: Env, callTimeoutMs = CALL_TIMEOUT_MS): Promise<Scrape> {
  const now = Date.now();
  const limits = { deadline: now + DEADLINE_MS, callTimeoutMs };
  const measured = await readMeasured(
    connect(env, AbortSignal.timeout(DATABASE_TIMEOUT_MS)),
    new Date(now - DAY),
    MAX_OBJECTS,
  ).catch(() => null);
  if (measured) await storeInventory(measured);
  const { known, integrations, subscriptions } = measured ?? (await loadInventory()) ?? EMPTY_INVENTORY;
  return {
    now,
    alerts: measured?.alerts ?? null,
    known,
    integrations: await scrapeIntegrations(env, integrations, limits),
    subscriptions: await scrapeSubscriptions(env, subscriptions, limits),
  };
}

async function scrapeSubscriptions(env: Env, subscriptions: readonly MeasuredSubscription[], limits: TimeLimits) {
  const limit = pLimit(MAX_CONCURRENT_CALLS);
  return limit.map(subscriptions, async (subscription) => ({
    ...subscription,
    state: await withTimeout(limits, () => callSubscription(env, subscription.id, (object) => object.state())),
  }));
}

async function scrapeIntegrations(
  env: Env,
  integrations: readonly MeasuredIntegration[],
  limits: TimeLimits,
): Promise<ScrapedIntegration[]> {
  let objects = 0;
  const included = integrations.filter(({ mostShards }) => (objects += mostShards) <= MAX_OBJECTS);
  const limit = pLimit(MAX_CONCURRENT_CALLS);
  const statsOf = (name: string) =>
    limit(() => withTimeout(limits, () => callObject(env, name, (object) => object.getStats())));
  return Promise.all(
    included.map(async (one) => ({ ...one, stats: sumStats(await Promise.all(objectNames(one).map(statsOf))) })),
  );
}

const objectNames = ({ id, mostShards }: MeasuredIntegration): string[] =>
  Array.from({ length: mostShards }, (_, shard) => objectName(id, shard));

interface TimeLimits {
  /** Unix ms, for all calls together. */
  deadline: number;
  callTimeoutMs: number;
}

/** Returns the response of a call; null if it fails or takes too long. */
async function withTimeout<T>({ deadline, callTimeoutMs }: TimeLimits, call: () => Promise<T>): Promise<T | null> {
  const leftMs = deadline - Date.now();
  if (leftMs <= 0) return null;
  const { promise: timeout, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, Math.min(callTimeoutMs, leftMs), null);
  const first = await Promise.race([call().catch(() => null), timeout]);
  clearTimeout(timer);
  return first;
}

function sumStats(shards: readonly (ObjectStats | null)[]): ObjectStats | null {
  const stats = shards.filter((one) => one !== null);
  if (stats.length < shards.length) return null;
  return {
    ...sumOutboxes(stats),
    flushFailures: Math.max(...stats.map(({ flushFailures }) => flushFailures)),
    isHeartbeatMissed: stats.some(({ isHeartbeatMissed }) => isHeartbeatMissed),
    totals: stats.reduce((sum, { totals }) => addTotals(sum, totals), NO_TOTALS),
  };
}

/**
 * The integrations and subscriptions to scrape. Only Postgres has them, and metrics of the outboxes matter most while it is
 * down, so the last result is kept: in this isolate, and in the cache of the data center for new isolates.
 */
interface Inventory {
  known: number;
  integrations: readonly MeasuredIntegration[];
  subscriptions: readonly MeasuredSubscription[];
}

const EMPTY_INVENTORY: Inventory = { known: 0, integrations: [], subscriptions: [] };

let inventory: Inventory | null = null;

/** A named cache: no request from outside reads it. */
const CACHE = "tocsin-metrics";
const CACHE_URL = "https://tocsin.invalid/measured";

async function storeInventory({ known, integrations, subscriptions }: Inventory): Promise<void> {
  inventory = { known, integrations, subscriptions };
  const response = Response.json(inventory, { headers: { "cache-control": `max-age=${DAY / SECOND}` } });
  // Some deployments have no cache.
  await caches
    .open(CACHE)
    .then((cache) => cache.put(CACHE_URL, response))
    .catch(() => undefined);
}

async function loadInventory(): Promise<Inventory | null> {
  if (inventory) return inventory;
  const response = await caches
    .open(CACHE)
    .then((cache) => cache.match(CACHE_URL))
    .catch(() => undefined);
  return response ? response.json<Inventory>() : null;
}
