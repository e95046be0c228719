/** What a scrape finds out: of Postgres in one round trip, and of every integration's objects. */
import { connect } from "../../db/client.ts";
import {
  type AlertCount,
  type MeasuredIntegration,
  type MeasuredSubscription,
  readMeasured,
} from "../../db/metrics.ts";
import { callObject } from "../../objects/integration/client.ts";
import type { ObjectStats } from "../../objects/integration/rpc.ts";
import { objectName } from "../../objects/integration/shards/split.ts";
import { addTotals, NO_TOTALS } from "../../objects/integration/totals.ts";
import { DAY, SECOND } from "../../lib/time.ts";
import { callSubscription } from "../../objects/subscription/client.ts";
import type { SubscriptionState } from "../../objects/subscription/rpc.ts";
import { sumOutboxes } from "../integrations/call-objects.ts";

/** A scrape asks so many objects, so many at a time, and what did not answer by the deadline is said to be down. */
const MOST_OBJECTS = 1000;
const AT_A_TIME = 50;
const PATIENCE_MS = 3 * SECOND;
const DEADLINE_MS = 8 * SECOND;

/** Prometheus gives a scrape ten seconds by default. */
const DATABASE_PATIENCE_MS = 5 * SECOND;

export interface Scrape {
  now: number;
  /** Unresolved alerts; null: Postgres did not answer. */
  alerts: readonly AlertCount[] | null;
  /** How many integrations there are, also those that are too many to be asked. */
  known: number;
  integrations: readonly Measured[];
  /** Those that are enabled; a state is null where the object did not answer. */
  subscriptions: readonly (MeasuredSubscription & { state: SubscriptionState | null })[];
}

export interface Measured extends MeasuredIntegration {
  /** Over all its objects; null: one of them did not answer, and a sum without it would mislead. */
  meter: ObjectStats | null;
}

/** Finds out how everything stands. It never fails: what does not answer is part of the finding. */
export async function scrape(env: Env): Promise<Scrape> {
  const now = Date.now();
  const found = await readMeasured(
    connect(env, AbortSignal.timeout(DATABASE_PATIENCE_MS)),
    new Date(now - DAY),
    MOST_OBJECTS,
  ).catch(() => null);
  if (found) await remember(found);
  const { known, integrations, subscriptions } = found ?? (await remembered()) ?? NOTHING_KNOWN;
  return {
    now,
    alerts: found?.alerts ?? null,
    known,
    integrations: await askAll(env, integrations, now),
    subscriptions: await askSubscriptions(env, subscriptions, now),
  };
}

async function askSubscriptions(env: Env, subscriptions: readonly MeasuredSubscription[], startedAt: number) {
  const states = new Map<string, SubscriptionState>();
  await inLanes(subscriptions, async ({ id }) => {
    const state = await inTime(startedAt, () => callSubscription(env, id, (object) => object.state()));
    if (state) states.set(id, state);
  });
  return subscriptions.map((one) => ({ ...one, state: states.get(one.id) ?? null }));
}

/** Does something with each, so many at a time. */
async function inLanes<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = items.values();
  const lane = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
}

async function askAll(env: Env, integrations: readonly MeasuredIntegration[], startedAt: number): Promise<Measured[]> {
  let objects = 0;
  const asked = integrations.filter(({ mostShards }) => (objects += mostShards) <= MOST_OBJECTS);
  const meters = new Map<string, ObjectStats>();
  await inLanes(asked.flatMap(objectsOf), async (name) => {
    const meter = await inTime(startedAt, () => callObject(env, name, (object) => object.getStats()));
    if (meter) meters.set(name, meter);
  });
  return asked.map((one) => ({ ...one, meter: sumMeters(objectsOf(one).map((name) => meters.get(name))) }));
}

const objectsOf = ({ id, mostShards }: MeasuredIntegration): string[] =>
  Array.from({ length: mostShards }, (_, shard) => objectName(id, shard));

/** What an object answers; null: nothing, or not in time. */
async function inTime<T>(startedAt: number, ask: () => Promise<T>): Promise<T | null> {
  const leftMs = startedAt + DEADLINE_MS - Date.now();
  if (leftMs <= 0) return null;
  const { promise: tooLate, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, Math.min(PATIENCE_MS, leftMs), null);
  const first = await Promise.race([ask().catch(() => null), tooLate]);
  clearTimeout(timer);
  return first;
}

/** Over all of an integration's objects; null: one of them did not answer. */
function sumMeters(found: readonly (ObjectStats | undefined)[]): ObjectStats | null {
  const meters = found.filter((meter) => meter !== undefined);
  if (meters.length < found.length) return null;
  return {
    ...sumOutboxes(meters),
    flushFailures: Math.max(...meters.map(({ flushFailures }) => flushFailures)),
    isHeartbeatMissed: meters.some(({ isHeartbeatMissed }) => isHeartbeatMissed),
    totals: meters.reduce((sum, { totals }) => addTotals(sum, totals), NO_TOTALS),
  };
}

/**
 * Postgres alone has the list of integrations, and the outboxes matter most while it is away: then the last list that was read
 * serves, of this isolate or, where it is a new one, of its data centre.
 */
interface Known {
  known: number;
  integrations: readonly MeasuredIntegration[];
  subscriptions: readonly MeasuredSubscription[];
}

const NOTHING_KNOWN: Known = { known: 0, integrations: [], subscriptions: [] };

let latest: Known | null = null;

/** A cache of our own, which no request from outside can visibleTeams. */
const CACHE = "tocsin-metrics";
const LIST = "https://tocsin.invalid/measured";

async function remember({ known, integrations, subscriptions }: Known): Promise<void> {
  latest = { known, integrations, subscriptions };
  const response = Response.json(latest, { headers: { "cache-control": `max-age=${DAY / SECOND}` } });
  // Not every deployment has the cache; then the isolate's memory is all there is.
  await caches
    .open(CACHE)
    .then((cache) => cache.put(LIST, response))
    .catch(() => undefined);
}

async function remembered(): Promise<Known | null> {
  if (latest) return latest;
  const response = await caches
    .open(CACHE)
    .then((cache) => cache.match(LIST))
    .catch(() => undefined);
  return response ? response.json<Known>() : null;
}
