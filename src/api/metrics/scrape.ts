/** Collects the data of `/metrics`: one query to Postgres, one call to each Writer, and one to the object of each enabled subscription. */
import { connect } from "../../db/client.ts";
import {
  type AlertCount,
  type MeasuredIntegration,
  type MeasuredSubscription,
  readMeasured,
} from "../../db/metrics.ts";
import type { ObjectStats } from "../../objects/integration/rpc.ts";
import { DAY, SECOND } from "../../lib/time.ts";
import type { SubscriptionState } from "../../objects/subscription/rpc.ts";
import { readReports, statesOf } from "../object-reports.ts";
import { readStates } from "../subscriptions/states.ts";
import { withinMs } from "../time-limit.ts";

/** Maximum number of integrations and of subscriptions in a scrape. */
const MAX_MEASURED = 1000;

/** Maximum number of integration objects that a scrape asks because they have not reported. */
const MAX_CALLS = 1000;

/** Time for all calls together. The scrape timeout of Prometheus is 10 s by default. */
const DEADLINE_MS = 8 * SECOND;
const DATABASE_TIMEOUT_MS = 5 * SECOND;

export interface Scrape {
  /** Unix ms. */
  now: number;
  /** Unresolved alerts; null: Postgres did not respond. */
  alerts: readonly AlertCount[] | null;
  /** Unresolved alerts that are muted, each status and severity counted up to 1,000; null: Postgres did not respond. */
  mutedAlerts: number | null;
  /** Number of integrations, including those over the limit. */
  known: number;
  integrations: readonly ScrapedIntegration[];
  /** Enabled subscriptions; a state is null if the object did not respond. */
  subscriptions: readonly (MeasuredSubscription & { state: SubscriptionState | null })[];
}

export interface ScrapedIntegration extends MeasuredIntegration {
  /** Sum over all shards; null if one of them neither reported nor responded, because a partial sum would mislead. */
  stats: ObjectStats | null;
}

/**
 * Collects the data of a scrape. Never throws: missing responses are part of the result.
 * @param callTimeoutMs the time limit of a call to an object
 */
export async function scrape(env: Env, callTimeoutMs?: number): Promise<Scrape> {
  const now = Date.now();
  const limits = withinMs(DEADLINE_MS, callTimeoutMs);
  const [reports, measured] = await Promise.all([
    readReports(env, limits),
    readMeasured(connect(env, AbortSignal.timeout(DATABASE_TIMEOUT_MS)), new Date(now - DAY), MAX_MEASURED).catch(
      () => null,
    ),
  ]);
  if (measured) await storeInventory(measured);
  const { known, integrations, subscriptions } = measured ?? (await loadInventory()) ?? EMPTY_INVENTORY;
  const [states, subscriptionStates] = await Promise.all([
    statesOf(env, reports, integrations, limits, MAX_CALLS),
    readStates(env, subscriptions, limits),
  ]);
  return {
    now,
    alerts: measured?.alerts ?? null,
    mutedAlerts: measured?.mutedAlerts ?? null,
    known,
    integrations: integrations.map((one) => ({ ...one, stats: states.get(one.id) ?? null })),
    subscriptions: subscriptions.map((one) => ({ ...one, state: subscriptionStates.get(one.id) ?? null })),
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
