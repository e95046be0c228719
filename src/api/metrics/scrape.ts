/** What a scrape finds out: of Postgres in one round trip, and of every integration's objects. */
import { connect } from "../../db/client.ts";
import { type AlertCount, type MeasuredIntegration, readMeasured } from "../../db/metrics.ts";
import { callObject } from "../../integration/client.ts";
import type { Meter } from "../../integration/messages.ts";
import { objectName } from "../../integration/shards.ts";
import { addTotals, NO_TOTALS } from "../../integration/totals.ts";
import { DAY, SECOND } from "../../lib/time.ts";
import { sumOutboxes } from "../integrations/objects.ts";

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
}

export interface Measured extends MeasuredIntegration {
  /** Over all its objects; null: one of them did not answer, and a sum without it would mislead. */
  meter: Meter | null;
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
  const { known, integrations } = found ?? (await remembered()) ?? { known: 0, integrations: [] };
  return { now, alerts: found?.alerts ?? null, known, integrations: await askAll(env, integrations, now) };
}

async function askAll(env: Env, integrations: readonly MeasuredIntegration[], startedAt: number): Promise<Measured[]> {
  let objects = 0;
  const asked = integrations.filter(({ mostShards }) => (objects += mostShards) <= MOST_OBJECTS);
  const meters = new Map<string, Meter>();
  const waiting = asked.flatMap(objectsOf).values();
  const lane = async () => {
    for (const name of waiting) {
      const meter = await meterOf(env, name, startedAt + DEADLINE_MS - Date.now());
      if (meter) meters.set(name, meter);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, lane));
  return asked.map((one) => ({ ...one, meter: sumMeters(objectsOf(one).map((name) => meters.get(name))) }));
}

const objectsOf = ({ id, mostShards }: MeasuredIntegration): string[] =>
  Array.from({ length: mostShards }, (_, shard) => objectName(id, shard));

/** What is measured of an object; null: it does not answer in time. */
async function meterOf(env: Env, name: string, leftMs: number): Promise<Meter | null> {
  if (leftMs <= 0) return null;
  const { promise: inTime, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, Math.min(PATIENCE_MS, leftMs), null);
  const meter = callObject(env, name, (object) => object.meter()).catch(() => null);
  const first = await Promise.race([meter, inTime]);
  clearTimeout(timer);
  return first;
}

/** Over all of an integration's objects; null: one of them did not answer. */
function sumMeters(found: readonly (Meter | undefined)[]): Meter | null {
  const meters = found.filter((meter) => meter !== undefined);
  if (meters.length < found.length) return null;
  return {
    ...sumOutboxes(meters),
    flushFailures: Math.max(...meters.map(({ flushFailures }) => flushFailures)),
    isSilent: meters.some(({ isSilent }) => isSilent),
    totals: meters.reduce((sum, { totals }) => addTotals(sum, totals), NO_TOTALS),
  };
}

/**
 * Postgres alone has the list of integrations, and the outboxes matter most while it is away: then the last list that was read
 * serves, of this isolate or, where it is a new one, of its data centre.
 */
type Known = Pick<Scrape, "known"> & { integrations: readonly MeasuredIntegration[] };

let latest: Known | null = null;

/** A cache of our own, which no request from outside can reach. */
const CACHE = "tocsin-metrics";
const LIST = "https://tocsin.invalid/integrations";

async function remember({ known, integrations }: Known): Promise<void> {
  latest = { known, integrations };
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
